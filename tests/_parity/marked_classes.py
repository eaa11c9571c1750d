"""The classes of the package that are compared, found by importing all of it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType

import memsy
from memsy.parity import MARKED


def modules() -> list[ModuleType]:
    """Every module of the package, but for the one that is a command."""
    found = pkgutil.walk_packages(memsy.__path__, f"{memsy.__name__}.")
    return [importlib.import_module(m.name) for m in found if not m.name.endswith("__main__")]


def public_classes(module: ModuleType) -> list[type[object]]:
    """The classes that a module defines for others."""
    return [
        cls
        for name, cls in inspect.getmembers(module, inspect.isclass)
        if cls.__module__ == module.__name__ and not name.startswith("_")
    ]


def compared_classes() -> list[type[object]]:
    """What is marked in the package, or named by a mark."""
    modules()
    pairs = ((cls, *(mark.of for mark in marks)) for cls, marks in MARKED.items())
    found = dict.fromkeys(cls for pair in pairs for cls in pair)
    return [cls for cls in found if cls.__module__.startswith(f"{memsy.__name__}.")]
