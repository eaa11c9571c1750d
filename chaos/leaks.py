"""When all faults have come and gone, again and again, nothing of them is left."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from attrs import frozen

from chaos import memory
from chaos.apart import apart
from chaos.clients import COLOURS
from chaos.figure import Figure
from tests.matrix.clients import Colour
from tests.matrix.playing import play
from tests.matrix.rows import ROWS

ROUNDS = 20
# Caches fill in the first of them.
_BEFORE = 3
_MOST_MEMORY = 4


@frozen
class Holdings:
    """What this process has."""

    files: int
    threads: int
    tasks: int
    memory: float
    """MiB."""

    @classmethod
    def now(cls) -> Holdings:
        gc.collect()
        # Not isinstance(), which asks things what they are, and some can answer no more.
        kinds = map(type, gc.get_objects())
        return cls(
            files=len(list(Path("/dev/fd").iterdir())),
            threads=threading.active_count(),
            tasks=sum(issubclass(kind, asyncio.Task) for kind in kinds),
            memory=memory.held(),
        )

    def more_than(self, before: Holdings) -> Holdings:
        return Holdings(
            self.files - before.files,
            self.threads - before.threads,
            self.tasks - before.tasks,
            self.memory - before.memory,
        )


def left_over(colour: str, rounds: int) -> Holdings:
    """What a process has more when a client of that *colour* has met all faults so often."""
    _play_all(colour, _BEFORE)
    before = Holdings.now()
    _play_all(colour, rounds)
    return Holdings.now().more_than(before)


def _play_all(colour: str, rounds: int) -> None:
    for _ in range(rounds):
        for row in ROWS:
            if not row.is_fresh:
                play(row, Colour(colour))


def figures(seed: int) -> Iterator[Figure]:
    with ThreadPoolExecutor() as threads:
        measured = threads.map(lambda colour: apart(left_over, colour, ROUNDS), COLOURS)
        found = dict(zip(COLOURS, measured, strict=True))
    for what in ("files", "threads", "tasks"):
        yield Figure(
            f"{what} more after {ROUNDS} rounds of all faults",
            0,
            {colour: getattr(holdings, what) for colour, holdings in found.items()},
        )
    yield Figure(
        f"memory more after {ROUNDS} rounds of all faults",
        _MOST_MEMORY,
        {colour: holdings.memory for colour, holdings in found.items()},
        "MiB",
    )
