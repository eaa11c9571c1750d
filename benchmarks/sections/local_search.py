"""Searches of the local service in a million memories and in ten thousand."""

from __future__ import annotations

import json
from pathlib import Path

from attrs import frozen

from benchmarks.comparisons import Comparison, Measurement, Section, at_most
from benchmarks.corpus import COMMON_WORDS, WORDS, random_texts, write_events
from benchmarks.environments import digest_of
from benchmarks.lab import Lab, Sample

_FEW, _MANY = 10_000, 1_000_000
_TEXTS = 100_000
"""Different texts of the memories, which repeat."""
_REPEATS = 40

_QUERIES = (
    "tea",
    WORDS[-1_000],
    " ".join(COMMON_WORDS),
    " ".join([*COMMON_WORDS, *WORDS[5_000:5_010]]),
    "I like tea",
)
"""A word in most memories, a rare word, five common words, these with ten others, a sentence."""

_STORAGE = Path(__file__).parents[2] / "memsy" / "local" / "storage"
_FILES = (
    *(_STORAGE / f"{name}.py" for name in ("schema", "words", "search_index")),
    Path(__file__).parents[1] / "programs" / "load_memories.py",
)
_FORMAT = digest_of(_FILES)[:12]
"""Identifies the modules that decide on the content of a database file."""


@frozen
class Searches:
    """Each query in turn, in a database with `memories` memories."""

    memories: int
    queries: tuple[str, ...] = _QUERIES
    actor: str | None = None

    def __call__(self, lab: Lab, environment: str) -> Sample:
        task = {
            "database": str(_database(lab, environment, self.memories)),
            "queries": self.queries,
            "actor": self.actor,
            "repeats": lab.calls(_REPEATS),
        }
        return lab.run(environment, "search_memories", task)


def _database(lab: Lab, environment: str, memories: int) -> Path:
    """Return a database file, created on first use."""
    file = lab.data / f"memories-{memories}-{_FORMAT}.db"
    if not file.exists():
        unfinished = file.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        texts = write_events(lab.data / "texts.jsonl", random_texts(_TEXTS))
        task = {"database": str(unfinished), "file": str(texts), "memories": memories}
        lab.output(lab.command(environment, "load_memories", json.dumps(task)))
        unfinished.rename(file)
    return file


SECTION = Section(
    "search",
    "Local search",
    [
        Comparison(
            "search in 1 million memories over 10 thousand",
            Measurement("1 million", "ours", Searches(_MANY)),
            Measurement("10 thousand", "ours", Searches(_FEW)),
            at_most(5),
        ),
        Comparison(
            "the same, for an actor with one in 2,000 memories",
            Measurement("1 million", "ours", Searches(_MANY, actor="actor-5")),
            Measurement("10 thousand", "ours", Searches(_FEW, actor="actor-5")),
            at_most(5),
        ),
        Comparison(
            "the same, for an actor with half of the memories",
            Measurement("1 million", "ours", Searches(_MANY, actor="ann")),
            Measurement("10 thousand", "ours", Searches(_FEW, actor="ann")),
            at_most(5),
        ),
    ],
)
