"""Facts that only the source text of a class has: lines, attributes of `self`, type imports."""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import cast

from attrs import frozen

from memsy.parity._decorators import Target

_EMPTY = ast.Module(body=[], type_ignores=[])


@frozen
class Attribute:
    """Attribute of a class body or of `self`, with the text of its annotation."""

    line: int
    annotation: str | None


def module_names(target: Target) -> Mapping[str, object]:
    """Return the global names of the module of a class or function: also without `sys.modules`."""
    if target.__module__ in sys.modules:
        return vars(sys.modules[target.__module__])
    functions = (
        inspect.unwrap(getattr(value, "fget", None) or getattr(value, "__func__", value))
        for value in (target, *vars(target).values())
    )
    return next((f.__globals__ for f in functions if inspect.isfunction(f)), {})


def file_of(target: Target) -> str:
    """Return the path of the source file, relative to the working directory if it is below."""
    file = module_names(target).get("__file__")
    if not isinstance(file, str):
        return f"<{target.__module__}>"
    path = Path(file).absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def class_line(cls: type[object]) -> int:
    """Return the line of the `class` statement; 1 without a source file."""
    node = _class_node(cls)
    return node.lineno if node else 1


def definition_line(file: str, first_line: int) -> int:
    """Return the line of the `def` of a function, from the line of its first decorator."""
    return _definition_lines(_tree(file)).get(first_line, first_line)


def has_overloads(cls: type[object], name: str) -> bool:
    """
    Return True if a class body has overloads of a method, as Python 3.10 does not keep them.

    A class without a name stands for its module.
    """
    node = _class_node(cls) if cls.__qualname__ else _tree(module_names(cls).get("__file__"))
    return node is not None and any(
        function.name == name and any("overload" in ast.unparse(d) for d in function.decorator_list)
        for function in _definitions(node)
    )


def attributes(cls: type[object]) -> Mapping[str, Attribute]:
    """Return the attributes that the body of a class or one of its methods assigns."""
    node = _class_node(cls)
    if node is None:
        return {}
    found: dict[str, Attribute] = {}
    for statement in _statements(node.body):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for name, attribute in _self_attributes(statement):
                found.setdefault(name, attribute)
    for target, attribute in _assignments(_statements(node.body)):
        if isinstance(target, ast.Name):
            found[target.id] = attribute
    return found


def type_import(module: Mapping[str, object], name: str) -> object:
    """
    Return the object of a name that a module imports below `if TYPE_CHECKING:`.

    Raises:
        LookupError: The module has no such import, or it fails.
    """
    tree, package = _tree(module.get("__file__")), module.get("__package__") or ""
    source, _, attribute = _type_imports(tree, str(package)).get(name, "").partition(":")
    if not source:
        raise LookupError(name)
    try:
        found: object = import_module(source)
        return getattr(found, attribute) if attribute else found
    except Exception as error:  # the import runs code
        raise LookupError(name) from error


@cache
def _definition_lines(tree: ast.Module) -> Mapping[int, int]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.decorator_list[0].lineno: node.lineno
        for node in ast.walk(tree)
        if isinstance(node, functions) and node.decorator_list
    }


@cache
def _type_imports(tree: ast.Module, package: str) -> Mapping[str, str]:
    found = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.If) or "TYPE_CHECKING" not in ast.unparse(node.test):
            continue
        for statement in node.body:
            if isinstance(statement, ast.ImportFrom):
                parents = package.split(".")[: 1 - statement.level or None]
                path = ".".join([*(parents if statement.level else ()), statement.module or ""])
                for alias in statement.names:
                    found[alias.asname or alias.name] = f"{path.strip('.')}:{alias.name}"
            elif isinstance(statement, ast.Import):
                for alias in statement.names:
                    is_path = alias.asname is None
                    source = alias.name.partition(".")[0] if is_path else alias.name
                    found[alias.asname or source] = source
    return found


def _tree(file: object) -> ast.Module:
    if not isinstance(file, str):
        return _EMPTY
    linecache.checkcache(file)
    try:
        return _parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return _EMPTY


@cache
def _parse(source: str) -> ast.Module:
    return ast.parse(source)


def _class_node(cls: type[object]) -> ast.ClassDef | None:
    """Return the statement of a class: of several with the same name, the one with its methods."""
    names = [name for name in cls.__qualname__.split(".") if name != "<locals>"]
    nodes: list[ast.AST] = [_tree(module_names(cls).get("__file__"))]
    for name in names:
        nodes = [child for node in nodes for child in _definitions(node) if child.name == name]
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    functions = [value for value in vars(cls).values() if inspect.isfunction(value)]
    lines = {
        function.__code__.co_firstlineno
        for function in functions
        if function.__module__ == cls.__module__
    }
    for node in classes:
        if any(node.lineno <= line <= (node.end_lineno or 0) for line in lines):
            return node
    return classes[-1] if classes else None


def _definitions(
    node: ast.AST,
) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the classes and functions of a scope, also below `if` and `try`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield child
        else:
            yield from _definitions(child)


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a body, also below `if`, `try` and `with`."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        children = ast.iter_child_nodes(statement)
        handlers = (c.body if isinstance(c, ast.ExceptHandler) else [c] for c in children)
        yield from _statements(c for c in chain(*handlers) if isinstance(c, ast.stmt))


def _self_attributes(
    function: ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[tuple[str, Attribute]]:
    parameters = [*function.args.posonlyargs, *function.args.args]
    if not parameters or any("method" in ast.unparse(d) for d in function.decorator_list):
        return
    types = {p.arg: ast.unparse(p.annotation) for p in parameters if p.annotation}
    types |= {p.arg: ast.unparse(p.annotation) for p in function.args.kwonlyargs if p.annotation}
    for target, attribute in _assignments(_statements(function.body), types):
        owner = target.value if isinstance(target, ast.Attribute) else None
        if isinstance(owner, ast.Name) and owner.id == parameters[0].arg:
            yield cast("ast.Attribute", target).attr, attribute


def _assignments(
    statements: Iterable[ast.stmt], types: Mapping[str, str] | None = None
) -> Iterator[tuple[ast.expr, Attribute]]:
    """Yield the assigned targets. `types` has the annotations of variables by name."""
    for statement in statements:
        if isinstance(statement, ast.AnnAssign):
            yield statement.target, Attribute(statement.lineno, ast.unparse(statement.annotation))
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                yield from _assigned(target, statement.value, types or {})


def _assigned(
    target: ast.expr, value: ast.expr | None, types: Mapping[str, str]
) -> Iterator[tuple[ast.expr, Attribute]]:
    if isinstance(target, (ast.Tuple, ast.List)):
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        matching = values if len(values) == len(target.elts) else [None] * len(target.elts)
        for item, element in zip(target.elts, matching, strict=True):
            yield from _assigned(item, element, types)
        return
    annotation = types.get(value.id) if isinstance(value, ast.Name) else None
    yield target, Attribute(target.lineno, annotation)
