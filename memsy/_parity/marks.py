"""The marks, as mypy finds them above a class."""

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

MIRRORS: Final = "memsy.parity.mirrors"
IMPLEMENTS: Final = "memsy.parity.implements"

_NOTES: Final = "memsy.parity.marks"


def note_mark(context: ClassDefContext) -> bool:
    """Write down what a class is a likeness of: mypy's cache does not keep its decorators."""
    mark = context.reason
    if isinstance(mark, CallExpr):
        notes = context.cls.info.metadata.setdefault(_NOTES, {})
        notes[full_name(mark.callee)] = full_name(argument(mark, "of"))
    return True


def marked(info: TypeInfo, mark: str) -> str:
    """The full name of what a class mirrors or implements; empty if it does not."""
    name: str = info.metadata.get(_NOTES, {}).get(mark, "")
    return name


class Mirrored:
    """The classes that are mirrored by some other, in the modules that mypy has read so far."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._read: set[str] = set()

    def among(self, modules: Mapping[str, MypyFile]) -> set[str]:
        """Their full names; each module is looked through once."""
        for module in modules.keys() - self._read:
            nodes = [symbol.node for symbol in modules[module].names.values()]
            self._names |= {marked(node, MIRRORS) for node in nodes if isinstance(node, TypeInfo)}
            if nodes:
                self._read.add(module)
        return self._names - {""}


def applied(cls: ClassDef, mark: str) -> list[CallExpr]:
    """The marks of one kind above a class."""
    calls = [call for call in cls.decorators if isinstance(call, CallExpr)]
    return [call for call in calls if full_name(call.callee) == mark]


def argument(mark: CallExpr, name: str) -> Expression | None:
    """An argument of a mark; the first, *of*, may stand without its name."""
    names = [given or "of" for given in mark.arg_names]
    return mark.args[names.index(name)] if name in names else None


def full_name(expression: Expression | None) -> str:
    """What a name refers to; empty for what is not a name."""
    return expression.fullname if isinstance(expression, RefExpr) else ""


def spelled_out(names: Expression | None) -> list[str] | None:
    """The names in a tuple of literals; None if there is anything else in its place."""
    items = names.items if isinstance(names, TupleExpr) else [names] if names else []
    found = [item.value for item in items if isinstance(item, StrExpr)]
    return found if len(found) == len(items) else None
