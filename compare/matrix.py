"""
The fault matrix, played by both.

A fault counts as survived if, in both colours, the caller gets the answer that is due, or an error
of the SDK's own, before the deadline, without a request too many. Of ours more is asked: what the
table of the matrix says.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from rich.console import Console
from rich.progress import track
from rich.table import Table

from compare.asking import Stranger, play
from tests.matrix import playing
from tests.matrix.clients import REAL
from tests.matrix.row import Row
from tests.matrix.rows import ROWS

_OF_OURS_ALONE = {"E01", "E02", "T04"}
"""What the environment may say to a client: that is a promise, and not one that everybody makes."""


def show(console: Console, python: str) -> None:
    """Print what became of each fault."""
    table = Table("fault", "memsy", "official SDK", box=None)
    played = ours_kept = theirs_kept = 0
    rows_by_id = groupby(sorted(ROWS, key=attrgetter("id")), attrgetter("id"))
    faults = [(id, list(rows)) for id, rows in rows_by_id if id not in _OF_OURS_ALONE]
    with Stranger(python, "blocking") as blocking, Stranger(python, "awaiting") as awaiting:
        for id, rows in track(faults, "Playing", console=Console(stderr=True)):
            ours = {complaint for row in rows for complaint in _ours(row)}
            theirs = _theirs(rows, (blocking, awaiting))
            if theirs is not None:
                played += 1
                ours_kept += not ours
                theirs_kept += not theirs
            said = "has no such option" if theirs is None else _said(theirs)
            table.add_row(id, _said(ours), said)
    console.print(table)
    console.print(
        f"Of {played} faults that both can meet, memsy survives {ours_kept} and the official SDK "
        f"{theirs_kept}."
    )


def _ours(row: Row) -> Iterable[str]:
    for colour in REAL:
        yield from row.expects.complaints(playing.play(row, colour))


def _theirs(rows: Iterable[Row], strangers: Iterable[Stranger]) -> set[str] | None:
    played = [play(row, stranger) for row in rows for stranger in strangers]
    heard = [complaints for complaints in played if complaints is not None]
    return {one for complaints in heard for one in complaints} if heard else None


def _said(complaints: set[str]) -> str:
    return "; ".join(sorted(complaints)) or "ok"
