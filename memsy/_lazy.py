"""Module attributes that are imported on first use (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from importlib import import_module


def lazy_exports(
    package: str,
    names: Collection[str],
    *,
    sources: Mapping[str, str] | None = None,
    packages: Collection[str] = (),
    submodules: Collection[str] = (),
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """
    Return the `__getattr__` and the `__dir__` of a package that imports its names lazily.

    Args:
        package: Full name of the package.
        names: Its public names, as in `__all__`.
        sources: Full name of the defining module, by public name.
        packages: Full names of the packages or modules that define all other names. Their
            `__all__` lists, or all names of a module without one, are searched in this order.
        submodules: Submodules that are available as attributes without a separate import.
    """

    def find_value(name: str) -> object:
        if name in submodules:
            return import_module(f"{package}.{name}")
        if sources and name in sources:
            return getattr(import_module(sources[name]), name)
        if name in names:
            for module in map(import_module, packages):
                if name in getattr(module, "__all__", vars(module)):
                    return getattr(module, name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def load(name: str) -> object:
        from memsy._fork import lazy_import  # noqa: PLC0415 - loads `logging` and `threading`

        with lazy_import():
            value = find_value(name)
        setattr(sys.modules[package], name, value)
        return value

    def list_names() -> list[str]:
        dunders = (name for name in vars(sys.modules[package]) if name.startswith("__"))
        return sorted({*dunders, *names, *submodules})

    return load, list_names
