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
    """Append the drifted definitions to an honest module, and use each as the honest one."""
    module, changed = ast.parse(honest), _changed_statements(honest, drifted)
    names = [name for statement in changed for name in _defined_names(statement)]
    drifted_text = "\n\n".join(
        ast.get_source_segment(drifted, s) or "" for s in map(_whole, changed)
    )
    classes = {node.name: node for node in module.body if isinstance(node, ast.ClassDef)}
    expected = {
        name: protocol
        for name in names
        if name in classes and (protocol := _expected(classes[name], classes))
    }
    drifted_classes = _with_prefix(drifted_text, names)
    parts = [
        "\n".join(
            [text, *(_use(f"{prefix}{name}", classes[name], expected[name]) for name in expected)]
        )
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
        used |= {v for v in map(_string, ast.walk(statement)) if v}
        if ast.dump(statement) not in same or used & names:
            changed.append(statement)
            names.update(_defined_names(statement))
    return changed


def _string(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _defined_names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return [statement.name]
    targets = [statement.target] if isinstance(statement, ast.AnnAssign) else []
    targets += statement.targets if isinstance(statement, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _whole(statement: ast.stmt) -> ast.stmt:
    """Let the statement start at its first decorator."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    if decorators:
        statement.lineno = min(decorator.lineno for decorator in decorators)
        statement.col_offset = 0
    return statement


def _with_prefix(text: str, names: list[str]) -> str:
    return re.sub(rf"\b({'|'.join(names)})\b", rf"{PREFIX}\1", text) if names else text


def _expected(cls: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> ast.ClassDef | None:
    """Return the protocol as which the drifted twin of a class is used."""
    for mark in cls.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith(
            ("implements", "mirrors")
        ):
            reference = classes.get(ast.unparse(mark.args[0])) if mark.args else None
            if "implements" in ast.unparse(mark.func) and reference and _is_protocol(reference):
                return reference
    return cls if _is_protocol(cls) else None


def _is_protocol(cls: ast.ClassDef) -> bool:
    return any(ast.unparse(base).partition("[")[0] == "Protocol" for base in cls.bases)


def _use(name: str, cls: ast.ClassDef, expected: ast.ClassDef) -> str:
    """Return a function that uses a class, or its twin of another name, as a protocol."""
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
