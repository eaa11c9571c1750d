"""Names of a package that are loaded when somebody asks for them (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from types import ModuleType


def on_demand(
    package: str,
    names: Collection[str],
    homes: Mapping[str, str],
    *,
    rooms: Collection[str] = (),
    modules: Collection[str] = (),
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """
    The `__getattr__` and the `__dir__` of a *package* with these public *names*.

    *homes* says which of its modules each of them comes from. What is not named there is in the
    `__all__` of one of the *rooms*, which are looked through in their order. *modules* are those
    that can be reached through the package without being imported by name.
    """

    def module(name: str) -> ModuleType:
        return import_module(f"{package}.{name}")

    def found(name: str) -> object:
        if name in modules:
            return module(name)
        if name in homes:
            return getattr(module(homes[name]), name)
        if name in names:
            for room in map(module, rooms):
                if name in room.__all__:
                    return getattr(room, name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def load(name: str) -> object:
        value = found(name)
        setattr(sys.modules[package], name, value)
        return value

    def shown() -> list[str]:
        own = (name for name in vars(sys.modules[package]) if name.startswith("__"))
        return sorted({*own, *names, *modules})

    return load, shown
