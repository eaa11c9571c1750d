"""Default values of parameters, recorded as text, because mypy does not keep them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mypy.constant_fold import constant_fold_expr
from mypy.nodes import (
    Decorator,
    Expression,
    FuncDef,
    IfStmt,
    MemberExpr,
    NameExpr,
    OverloadedFuncDef,
    Statement,
    SymbolNode,
    TupleExpr,
    TypeInfo,
    Var,
    get_member_expr_fullname,
)
from mypy.plugin import ClassDefContext, SemanticAnalyzerPluginInterface

_METADATA_KEY: Final = "memsy.parity.defaults"


def record_defaults(context: ClassDefContext) -> None:
    """Store the default values of the methods of a class in its metadata."""
    for statement in _reachable(context.cls.defs.body):
        functions = definitions(statement)
        defaults = [
            [
                _format_value(argument.initializer, context.api) if argument.initializer else ""
                for argument in function.arguments
            ]
            for function in functions
        ]
        if any(map(any, defaults)):
            context.cls.info.metadata.setdefault(_METADATA_KEY, {})[functions[0].name] = defaults


def defaults_of(owner: TypeInfo, method: str) -> list[list[str]]:
    """Return the defaults of each signature of a method, with one text for each parameter."""
    defaults: list[list[str]] = owner.metadata.get(_METADATA_KEY, {}).get(method, [])
    return defaults


def definitions(node: SymbolNode | Statement) -> list[FuncDef]:
    """Return the `def` statements of a name; an overloaded function has several."""
    if isinstance(node, OverloadedFuncDef):
        return [function for item in node.items for function in definitions(item)]
    if isinstance(node, Decorator):
        return [node.func]
    return [node] if isinstance(node, FuncDef) else []


def _reachable(statements: list[Statement]) -> Iterator[Statement]:
    """Yield the statements of a class body, without branches that mypy finds unreachable."""
    for statement in statements:
        if isinstance(statement, IfStmt):
            for block in (*statement.body, statement.else_body):
                if block and not block.is_unreachable:
                    yield from _reachable(block.body)
        else:
            yield statement


def _format_value(value: Expression, api: SemanticAnalyzerPluginInterface) -> str:
    """Return a readable text that is equal for equal values."""
    constant = constant_fold_expr(value, "")
    if constant is not None:
        return repr(constant)
    if isinstance(value, TupleExpr):
        return f"({', '.join(_format_value(item, api) for item in value.items)})"
    if isinstance(value, (NameExpr, MemberExpr)):
        return _qualified_name(value, api)
    # Remove line numbers, and the types that mypy adds in later passes.
    return re.sub(r":\d+(?=\()| \[[^]]*\]|\s+", "", str(value))


def _qualified_name(value: NameExpr | MemberExpr, api: SemanticAnalyzerPluginInterface) -> str:
    """Return the value of a constant, which can differ between modules, or else the full name."""
    name = value.name if isinstance(value, NameExpr) else get_member_expr_fullname(value) or ""
    symbol = api.lookup_qualified(name, value, suppress_errors=True) if name else None
    if symbol is None or not symbol.fullname:
        return name or str(value)
    if isinstance(symbol.node, Var) and symbol.node.final_value is not None and "." not in name:
        return repr(symbol.node.final_value)
    return symbol.fullname.removeprefix("builtins.")
