"""
Every row of the fault matrix is proved somewhere: by a row here, or by a test that says so.

A test says so with `@pytest.mark.proves("X01")`. The marks are read from the text of the tests, so
that it does not matter which of them run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import tests
from tests.matrix.rows import ROWS

FAMILIES = {
    "C": 19,  # connections
    "T": 7,  # TLS
    "B": 23,  # bodies
    "H": 3,  # heads
    "S": 10,  # statuses
    "R": 6,  # Retry-After
    "D": 3,  # redirects
    "E": 3,  # the environment
    "I": 4,  # what callers say
    "X": 9,  # threads, forks, loops, interrupts
    "Q": 5,  # retries in great numbers
    "Z": 3,  # secrets and errors on their way
}
IDS = [f"{family}{n:02}" for family, rows in FAMILIES.items() for n in range(1, rows + 1)]


def marks_in(source: str) -> Iterator[str]:
    """What the marks in a *source* say that its tests prove."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.proves":
            yield from map(ast.literal_eval, node.args)


@cache
def marked() -> frozenset[str]:
    (root,) = tests.__path__
    sources = (path.read_text("utf-8") for path in Path(root).rglob("test_*.py"))
    return frozenset(mark for source in sources for mark in marks_in(source))


def test_there_are_95_of_them() -> None:
    assert len(IDS) == 95


@pytest.mark.parametrize("id", IDS)
def test_each_is_proved(id: str) -> None:
    assert id in marked() or id in {row.id for row in ROWS}


def test_nothing_else_is() -> None:
    assert {row.id for row in ROWS} | marked() <= set(IDS)


def test_a_mark_is_found_wherever_it_stands() -> None:
    source = """
import pytest

pytestmark = pytest.mark.proves("A01")

class TestIt:
    @pytest.mark.proves("A02", "A03")
    @pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.proves("A04")), "A05"])
    async def test_it(self, x): ...
"""
    assert sorted(marks_in(source)) == ["A01", "A02", "A03", "A04"]
