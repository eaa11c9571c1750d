"""Fixture that imports the text of a module."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest

from memsy.parity import MARKED

ImportText = Callable[[str], ModuleType]
_NUMBERS = count()


@pytest.fixture
def import_text(tmp_path: Path) -> Iterator[ImportText]:
    """Return a function that imports a text as a module. Its marks end with the test."""
    marked = dict(MARKED)
    names = []

    def load(text: str) -> ModuleType:
        name = f"parity_example_{next(_NUMBERS)}"
        path = tmp_path / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        names.append(name)
        spec.loader.exec_module(module)
        return module

    yield load
    for name in names:
        del sys.modules[name]
    MARKED.clear()
    MARKED.update(marked)
