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
"""Rows on the environment of a client, which the official SDK does not define."""


def compare(console: Console, python: str, cases: Sequence[Case]) -> None:
    """Print the problems of both SDKs for each row of the matrix."""
    table = Table("row", "memsy", "official SDK", box=None)
    compared = memsy_survived = official_survived = 0
    with ClientProcess(python, "sync") as sync, ClientProcess(python, "async") as async_:
        for row, row_cases in track(_rows(cases), "Comparing", console=Console(stderr=True)):
            memsy_problems = {problem for case in row_cases for problem in _memsy_mismatches(case)}
            official_problems = _official_problems(row_cases, (sync, async_))
            if official_problems is not None:
                compared += 1
                memsy_survived += not memsy_problems
                official_survived += not official_problems
            table.add_row(
                row,
                _format(memsy_problems),
                "no such option" if official_problems is None else _format(official_problems),
            )
    console.print(table)
    console.print(
        f"Of {compared} faults that apply to both, memsy survives {memsy_survived} and the "
        f"official SDK {official_survived}."
    )


def measure(python: str, cases: Sequence[Case]) -> dict[str, set[str]]:
    """Return the problems of the SDK of `python` by row, for the rows that apply to both SDKs."""
    problems: dict[str, set[str]] = {}
    with ClientProcess(python, "sync") as sync, ClientProcess(python, "async") as async_:
        for row, row_cases in track(_rows(cases), "Comparing", console=Console(stderr=True)):
            found = _official_problems(row_cases, (sync, async_))
            if found is not None:
                problems[row] = found
    return problems


def _rows(cases: Sequence[Case]) -> list[tuple[str, list[Case]]]:
    by_row = groupby(sorted(cases, key=attrgetter("matrix_id")), attrgetter("matrix_id"))
    return [(row, list(cases)) for row, cases in by_row if row not in _NOT_COMPARED]


def _memsy_mismatches(case: Case) -> Iterable[str]:
    for kind in REAL:
        yield from case.expects.mismatches(runner.run_case(case, kind))


def _official_problems(cases: Iterable[Case], clients: Iterable[ClientProcess]) -> set[str] | None:
    results = [run_case(case, client) for case in cases for client in clients]
    compared = [problems for problems in results if problems is not None]
    return {problem for problems in compared for problem in problems} if compared else None


def _format(problems: set[str]) -> str:
    return "; ".join(sorted(problems)) or "ok"
