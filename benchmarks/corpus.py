"""Files of events, the same in every run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import accumulate, product
from pathlib import Path
from random import Random

_OPENINGS = ("I like", "I never take", "Today I had", "Please remember", "We ran out of")
_DRINKS = ("tea", "coffee", "milk", "lemonade", "water")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

COMMON_WORDS = {"tea": 0.9, "coffee": 0.6, "sugar": 0.6, "milk": 0.3, "lemon": 0.3}
"""Words, and the share of random texts that contain them."""

_SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo")
WORDS = ["".join(syllables) for syllables in product(_SYLLABLES, repeat=4)]
"""Further words, the most frequent first."""
_WEIGHTS = tuple(accumulate(1 / rank for rank in range(3, len(WORDS) + 3)))
"""Cumulative weights of `WORDS`: frequency falls with rank, as in natural language."""


def chat_messages(count: int) -> Iterator[str]:
    """Yield short messages."""
    random = Random(1)
    for number in range(count):
        opening, drink, day = map(random.choice, (_OPENINGS, _DRINKS, _DAYS))
        yield f"{opening} {drink} on {day}, note {number}"


def random_texts(count: int) -> Iterator[str]:
    """Yield texts of about a dozen words each, with the frequencies of a large vocabulary."""
    random = Random(1)
    for _ in range(count):
        words = random.choices(WORDS, cum_weights=_WEIGHTS, k=random.randint(6, 20))
        words += [word for word, share in COMMON_WORDS.items() if random.random() < share]
        yield " ".join(words)


def write_events(file: Path, texts: Iterable[str]) -> Path:
    """Write an event of 1,000 actors in 10,000 sessions for each text, unless `file` exists."""
    if not file.exists():
        lines = [
            json.dumps(
                {
                    "actor_id": f"actor-{number % 1_000}",
                    "session_id": f"session-{number % 10_000}",
                    "kind": "user_message",
                    "content": text,
                }
            )
            for number, text in enumerate(texts)
        ]
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file
