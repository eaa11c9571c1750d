"""
Coverage of the fault matrix: each row has a case or a test.

A test names its rows with `@pytest.mark.covers("X01")`. The marks are read from the source of the
tests, so that a selection of tests with `-k` does not matter.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import tests
from tests.faults.cases import CASES

ROWS_PER_FAMILY = {
    "C": 19,  # connections
    "T": 7,  # TLS
    "B": 24,  # response bodies
    "H": 3,  # response heads
    "S": 10,  # statuses
    "R": 6,  # Retry-After
    "D": 3,  # redirects
    "E": 3,  # environment
    "I": 4,  # invalid arguments
    "X": 9,  # threads, forks, event loops, interrupts
    "Q": 5,  # retry load
    "Z": 3,  # secrets, and errors in other processes
}
MATRIX_IDS = [
    f"{family}{n:02}" for family, rows in ROWS_PER_FAMILY.items() for n in range(1, rows + 1)
]


def marks_in(source: str) -> Iterator[str]:
    """Return the arguments of all `covers` marks in a `source`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.covers":
            yield from map(ast.literal_eval, node.args)


@cache
def marked() -> frozenset[str]:
    (root,) = tests.__path__
    sources = (path.read_text("utf-8") for path in Path(root).rglob("test_*.py"))
    return frozenset(mark for source in sources for mark in marks_in(source))


def test_matrix_has_96_rows() -> None:
    assert len(MATRIX_IDS) == 96


@pytest.mark.parametrize("matrix_id", MATRIX_IDS)
def test_matrix_row_is_covered(matrix_id: str) -> None:
    assert matrix_id in marked() or matrix_id in {case.matrix_id for case in CASES}


def test_cases_and_marks_name_rows_of_the_matrix() -> None:
    assert {case.matrix_id for case in CASES} | marked() <= set(MATRIX_IDS)


def test_covers_marks_are_found_on_modules_classes_functions_and_parameters() -> None:
    source = """
import pytest

pytestmark = pytest.mark.covers("A01")

class TestGroup:
    @pytest.mark.covers("A02", "A03")
    @pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.covers("A04")), "A05"])
    async def test_one(self, x): ...
"""
    assert sorted(marks_in(source)) == ["A01", "A02", "A03", "A04"]
