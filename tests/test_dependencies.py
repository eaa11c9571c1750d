"""Declared dependencies: every import of the package, and bounds with the reasons of the page."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
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


def test_page_has_the_bounds_of_pyproject_and_their_reasons() -> None:
    rows = re.findall(r"(?m)^\| `([\w-]+)` \| `([<>=][^`]*)` \| (.+) \|$", PAGE)
    bounds = {IMPORT_NAMES.get(name, name.replace("-", "_")): bound for name, bound, _ in rows}
    assert bounds == DEPENDENCIES | EXTRAS
    assert all(reason.strip() for _, _, reason in rows)


def test_page_describes_the_use_of_each_dependency_and_extra() -> None:
    for name in DEPENDENCIES:
        assert re.search(rf"(?m)^\| `{name.replace('_', '-')}` \| [A-Z`]", PAGE)
    extras = re.search(r"(?ms)^\[project.optional-dependencies\]\n(.*?)^$", PYPROJECT)
    assert extras
    for extra, requirements in re.findall(r"(?m)^(\w+) = \[(.*)\]$", extras[1]):
        names = re.findall(r'"([\w-]+(?:\[\w+\])?)', requirements)
        listed = re.escape(", ".join(f"`{name}`" for name in names))
        assert re.search(rf"(?m)^\| `{extra}` \| [^|]+ \| {listed} \|$", PAGE)


def test_only_libraries_with_overridden_private_members_have_an_upper_bound() -> None:
    table = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    overridden = re.findall(r"(?m)^\| `(\w+)[\w.]*` \| `\w+\.\w+` \|", table)
    bounded = {name for name, bound in (DEPENDENCIES | EXTRAS).items() if "<" in bound}
    assert bounded == set(overridden) - sys.stdlib_module_names
    for name in bounded:
        assert re.search(r",<\d+$", DEPENDENCIES[name])
        assert re.search(rf"(?m)^\| `{name}` \| `\w+\.\w+`", PAGE)
