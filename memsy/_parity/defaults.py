"""The default values of parameters, which mypy does not keep."""

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

_NOTES: Final = "memsy.parity.defaults"


def note_defaults(context: ClassDefContext) -> None:
    """Write down the default values of the methods of a class, as texts."""
    for statement in _reachable(context.cls.defs.body):
        functions = definitions(statement)
        defaults = [
            [_spelling(a.initializer, context.api) if a.initializer else "" for a in f.arguments]
            for f in functions
        ]
        if any(map(any, defaults)):
            context.cls.info.metadata.setdefault(_NOTES, {})[functions[0].name] = defaults


def defaults_of(owner: TypeInfo, method: str) -> list[list[str]]:
    """The defaults of each signature of a method, `self` included; empty if there are none."""
    found: list[list[str]] = owner.metadata.get(_NOTES, {}).get(method, [])
    return found


def definitions(node: SymbolNode | Statement) -> list[FuncDef]:
    """The `def`s behind one name: several if it is overloaded."""
    if isinstance(node, OverloadedFuncDef):
        return [function for item in node.items for function in definitions(item)]
    if isinstance(node, Decorator):
        return [node.func]
    return [node] if isinstance(node, FuncDef) else []


def _reachable(statements: list[Statement]) -> Iterator[Statement]:
    """The statements of a class body; of an `if TYPE_CHECKING:`, those that mypy believes in."""
    for statement in statements:
        if isinstance(statement, IfStmt):
            for block in (*statement.body, statement.else_body):
                if block and not block.is_unreachable:
                    yield from _reachable(block.body)
        else:
            yield statement


def _spelling(value: Expression, api: SemanticAnalyzerPluginInterface) -> str:
    """A text for a value: the same for the same value, and fit to be read in an error."""
    constant = constant_fold_expr(value, "")
    if constant is not None:
        return repr(constant)
    if isinstance(value, TupleExpr):
        return f"({', '.join(_spelling(item, api) for item in value.items)})"
    if isinstance(value, (NameExpr, MemberExpr)):
        return _resolved(value, api)
    # Line numbers, and what mypy finds out in later passes, are no part of the value.
    return re.sub(r":\d+(?=\()| \[[^]]*\]|\s+", "", str(value))


def _resolved(value: NameExpr | MemberExpr, api: SemanticAnalyzerPluginInterface) -> str:
    """The full name of what is named, because `LIMIT` may be one thing here and another there."""
    name = value.name if isinstance(value, NameExpr) else get_member_expr_fullname(value) or ""
    symbol = api.lookup_qualified(name, value, suppress_errors=True) if name else None
    if symbol is None or not symbol.fullname:
        return name or str(value)
    if isinstance(symbol.node, Var) and symbol.node.final_value is not None and "." not in name:
        return repr(symbol.node.final_value)
    return symbol.fullname.removeprefix("builtins.")
