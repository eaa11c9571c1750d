"""Syntax-tree access to the decorators `@mirrors` and `@implements`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from mypy.nodes import (
    CallExpr,
    ClassDef,
    Context,
    Decorator,
    Expression,
    IndexExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    OverloadedFuncDef,
    RefExpr,
    StrExpr,
    TupleExpr,
    TypeAlias,
    TypeInfo,
)
from mypy.plugin import ClassDefContext
from mypy.types import Instance, get_proper_type

from memsy._parity.statements import FUNCTIONS, Function, statements

MIRRORS: Final = "memsy.parity._decorators.mirrors"
IMPLEMENTS: Final = "memsy.parity._decorators.implements"
MARKS: Final = (MIRRORS, IMPLEMENTS)

_METADATA_KEY: Final = "memsy.parity.marks"


class MarkedFunction(NamedTuple):
    """Function of a module below a mark."""

    node: Function
    definition: Decorator
    """The decorated `def`: the implementation of an overloaded function, else the node."""


def record_marks(context: ClassDefContext) -> None:
    """Store the reference of each mark in the metadata: the cache of mypy has no decorators."""
    references: dict[str, str] = {}
    for mark in marks_above(context.cls):
        # The first of two marks counts, because a chain of counterparts has one way only.
        references.setdefault(full_name(mark.callee), _reference_name(mark))
    context.cls.info.metadata[_METADATA_KEY] = references


def reference_name(info: TypeInfo, mark: str) -> str:
    """Return the full name of the reference class of a mark; empty without such a mark."""
    name: str = info.metadata.get(_METADATA_KEY, {}).get(mark, "")
    return name


def marks_above(target: ClassDef | Decorator) -> list[CallExpr]:
    """Return the decorators of a class or function that are calls of a mark."""
    calls = [call for call in target.decorators if isinstance(call, CallExpr)]
    return [call for call in calls if full_name(call.callee) in MARKS]


def marked_function(mark: Context, file: MypyFile) -> MarkedFunction | None:
    """Return the function of a module below a mark; None for a mark elsewhere."""
    for statement in statements(file.defs):
        definition = statement.impl if isinstance(statement, OverloadedFuncDef) else statement
        if isinstance(definition, Decorator) and mark in definition.decorators:
            assert isinstance(statement, FUNCTIONS)
            return MarkedFunction(statement, definition)
    return None


def is_repeated(mark: CallExpr, cls: ClassDef) -> bool:
    """Return True if an earlier decorator of the class is an equal mark."""
    marks = marks_above(cls)
    earlier = marks[: next(i for i, other in enumerate(marks) if other is mark)]
    names = full_name(mark.callee), reference_class(mark)
    return names in [(full_name(other.callee), reference_class(other)) for other in earlier]


def reference_class(mark: CallExpr) -> TypeInfo | None:
    """Return the reference class of a mark; None for any other expression."""
    expression = argument(mark, "reference")
    node = expression.node if isinstance(expression, RefExpr) else None
    if isinstance(node, TypeAlias):
        target = get_proper_type(node.target)
        return target.type if isinstance(target, Instance) and node.no_args else None
    return node if isinstance(node, TypeInfo) else None


def reference_function(mark: CallExpr, files: Mapping[str, MypyFile]) -> Function | None:
    """Return the reference of a mark that is a function of a module; None for any other."""
    expression = argument(mark, "reference")
    node = expression.node if isinstance(expression, RefExpr) else None
    is_of_module = node is not None and node.fullname.rpartition(".")[0] in files
    return node if is_of_module and isinstance(node, FUNCTIONS) else None


def argument(mark: CallExpr, name: str) -> Expression | None:
    """Return an argument of a mark; `reference` may be positional."""
    names = [keyword or "reference" for keyword in mark.arg_names]
    return mark.args[names.index(name)] if name in names else None


def full_name(expression: Expression | None) -> str:
    """Return the full name that an expression refers to; empty if it is not a name."""
    return expression.fullname if isinstance(expression, RefExpr) else ""


def written_name(expression: Expression | None) -> str:
    """Return the dotted name in the source text; empty if the expression is not a name."""
    if isinstance(expression, IndexExpr):
        base = written_name(expression.base)
        return base and f"{base}[...]"
    if isinstance(expression, MemberExpr):
        owner = written_name(expression.expr)
        return owner and f"{owner}.{expression.name}"
    return expression.name if isinstance(expression, NameExpr) else ""


def literal_names(names: Expression | None) -> list[str] | None:
    """Return the names in a tuple of string literals; None for any other expression."""
    items = names.items if isinstance(names, TupleExpr) else [names] if names else []
    values = [item.value for item in items if isinstance(item, StrExpr)]
    return values if len(values) == len(items) else None


def _reference_name(mark: CallExpr) -> str:
    reference = reference_class(mark)
    return reference.fullname if reference else full_name(argument(mark, "reference"))
