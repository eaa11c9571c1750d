"""
Modules that show type checkers a drifted class where they expect the honest one.

mypy and pyright alone do not know the marks. They compare classes where one is used as the other:
the drifted class as the honest one if that is a protocol, or as the protocol that it implements.
"""

from __future__ import annotations

import ast
import re

from attrs import frozen

PREFIX = "Drifted"


@frozen
class Twins:
    """Module with an honest class and its drifted twin; the drifted part starts at a line."""

    text: str
    first_drifted_line: int


def twins(honest: str, drifted: str) -> Twins:
    """Append the drifted definitions to an honest module, and use both as a protocol."""
    changed = _changed_statements(honest, drifted)
    names = [name for statement in changed for name in _defined_names(statement)]
    body = ast.parse(honest).body
    classes = {node.name: node for node in body if isinstance(node, ast.ClassDef)}
    protocols = {name: _protocol(classes[name], classes) for name in names if name in classes}
    segments = (ast.get_source_segment(drifted, statement) for statement in changed)
    drifted_classes = _with_prefix("\n\n".join(map(str, segments)), names)
    parts = [
        "\n".join([text, *(_use(prefix, classes[name], p) for name, p in protocols.items() if p)])
        for prefix, text in (("", honest), (PREFIX, drifted_classes))
    ]
    return Twins("\n".join(parts), parts[0].count("\n") + 2)


def _changed_statements(honest: str, drifted: str) -> list[ast.stmt]:
    """Return the statements that differ from the honest module, and those that use them."""
    same = {ast.dump(statement) for statement in ast.parse(honest).body}
    changed: list[ast.stmt] = []
    names: set[str] = set()
    for statement in ast.parse(drifted).body:
        used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        if ast.dump(statement) not in same or used & names:
            changed.append(_with_decorators(statement))
            names.update(_defined_names(statement))
    return changed


def _defined_names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return [statement.name]
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _with_decorators(statement: ast.stmt) -> ast.stmt:
    """Let the statement start at its first decorator."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    if decorators:
        statement.lineno = min(decorator.lineno for decorator in decorators)
        statement.col_offset = 0
    return statement


def _with_prefix(text: str, names: list[str]) -> str:
    return re.sub(rf"\b({'|'.join(names)})\b", rf"{PREFIX}\1", text) if names else text


def _protocol(cls: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> ast.ClassDef | None:
    """Return the protocol as which a class is used: the one that it implements, or itself."""
    marks = [mark for mark in cls.decorator_list if isinstance(mark, ast.Call) and mark.args]
    implemented = [mark.args[0] for mark in marks if ast.unparse(mark.func) == "implements"]
    candidates = [*(classes[ast.unparse(name)] for name in implemented), cls]
    return next(filter(_is_protocol, candidates), None)


def _is_protocol(cls: ast.ClassDef) -> bool:
    return any(ast.unparse(base).partition("[")[0] == "Protocol" for base in cls.bases)


def _use(prefix: str, cls: ast.ClassDef, expected: ast.ClassDef) -> str:
    """Return a function that uses a class, or its twin with a prefix, as a protocol."""
    name = f"{prefix}{cls.name}"
    parameters = ", ".join(map(ast.unparse, getattr(cls, "type_params", [])))
    return (
        f"def use_{name}{f'[{parameters}]' if parameters else ''}(\n"
        f"    value: {name}{_arguments(cls)}\n"
        f") -> {expected.name}{_arguments(expected)}:\n"
        "    return value\n"
    )


def _arguments(cls: ast.ClassDef) -> str:
    """Return the type variables of a class, as type arguments."""
    for base in cls.bases:
        if isinstance(base, ast.Subscript) and ast.unparse(base.value) in ("Protocol", "Generic"):
            return f"[{ast.unparse(base.slice).strip('()')}]"
    names = [parameter.name for parameter in getattr(cls, "type_params", [])]
    return f"[{', '.join(names)}]" if names else ""
