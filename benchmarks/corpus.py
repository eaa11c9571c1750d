"""Events with random texts, the same in every run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import accumulate, product
from pathlib import Path
from random import Random

COMMON_WORDS = {"tea": 0.9, "coffee": 0.6, "sugar": 0.6, "milk": 0.3, "lemon": 0.3}
"""Words, and the share of texts that contain them."""

_SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo")
WORDS = ["".join(syllables) for syllables in product(_SYLLABLES, repeat=4)]
"""Further words, the most frequent first."""
_WEIGHTS = tuple(accumulate(1 / rank for rank in range(3, len(WORDS) + 3)))
"""Cumulative weights of `WORDS`: frequency falls with rank, as in natural language."""


def random_texts(count: int) -> Iterator[str]:
    """Yield texts of about a dozen words each."""
    random = Random(1)
    for _ in range(count):
        words = random.choices(WORDS, cum_weights=_WEIGHTS, k=random.randint(6, 20))
        words += [word for word, share in COMMON_WORDS.items() if random.random() < share]
        yield " ".join(words)


def write_events(file: Path, count: int) -> None:
    """Write `count` events of 1,000 actors in 10,000 sessions, one JSON object per line."""
    with file.open("w", encoding="utf-8") as lines:
        for number, text in enumerate(random_texts(count)):
            event = {
                "actor_id": f"actor-{number % 1_000}",
                "session_id": f"session-{number % 10_000}",
                "kind": "user_message",
                "content": text,
            }
            lines.write(f"{json.dumps(event)}\n")
