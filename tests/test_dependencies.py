"""Declared dependencies: every import of the package, and upper bounds for the HTTP libraries."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
IMPORT_NAMES = {"opentelemetry-api": "opentelemetry"}
HOSTS = {"mypy", "pytest", "pydantic_core"}
"""Programs that load a module of the package. They are installed wherever it is loaded."""


def declared(table: str) -> dict[str, str]:
    """Return the version specifiers of the requirements in a TOML table, by import name."""
    (text,) = re.findall(rf"(?ms)^\[{table}\]\n(.*?)(?=^\[|\Z)", PYPROJECT)
    requirements = re.findall(r'"([\w-]+)(?:\[\w+\])?([<>=~][^"]*)"', text)
    return {
        IMPORT_NAMES.get(name, name.replace("-", "_")): specifier
        for name, specifier in requirements
    }


DEPENDENCIES = declared("project")
EXTRAS = declared("project.optional-dependencies")


def imported_names() -> Iterator[str]:
    for path in (ROOT / "memsy").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def test_every_imported_distribution_is_declared() -> None:
    third_party = set(imported_names()) - sys.stdlib_module_names - {"memsy"} - HOSTS
    assert third_party <= DEPENDENCIES.keys() | EXTRAS.keys()
    assert third_party >= DEPENDENCIES.keys()


@pytest.mark.parametrize("name", ["aiohttp", "requests", "urllib3"])
def test_libraries_with_overridden_private_members_have_an_upper_bound(name: str) -> None:
    assert re.search(r",<\d+$", DEPENDENCIES[name])
