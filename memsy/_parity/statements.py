"""Statements of a class body or module that define names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from mypy.nodes import (
    AssignmentStmt,
    Block,
    Decorator,
    EllipsisExpr,
    Expression,
    ExpressionStmt,
    ForStmt,
    FuncDef,
    IfStmt,
    Lvalue,
    MatchStmt,
    NameExpr,
    OverloadedFuncDef,
    Statement,
    SymbolNode,
    TempNode,
    TryStmt,
    TupleExpr,
    WhileStmt,
    WithStmt,
)
from mypy.types import UnboundType

# Most statements of a program: to look for blocks in them takes time.
_SIMPLE: Final = {AssignmentStmt, Decorator, ExpressionStmt, FuncDef, OverloadedFuncDef}
Function: TypeAlias = FuncDef | Decorator | OverloadedFuncDef
FUNCTIONS: Final = (FuncDef, Decorator, OverloadedFuncDef)
_CONSTANT_TYPES: Final = {"ClassVar", "Final"}


def functions_in(statement: SymbolNode | Statement) -> tuple[list[FuncDef], FuncDef | None]:
    """Return the functions that a statement defines, and the implementation of overloads."""
    if isinstance(statement, OverloadedFuncDef):
        items = [f for item in statement.items for f in functions_in(item)[0]]
        implementation = statement.impl
        return items, functions_in(implementation)[0][0] if implementation else None
    if isinstance(statement, Decorator):
        return [statement.func], None
    return ([statement] if isinstance(statement, FuncDef) else []), None


def is_special(name: str) -> bool:
    """Return True for names such as `__init__`."""
    return name.startswith("__") and name.endswith("__")


def statements(body: Iterable[Statement]) -> Iterator[Statement]:
    """Yield statements and those below them, without code that mypy finds unreachable."""
    for statement in body:
        yield statement
        if type(statement) in _SIMPLE:
            continue
        for block in _blocks(statement):
            if block and not block.is_unreachable:
                yield from statements(block.body)


def _blocks(statement: Statement) -> list[Block | None]:
    if isinstance(statement, IfStmt):
        return [*statement.body, statement.else_body]
    if isinstance(statement, TryStmt):
        handlers = statement.handlers
        return [statement.body, *handlers, statement.else_body, statement.finally_body]
    if isinstance(statement, (ForStmt, WhileStmt)):
        return [statement.body, statement.else_body]
    if isinstance(statement, MatchStmt):
        return [*statement.bodies]
    return [statement.body] if isinstance(statement, WithStmt) else []


def function_name(statement: Statement) -> str:
    if isinstance(statement, FUNCTIONS):
        return statement.name
    return ""


def assigned(statement: Statement) -> Iterator[tuple[str, Expression]]:
    """Yield each name that an assignment sets, with its value."""
    if isinstance(statement, AssignmentStmt) and not isinstance(statement.rvalue, TempNode):
        for target in statement.lvalues:
            yield from _unpacked(target, statement.rvalue)


def _unpacked(target: Lvalue, value: Expression) -> Iterator[tuple[str, Expression]]:
    if isinstance(target, NameExpr):
        yield target.name, value
    elif isinstance(target, TupleExpr) and isinstance(value, TupleExpr):
        # A starred target is not supported: the names then have no known value.
        for inner, item in zip(target.items, value.items, strict=False):
            yield from _unpacked(inner, item)


def declared_constants(body: Iterable[Statement]) -> Iterator[str]:
    """Yield the constants of a stub that have no value, or `...`."""
    for statement in body:
        if isinstance(statement, AssignmentStmt) and isinstance(
            statement.rvalue, (EllipsisExpr, TempNode)
        ):
            type_ = statement.unanalyzed_type
            is_declared = isinstance(type_, UnboundType) and (
                type_.name.rpartition(".")[2] in _CONSTANT_TYPES
            )
            names = [target.name for target in statement.lvalues if isinstance(target, NameExpr)]
            yield from (name for name in names if is_declared or name.isupper())
