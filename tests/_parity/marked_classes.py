"""Marked classes of the package and their references, found by an import of all modules."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from importlib.util import find_spec
from types import ModuleType

import memsy
from memsy.parity import MARKED

_NEED_RAY = {"memsy.integrations.ray", "memsy.integrations._ray.datasink"}


def modules() -> list[ModuleType]:
    """Import and return every module of the package except `__main__`."""
    found = pkgutil.walk_packages(memsy.__path__, f"{memsy.__name__}.")
    skipped = set() if find_spec("ray") else _NEED_RAY
    names = [module.name for module in found if module.name not in skipped]
    return [importlib.import_module(name) for name in names if not name.endswith("__main__")]


def public_classes(module: ModuleType) -> list[type[object]]:
    """Return the public classes that a module defines."""
    return [
        cls
        for name, cls in inspect.getmembers(module, inspect.isclass)
        if cls.__module__ == module.__name__ and not name.startswith("_")
    ]


def compared_classes() -> list[type[object]]:
    """Return the classes of the package that have a mark or are the reference of one."""
    modules()
    pairs = ((target, *(mark.reference for mark in marks)) for target, marks in MARKED.items())
    found = dict.fromkeys(t for pair in pairs for t in pair if isinstance(t, type))
    return [cls for cls in found if cls.__module__.startswith(f"{memsy.__name__}.")]
