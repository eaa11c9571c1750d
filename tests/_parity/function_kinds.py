"""Kinds of drift of methods, with functions of a module in place of the methods."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from attrs import evolve

from tests._parity.kinds.catalog import KINDS
from tests._parity.kinds.kind import IMPORTS, Kind

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_ONLY_METHODS = {"classmethod", "staticmethod", "property", "cached_property", "override"}


def function_kinds() -> Iterator[Kind]:
    """Yield each kind whose marked class and reference class have methods alone."""
    for kind in (kind for kind in KINDS if kind.is_readable):
        honest, drifted = _with_functions(kind.honest), _with_functions(kind.drifted)
        if honest and drifted and not kind.configuration and _names(honest) == _names(drifted):
            yield evolve(kind, honest=honest, drift=(honest, drifted))


def _with_functions(text: str) -> str:
    """Return a module with functions; empty if a class is more than a set of functions."""
    tree = ast.parse(text.removeprefix(IMPORTS))
    body: list[ast.stmt] = []
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    pairs = {name: _reference(node) for name, node in classes.items() if _reference(node)}
    if len(pairs) != 1 or not _are_functions(classes, pairs):
        return ""
    for statement in tree.body:
        name = getattr(statement, "name", "")
        if name in pairs:
            body += _functions(classes[name], is_marked=True)
        elif name in pairs.values():
            body += _functions(classes[name], is_marked=False)
        else:
            body.append(statement)
    return ast.unparse(ast.Module(body, type_ignores=[])) + "\n"


def _reference(node: ast.ClassDef) -> str:
    calls = [call for call in node.decorator_list if isinstance(call, ast.Call)]
    marks = [call for call in calls if ast.unparse(call.func) == "mirrors"]
    is_plain = len(node.decorator_list) == 1 and len(marks) == 1 and len(calls[0].args) == 1
    return ast.unparse(calls[0].args[0]) if is_plain and not calls[0].keywords else ""


def _are_functions(classes: dict[str, ast.ClassDef], pairs: dict[str, str]) -> bool:
    for node in (classes.get(name) for pair in pairs.items() for name in pair):
        if node is None or any(ast.unparse(base) != "Protocol" for base in node.bases):
            return False
        if getattr(node, "type_params", ()) or not all(map(_is_function, node.body)):
            return False
        # Overloads of a protocol have no implementation.
        if any(ast.unparse(decorator) == "overload" for decorator in _last_decorators(node)):
            return False
    names = {*pairs, *pairs.values(), "Self"}
    return not any(
        isinstance(n, ast.Name) and n.id in names
        for name in {*pairs, *pairs.values()}
        for statement in classes[name].body
        for n in ast.walk(statement)
    )


def _last_decorators(node: ast.ClassDef) -> list[ast.expr]:
    last = node.body[-1]
    return last.decorator_list if isinstance(last, Function) else []


def _is_function(statement: ast.stmt) -> bool:
    if not isinstance(statement, Function) or statement.name.startswith("__"):
        return False
    decorators = {ast.unparse(d).partition("(")[0] for d in statement.decorator_list}
    return not decorators & _ONLY_METHODS and not any("." in name for name in decorators)


def _functions(node: ast.ClassDef, *, is_marked: bool) -> list[ast.stmt]:
    functions = [statement for statement in node.body if isinstance(statement, Function)]
    last = {function.name: function for function in functions}
    for function in functions:
        arguments = function.args
        (arguments.posonlyargs or arguments.args).pop(0)
        if is_marked and last[function.name] is function:
            mark = ast.parse(f"mirrors({function.name})", mode="eval").body
            function.decorator_list.insert(0, mark)
    for function in functions:
        if is_marked:
            function.name = f"async_{function.name}"
    return [*functions]


def _names(text: str) -> set[str]:
    return {node.name for node in ast.parse(text).body if isinstance(node, Function)}
