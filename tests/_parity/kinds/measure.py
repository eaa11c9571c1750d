"""Measure the static tools on every kind of drift: one run for each tool, over all kinds together."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from pathlib import Path

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
    modules = {f"{kind.slug}__honest": kind.honest for kind in kinds}
    _write(directory, modules | {f"{kind.slug}__drifted": kind.drifted for kind in kinds})
    errors = run_mypy(directory, PLUGIN)
    accused = {k.name for k in kinds if list(parity_errors(errors, f"{k.slug}__honest"))}
    noticed = {
        kind.name
        for kind in kinds
        if any(
            error.line in drifting_lines(kind)
            for error in parity_errors(errors, f"{kind.slug}__drifted")
        )
    }
    return noticed, accused


def has_new_errors(errors: Iterable[Error], first_drifted_line: int) -> bool:
    """Return True if the drifted part has errors that the honest part does not have."""
    honest, drifted = Counter[str](), Counter[str]()
    for error in errors:
        part = honest if error.line < first_drifted_line else drifted
        part[error.code] += 1
    return bool(drifted - honest)


def parity_errors(errors: Errors, module: str) -> Iterable[Error]:
    """Return the errors of the plugin in a module."""
    return (error for error in errors.get(module, []) if error.code == "parity")


def drifting_lines(kind: Kind) -> set[int]:
    """Return the lines on which an error belongs: of the member, or of the class without it."""
    edited = _edited_lines(kind.honest, kind.drifted)
    lines: set[int] = set()
    for cls in ast.walk(ast.parse(kind.drifted)):
        if isinstance(cls, ast.ClassDef):
            members = [_lines(m) for m in cls.body if not edited.isdisjoint(_lines(m))]
            header = set(range(min(_lines(cls)), min(_lines(cls.body[0]))))
            lines |= {line for member in members for line in member}
            if cls.decorator_list and (not members or edited & header):
                lines.add(cls.lineno)
    return lines


def _edited_lines(before: str, after: str) -> set[int]:
    blocks = SequenceMatcher(None, before.splitlines(), after.splitlines()).get_opcodes()
    return {
        line for tag, _, _, first, end in blocks if tag != "equal" for line in range(first + 1, end + 1)
    }


def _lines(node: ast.stmt) -> set[int]:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min(child.lineno for child in (node, *decorators))
    return set(range(first, (node.end_lineno or first) + 1))


def _write(directory: Path, modules: dict[str, str]) -> None:
    for name, text in modules.items():
        (directory / f"{name}.py").write_text(text)
