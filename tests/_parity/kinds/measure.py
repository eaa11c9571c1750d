"""Measurement of mypy, pyright and the plugin: one run for each tool, over all kinds of drift."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests._parity.kinds.kind import Kind
from tests._parity.kinds.static import MYPY, PLUGIN, Error, Errors, run_mypy, run_pyright
from tests._parity.kinds.twins import twins


def measure_type_checkers(kinds: Sequence[Kind], directory: Path) -> dict[str, set[str]]:
    """Return the names of the kinds that mypy and pyright notice without the plugin."""
    pairs = {kind.slug: twins(kind.honest, kind.drifted) for kind in kinds}
    _write(directory, {slug: pair.text for slug, pair in pairs.items()})
    found = {"mypy": run_mypy(directory, MYPY), "pyright": run_pyright(directory)}
    return {
        tool: {
            kind.name
            for kind in kinds
            if has_new_errors(errors.get(kind.slug, []), pairs[kind.slug].first_drifted_line)
        }
        for tool, errors in found.items()
    }


def measure_plugin(kinds: Sequence[Kind], directory: Path) -> tuple[set[str], set[str]]:
    """Return the names of the kinds that the plugin notices, and of the honest twins it accuses."""
    errors: Errors = {}
    for number, configuration in enumerate(sorted({kind.configuration for kind in kinds})):
        separate = directory / str(number)
        separate.mkdir()
        drifted = [kind for kind in kinds if kind.configuration == configuration]
        _write(separate, {f"{kind.slug}__drifted": kind.drifted for kind in drifted})
        if not configuration:
            _write(separate, {f"{kind.slug}__honest": kind.honest for kind in kinds})
        errors |= run_mypy(separate, PLUGIN + configuration)
    accused = {kind.name for kind in kinds if parity_errors(errors, f"{kind.slug}__honest")}
    noticed = {
        kind.name
        for kind in kinds
        for error in parity_errors(errors, f"{kind.slug}__drifted")
        if error.line in drifting_lines(kind)
    }
    return noticed, accused


def has_new_errors(errors: Iterable[Error], first_drifted_line: int) -> bool:
    """Return True if the drifted part has errors that the honest part does not have."""
    honest, drifted = Counter[str](), Counter[str]()
    for error in errors:
        part = honest if error.line < first_drifted_line else drifted
        part[error.code] += 1
    return bool(drifted - honest)


def parity_errors(errors: Errors, module: str) -> list[Error]:
    """Return the errors of the plugin in a module."""
    return [error for error in errors.get(module, []) if error.code == "parity"]


def drifting_lines(kind: Kind) -> set[int]:
    """
    Return the lines on which an error of the plugin belongs.

    If the edit changes members, these are the lines of the members of that name, and of those that
    use it. Any other edit concerns a whole class, so that every line counts.
    """
    before, after = _members(kind.honest), _members(kind.drifted)
    names = {
        new.name
        for old, new in zip(before, after, strict=False)
        if ast.dump(old.node) != ast.dump(new.node)
    }
    if kind.configuration or not names or [m.name for m in before] != [m.name for m in after]:
        return set(range(1, kind.drifted.count("\n") + 2))
    changed = (m for m in after if m.name in names or names & _used_names(m.node))
    return {line for member in changed for line in _lines(member.node)}


class _Member(NamedTuple):
    name: str
    node: ast.stmt


def _members(text: str) -> list[_Member]:
    """Return the statements in the classes of a module, and the other statements of the module."""
    found: list[_Member] = []
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.ClassDef):
            header = ast.ClassDef(**(dict(ast.iter_fields(statement)) | {"body": []}))
            found.append(_Member(ast.dump(header), ast.Pass()))
            found += [_Member(_name(member), member) for member in statement.body]
        else:
            found.append(_Member(ast.dump(statement), statement))
    return found


def _name(member: ast.stmt) -> str:
    names = [n.id for n in ast.walk(member) if isinstance(n, ast.Name) and _is_stored(n)]
    return getattr(member, "name", "") or ",".join(names)


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _used_names(node: ast.stmt) -> set[str]:
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}


def _lines(node: ast.stmt) -> range:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return range(first, (node.end_lineno or first) + 1)


def _write(directory: Path, modules: dict[str, str]) -> None:
    for name, text in modules.items():
        (directory / f"{name}.py").write_text(text)
