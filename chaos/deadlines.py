"""Whatever is slow, a call ends when its time is over."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from chaos.clients import COLOURS
from chaos.figure import AWAITING, Figure
from tests.matrix.clients import Colour
from tests.matrix.playing import play
from tests.matrix.row import Row
from tests.matrix.rows import ROWS

MOST = 0.25
_TIMES = 3
_LATE_BY_DESIGN = "C19"
"""Nothing can end the look-up of a name that blocks, as the blocking client says of itself."""


def slow_rows() -> Iterator[Row]:
    """Those that only the deadline ends."""
    return (row for row in ROWS if row.expects.is_at_deadline)


def overrun(row: Row, colour: str) -> float:
    """Seconds by which a call ends after its deadline; the median, for machines are busy."""
    return median(play(row, Colour(colour)).late for _ in range(_TIMES))


def figures(seed: int) -> Iterator[Figure]:
    for row in slow_rows():
        colours = [AWAITING] if row.id == _LATE_BY_DESIGN else COLOURS
        yield Figure(
            f"{row.fault}: ends late by",
            MOST,
            {colour: overrun(row, colour) for colour in colours},
            "s",
        )
