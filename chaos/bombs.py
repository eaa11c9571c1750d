"""An answer that is far larger than it looks costs little memory, and little time."""

from __future__ import annotations

import time
from collections.abc import Iterator

from attrs import frozen

from chaos import memory
from chaos.apart import apart
from chaos.clients import COLOURS
from chaos.figure import Figure
from memsy import MemsyResponseError, RetryPolicy
from memsy._core.response_body import MAX_BODY_BYTES
from memsy._core.time_source import SYSTEM_TIME
from tests.matrix.row import Row
from tests.matrix.rows import ROWS

MOST_MEMORY = 3 * MAX_BODY_BYTES / memory.MIB
MOST_TIME = 1.0
_BOMBS = ("B19", "B20", "B21")


@frozen
class Cost:
    """What it takes to find out that an answer is none."""

    memory: float
    """MiB."""
    seconds: float


def bombs() -> Iterator[Row]:
    return (row for row in ROWS if row.id in _BOMBS)


def cost(row: Row, colour: str) -> Cost:
    """What the bomb of *row* costs a client, in a process that has nothing else to do."""
    with row.stage() as place:
        return apart(_search, place.base_url, colour)


def _search(url: str, colour: str) -> Cost:
    once = RetryPolicy(max_retries=0)
    with COLOURS[colour](url, once, 30.0, SYSTEM_TIME) as caller:
        peak, began = memory.peak(), time.monotonic()
        try:
            caller.search("tea")
        except MemsyResponseError:
            return Cost(memory.peak() - peak, time.monotonic() - began)
        raise AssertionError("that was no bomb")


def figures(seed: int) -> Iterator[Figure]:
    for row in bombs():
        costs = {colour: cost(row, colour) for colour in COLOURS}
        yield Figure(
            f"{row.fault}: cut off after",
            MOST_TIME,
            {colour: found.seconds for colour, found in costs.items()},
            "s",
        )
        yield Figure(
            f"{row.fault}: memory taken",
            MOST_MEMORY,
            {colour: found.memory for colour, found in costs.items()},
            "MiB",
        )
