"""Parity at run time: the comparisons of the mypy plugin, repeated with `check`."""

from __future__ import annotations

import re

import pytest

from memsy.parity import MARKED, Mark, check
from memsy.parity._decorators import Target
from tests._parity.marked_classes import compared_classes, modules, public_classes

SURFACE_MODULES = re.compile(
    r"memsy\.((async_)?(client|control)|(protocols|(control_)?resources)\.[a-z]\w+|testing\.fakes)"
)
COMPARED = compared_classes()
MARKS = [
    (target, mark)
    for target, marks in MARKED.items()
    for mark in marks
    if target.__module__.startswith("memsy.")
]


@pytest.mark.parametrize(
    ("target", "mark"), MARKS, ids=[f"{t.__name__}-{m.reference.__name__}" for t, m in MARKS]
)
def test_mark_finds_no_difference(target: Target, mark: Mark) -> None:
    assert check(mark.reference, target) == []


def test_every_public_class_of_a_surface_has_a_mark() -> None:
    surfaces = [module for module in modules() if SURFACE_MODULES.fullmatch(module.__name__)]
    unmarked = {cls for module in surfaces for cls in public_classes(module)}
    assert unmarked - set(COMPARED) == set()
