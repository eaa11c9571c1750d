"""Annotations at run time: containers, validators and runtime type checkers evaluate them."""

from __future__ import annotations

import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import memsy

PACKAGE = Path(memsy.__file__).parent

PUBLIC_MODULES = [
    "memsy",
    *(
        module.name
        for module in pkgutil.walk_packages(memsy.__path__, "memsy.")
        if not any(part.startswith("_") for part in module.name.split("."))
        if module.name.split(".")[1] != "cli"
    ),
]


def is_public(name: str) -> bool:
    return not name.startswith("_") or name.endswith("__")


def public_members(module: ModuleType) -> dict[str, object]:
    """Return the public names that a module defines or exports, lazy ones, too."""
    exports = getattr(module, "__all__", ())
    members = {name: getattr(module, name) for name in exports}
    own = {
        name: value
        for name, value in vars(module).items()
        if is_public(name) and getattr(value, "__module__", None) == module.__name__
    }
    return members | own


def functions_of(member: object) -> Iterator[Callable[..., object]]:
    """Yield the functions behind a member of a class or a module, wrapped ones, too."""
    if isinstance(member, property):
        yield from filter(None, (member.fget, member.fset, member.fdel))
        return
    if isinstance(member, cached_property):
        member = member.func
    elif isinstance(member, (classmethod, staticmethod)):
        member = member.__func__
    innermost = inspect.unwrap(member) if callable(member) else None
    yield from {function for function in (member, innermost) if inspect.isfunction(function)}


def annotated_objects(module: ModuleType) -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield public classes, their methods and properties, also inherited ones, and functions."""
    for name, value in public_members(module).items():
        if not inspect.isclass(value):
            yield from ((name, function) for function in functions_of(value))
            continue
        yield name, value
        for base in value.__mro__:
            if not base.__module__.startswith("memsy"):
                continue
            for attribute, member in vars(base).items():
                if is_public(attribute):
                    label = f"{base.__qualname__}.{attribute}"
                    yield from ((label, function) for function in functions_of(member))


def resolution_error(annotated: Callable[..., object]) -> Exception | None:
    try:
        typing.get_type_hints(annotated)
        if inspect.isfunction(annotated):
            inspect.signature(annotated, eval_str=True)
    except (AttributeError, NameError, TypeError) as error:
        return error
    return None


@pytest.mark.parametrize("name", PUBLIC_MODULES)
def test_public_annotations_resolve_at_run_time(name: str) -> None:
    if name == "memsy.integrations.ray":
        pytest.importorskip("ray")  # `make scale` installs it
    errors = [
        (label, error)
        for label, annotated in annotated_objects(import_module(name))
        if (error := resolution_error(annotated))
    ]
    assert errors == []


def test_walk_reaches_methods_properties_fixtures_and_lazy_names() -> None:
    found = {
        (module, name)
        for module in ("memsy", "memsy.testing", "memsy.testing.pytest_plugin")
        for name, _ in annotated_objects(import_module(module))
    }
    assert found >= {
        ("memsy", "MemsyClient"),
        ("memsy", "ClientBase.__init__"),
        ("memsy", "MemsyClient.orgs"),
        ("memsy", "AsyncMemsyClient.search"),
        ("memsy", "EventPayload.__init__"),
        ("memsy", "metered"),
        ("memsy.testing", "LocalService.from_snapshot"),
        ("memsy.testing.pytest_plugin", "memsy_client"),
    }


def test_only_lazy_packages_import_names_for_type_checkers_alone() -> None:
    """pytest imports the plugin in every project, so its private types are lazy, too."""
    paths = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "\nif TYPE_CHECKING:\n    from " in path.read_text(encoding="utf-8")
    }
    assert paths == {
        *("__init__.py", "local/__init__.py", "testing/__init__.py"),
        *("models/__init__.py", "outbox/__init__.py", "parity/__init__.py"),
        "protocols/__init__.py",
        "testing/pytest_plugin.py",
    }
