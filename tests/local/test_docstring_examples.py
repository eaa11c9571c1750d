"""Examples in the docstrings of the public classes, run as doctests."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from memsy.local import clock, config, faults, service
from memsy.local.domain import members
from memsy.local.server import server


@pytest.mark.parametrize(
    "module", [clock, config, faults, members, server, service], ids=lambda module: module.__name__
)
def test_docstring_examples_run(module: ModuleType) -> None:
    results = doctest.testmod(module)
    assert results.attempted > 0
    assert results.failed == 0
