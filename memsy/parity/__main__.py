"""Command `python -m memsy.parity`: check marked classes and functions at run time."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from argparse import ArgumentParser
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from types import ModuleType

from memsy.parity import MARKED, check
from memsy.parity._decorators import Target

_PROGRAM = "python -m memsy.parity"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Return 0 without drift, and 1 with drift. Exit with 2 for wrong usage."""
    parser = ArgumentParser(
        prog=_PROGRAM,
        description="Compare each marked class and function (@mirrors, @implements) of the modules "
        "with its reference. Print one line for each difference.",
        epilog="Exit status: 0 no drift, 1 drift, 2 a module cannot be imported or has no mark.",
    )
    parser.add_argument(
        "modules", nargs="+", metavar="module", help="full name of a module, such as shop.store"
    )
    parser.add_argument(
        "-r", "--recursive", action="store_true", help="also check all submodules of a package"
    )
    options = parser.parse_args(arguments)
    targets: dict[Target, None] = {}
    for name in options.modules:
        try:
            found = _marked_targets(name, is_recursive=options.recursive)
        except _UsageError as error:
            parser.exit(2, f"{_PROGRAM}: {error}\n")
        targets.update(dict.fromkeys(found))
    drifts = [
        drift
        for target in targets
        for mark in MARKED[target]
        for drift in check(mark.reference, target)
    ]
    for drift in drifts:
        print(drift)  # noqa: T201
    if drifts:
        return 1
    print(f"{_counted(targets)} checked: no drift")  # noqa: T201
    return 0


def _counted(targets: Collection[Target]) -> str:
    """Return the number of marked classes and functions, such as `2 marked classes`."""
    classes = sum(isinstance(target, type) for target in targets)
    functions = len(targets) - classes
    texts = [
        f"{classes} marked {'class' if classes == 1 else 'classes'}" if classes else "",
        f"{functions} marked {'function' if functions == 1 else 'functions'}" if functions else "",
    ]
    return " and ".join(filter(None, texts))


class _UsageError(Exception):
    """A module that the command cannot check."""


def _marked_targets(name: str, *, is_recursive: bool) -> list[Target]:
    """Return the marked classes and functions of a module or of the modules of a package."""
    module = _import(name)
    modules = {module.__name__, *(_submodules(module) if is_recursive else ())}
    found = [target for target in MARKED if target.__module__ in modules]
    if not found:
        is_package = hasattr(module, "__path__") and not is_recursive
        fix = "add --recursive for its submodules, or mark" if is_package else "mark"
        raise _UsageError(
            f'"{name}" has no marked class or function, so there is nothing to check: '
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
