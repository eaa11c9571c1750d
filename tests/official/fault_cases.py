"""
Comparison on the fault cases.

A row of the fault matrix counts as survived if every call, sync and async, returns the expected
result or raises an error of the SDK before the deadline, without needless requests. Our own
clients must also match the expectations of the cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.faults import runner
from tests.faults.case import Case
from tests.faults.clients import REAL
from tests.official.client_process import ClientProcess, run_case

_NOT_COMPARED = {"E01", "E02", "T04"}
"""Rows on the environment of a client, for which the official SDK makes no promise."""


def compare(console: Console, python: str, cases: Sequence[Case]) -> None:
    """Print the problems of both SDKs for each row of the matrix."""
    table = Table("row", "memsy", "official SDK", box=None)
    compared = ours_survived = theirs_survived = 0
    by_row = groupby(sorted(cases, key=attrgetter("matrix_id")), attrgetter("matrix_id"))
    rows = [(row, list(cases)) for row, cases in by_row if row not in _NOT_COMPARED]
    with ClientProcess(python, "sync") as sync, ClientProcess(python, "async") as async_:
        for row, row_cases in track(rows, "Comparing", console=Console(stderr=True)):
            ours = {problem for case in row_cases for problem in _our_mismatches(case)}
            theirs = _their_problems(row_cases, (sync, async_))
            if theirs is not None:
                compared += 1
                ours_survived += not ours
                theirs_survived += not theirs
            table.add_row(
                row, _format(ours), "no such option" if theirs is None else _format(theirs)
            )
    console.print(table)
    console.print(
        f"Of {compared} faults that both can meet, memsy survives {ours_survived} and the "
        f"official SDK {theirs_survived}."
    )


def _our_mismatches(case: Case) -> Iterable[str]:
    for kind in REAL:
        yield from case.expects.mismatches(runner.run_case(case, kind))


def _their_problems(cases: Iterable[Case], clients: Iterable[ClientProcess]) -> set[str] | None:
    results = [run_case(case, client) for case in cases for client in clients]
    compared = [problems for problems in results if problems is not None]
    return {problem for problems in compared for problem in problems} if compared else None


def _format(problems: set[str]) -> str:
    return "; ".join(sorted(problems)) or "ok"
