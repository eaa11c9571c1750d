"""Syntax-tree access to the decorators `@mirrors` and `@implements`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mypy.nodes import (
    CallExpr,
    ClassDef,
    Expression,
    MypyFile,
    RefExpr,
    StrExpr,
    TupleExpr,
    TypeInfo,
)
from mypy.plugin import ClassDefContext

MIRRORS: Final = "memsy.parity._marks.mirrors"
IMPLEMENTS: Final = "memsy.parity._marks.implements"

_METADATA_KEY: Final = "memsy.parity.marks"


def record_mark(context: ClassDefContext) -> bool:
    """Store the reference of a mark in the metadata: the cache of mypy has no decorators."""
    mark = context.reason
    if isinstance(mark, CallExpr):
        references = context.cls.info.metadata.setdefault(_METADATA_KEY, {})
        references[full_name(mark.callee)] = full_name(argument(mark, "reference"))
    return True


def reference_name(info: TypeInfo, mark: str) -> str:
    """Return the full name of the reference class of a mark; empty without such a mark."""
    name: str = info.metadata.get(_METADATA_KEY, {}).get(mark, "")
    return name


class MirroredClasses:
    """Full names of the classes that have an async form, in all modules seen so far."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._seen: set[str] = set()

    def update(self, modules: Mapping[str, MypyFile]) -> set[str]:
        """Search the modules that are new, and return all names."""
        for module in modules.keys() - self._seen:
            nodes = [symbol.node for symbol in modules[module].names.values()]
            classes = [node for node in nodes if isinstance(node, TypeInfo)]
            self._names |= {reference_name(info, MIRRORS) for info in classes}
            if nodes:
                self._seen.add(module)
        return self._names - {""}


def marks_above(cls: ClassDef, mark: str) -> list[CallExpr]:
    """Return the decorators of a class that are calls of one mark."""
    calls = [call for call in cls.decorators if isinstance(call, CallExpr)]
    return [call for call in calls if full_name(call.callee) == mark]


def argument(mark: CallExpr, name: str) -> Expression | None:
    """Return an argument of a mark; `reference` may be positional."""
    names = [keyword or "reference" for keyword in mark.arg_names]
    return mark.args[names.index(name)] if name in names else None


def full_name(expression: Expression | None) -> str:
    """Return the full name that an expression refers to; empty if it is not a name."""
    return expression.fullname if isinstance(expression, RefExpr) else ""


def literal_names(names: Expression | None) -> list[str] | None:
    """Return the names in a tuple of string literals; None for any other expression."""
    items = names.items if isinstance(names, TupleExpr) else [names] if names else []
    values = [item.value for item in items if isinstance(item, StrExpr)]
    return values if len(values) == len(items) else None
