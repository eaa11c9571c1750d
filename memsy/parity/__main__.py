"""Command `python -m memsy.parity`: check the marked classes of modules at run time."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from memsy.parity import MARKED, check

_PROGRAM = "python -m memsy.parity"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Return 0 without drift, and 1 with drift. Exit with 2 for wrong usage."""
    parser = ArgumentParser(
        prog=_PROGRAM,
        description="Compare each marked class (@mirrors, @implements) of the modules with its "
        "reference class. Print one line for each difference.",
        epilog="Exit status: 0 no drift, 1 drift, 2 a module cannot be imported or has no "
        "marked class.",
    )
    parser.add_argument(
        "modules", nargs="+", metavar="module", help="full name of a module, such as shop.store"
    )
    parser.add_argument(
        "-r", "--recursive", action="store_true", help="also check all submodules of a package"
    )
    options = parser.parse_args(arguments)
    classes: dict[type[object], None] = {}
    for name in options.modules:
        try:
            found = _marked_classes(name, is_recursive=options.recursive)
        except _UsageError as error:
            parser.exit(2, f"{_PROGRAM}: {error}\n")
        classes.update(dict.fromkeys(found))
    drifts = [
        drift for cls in classes for mark in MARKED[cls] for drift in check(mark.reference, cls)
    ]
    for drift in drifts:
        print(drift)  # noqa: T201
    if drifts:
        return 1
    noun = "class" if len(classes) == 1 else "classes"
    print(f"{len(classes)} marked {noun} checked: no drift")  # noqa: T201
    return 0


class _UsageError(Exception):
    """A module that the command cannot check."""


def _marked_classes(name: str, *, is_recursive: bool) -> list[type[object]]:
    """Return the marked classes that a module or the modules of a package define."""
    module = _import(name)
    modules = {module.__name__, *(_submodules(module) if is_recursive else ())}
    found = [cls for cls in MARKED if cls.__module__ in modules]
    if not found:
        is_package = hasattr(module, "__path__") and not is_recursive
        fix = "add --recursive for its submodules, or mark" if is_package else "mark"
        raise _UsageError(
            f'"{name}" has no marked class, so there is nothing to check: '
            f"{fix} a class with @mirrors(...) or @implements(...)"
        )
    return found


def _submodules(package: ModuleType) -> Iterator[str]:
    """Import and yield the submodules of a package; `__main__` would run a program."""
    for found in pkgutil.iter_modules(getattr(package, "__path__", ())):
        if found.name != "__main__":
            module = _import(f"{package.__name__}.{found.name}")
            yield module.__name__
            yield from _submodules(module)


def _import(name: str) -> ModuleType:
    if name.endswith(".py"):
        module = ".".join(Path(name).with_suffix("").parts)
        raise _UsageError(f'"{name}" is a path: pass the name of the module, such as {module}')
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        reason = f"{type(error).__name__}: {error}"
        raise _UsageError(f'cannot import "{name}": {reason}') from error


if __name__ == "__main__":
    sys.exit(main())
