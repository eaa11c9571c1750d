"""Parity at run time: the comparisons of the mypy plugin, repeated with `check`."""

from __future__ import annotations

import re

import pytest

from memsy.parity import MARKED, Mark, check
from tests._parity.marked_classes import compared_classes, modules, public_classes

SURFACE_MODULES = re.compile(
    r"memsy\.((async_)?(client|control)|(protocols|(control_)?resources)\.[a-z]\w+|testing\.fakes)"
)
COMPARED = compared_classes()
MARKS = [(cls, mark) for cls in COMPARED for mark in MARKED.get(cls, ())]


@pytest.mark.parametrize(
    ("cls", "mark"), MARKS, ids=[f"{cls.__name__}-{mark.reference.__name__}" for cls, mark in MARKS]
)
def test_marked_class_has_the_members_of_its_reference(cls: type[object], mark: Mark) -> None:
    assert check(mark.reference, cls) == []


def test_every_public_class_of_a_surface_has_a_mark() -> None:
    surfaces = [module for module in modules() if SURFACE_MODULES.fullmatch(module.__name__)]
    unmarked = {cls for module in surfaces for cls in public_classes(module)}
    assert unmarked - set(COMPARED) == set()
