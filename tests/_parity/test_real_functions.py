"""
Mutation test of marked functions: every change of each real pair of functions is reported.

`tests/test_parity_gate.py` does the same for the classes. Each change is made in a copy of the
module, on one side of all its pairs. The run-time check and the mypy plugin must report each pair.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from types import FunctionType, ModuleType
from typing import NamedTuple

import pytest

from memsy.parity import MARKED, mirrors
from tests._parity import marked_classes
from tests._parity.kinds.runtime import drifts
from tests._parity.mutations import SIGNATURE_CHANGES, Change
from tests._parity.project import Project
from tests._parity.signature_changes import Definition

ONLY_MEMBERS = {
    "member_renamed",
    "member_removed",
    "member_added",
    "method_made_property",
    "method_made_class_method",
    "property_made_method",
}
CHANGES = [change for change in SIGNATURE_CHANGES if change.__name__ not in ONLY_MEMBERS]
OF_MARKED = {"result_in_other_mode", "iterator_in_other_mode"}
"""Changes that are made on the marked side only: an async reference may have an async mirror."""
REQUIRED = {
    "parameter_renamed",
    "parameter_removed",
    "parameter_narrowed",
    "parameters_reordered",
    "default_changed",
    "result_widened",
    "result_in_other_mode",
}
"""Changes that every function must have."""


class Copy(NamedTuple):
    """Copy of a module with one change of all functions on one side."""

    name: str
    text: str
    functions: frozenset[str]
    """Marked functions that must be reported."""


def pairs() -> dict[str, dict[str, str]]:
    """Return the names of marked functions and of their references by module."""
    marked_classes.modules()
    found: dict[str, dict[str, str]] = {}
    for target, marks in MARKED.items():
        if isinstance(target, FunctionType) and target.__module__.startswith("memsy."):
            (mark,) = marks
            assert isinstance(mark, mirrors)
            names = found.setdefault(target.__module__, {})
            names[target.__name__] = mark.reference.__name__
    return found


def copies(module: str) -> Iterator[Copy]:
    """Yield the honest copy of a module, and the copies with a change."""
    names = pairs()[module]
    tree = _skeleton(sys.modules[module], {*names, *names.values()})
    sides = {"marked": {name: name for name in names}, "reference": {names[n]: n for n in names}}
    yield Copy(_copy_name(module, "honest", ""), ast.unparse(tree), frozenset())
    for change in CHANGES:
        for side, marked in sides.items():
            if side == "reference" and change.__name__ in OF_MARKED:
                continue
            copy = deepcopy(tree)
            changed = frozenset(_change(copy, change, marked))
            if changed:
                yield Copy(_copy_name(module, change.__name__, side), ast.unparse(copy), changed)


def _skeleton(module: ModuleType, names: set[str]) -> ast.Module:
    """Return the imports of a module, and some of its functions without their bodies."""
    tree = ast.parse(inspect.getsource(module))
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    imports.append(ast.ImportFrom("typing", [ast.alias("NoReturn")], 0))  # for narrowed types
    functions = [node for node in tree.body if isinstance(node, Definition) and node.name in names]
    for function in functions:
        function.body = [ast.Expr(ast.Constant(...))]
    return ast.Module([*imports, *functions], type_ignores=[])


def _change(tree: ast.Module, change: Change, marked: dict[str, str]) -> Iterator[str]:
    """Change functions of a module, and yield the marked functions of their pairs."""
    for place, statement in enumerate(tree.body):
        if isinstance(statement, Definition) and statement.name in marked:
            changed = change(statement)
            if changed:
                tree.body[place : place + 1] = changed
                yield marked[statement.name]


def _copy_name(module: str, change: str, side: str) -> str:
    return "_".join(["copy", *module.split(".")[1:], change, side]).rstrip("_")


MODULES = sorted(pairs())


def test_pairs_are_found() -> None:
    assert pairs()["memsy.bulk._ingest"] == {
        "async_stream_ingest": "stream_ingest",
        "async_bulk_ingest": "bulk_ingest",
    }
    assert len(MODULES) >= 3


@pytest.mark.parametrize("module", MODULES)
def test_required_changes_apply_to_every_function(module: str) -> None:
    names = {copy.name: copy.functions for copy in copies(module)}
    for change in REQUIRED:
        for side in ("marked", "reference")[: 1 if change in OF_MARKED else 2]:
            assert names[_copy_name(module, change, side)] == pairs()[module].keys()


@pytest.mark.parametrize("module", MODULES)
def test_run_time_check_reports_every_change(module: str, tmp_path: Path) -> None:
    for copy in copies(module):
        path = tmp_path / f"{copy.name}.py"
        path.write_text(copy.text)
        found = {drift.member for drift in drifts(path)}
        assert found == copy.functions, copy.name


@pytest.mark.slow
def test_plugin_reports_every_change(tmp_path: Path) -> None:
    every = [copy for module in MODULES for copy in copies(module)]
    project = Project(tmp_path, tmp_path / "cache")
    project.write(**{copy.name: copy.text for copy in every})
    lines = [line for line in project.check().splitlines() if line.endswith("[parity]")]
    for copy in every:
        found = {line.split('"')[1] for line in lines if line.startswith(f"{copy.name}.py:")}
        assert found == copy.functions, copy.name
