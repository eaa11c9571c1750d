"""Types in terms of surfaces, so that those of two classes can be the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mypy.nodes import SymbolTableNode, TypeInfo
from mypy.type_visitor import TypeTranslator
from mypy.types import Instance, Type, TypeAliasType, get_proper_type

from memsy._parity.marks import IMPLEMENTS, MIRRORS, marked

SYNC_TYPES: Final = {
    "typing.AsyncIterator": "typing.Iterator",
    "typing.AsyncIterable": "typing.Iterable",
    "contextlib.AbstractAsyncContextManager": "contextlib.AbstractContextManager",
}


class Surfaces(TypeTranslator):
    """
    Turns each class in a type into what it implements and, for a mirror, what that mirrors.

    Of the two classes that are compared, *here* stands for *there*.
    """

    def __init__(
        self,
        here: TypeInfo,
        there: TypeInfo,
        find: Callable[[str], SymbolTableNode | None],
        *,
        is_mirror: bool,
    ) -> None:
        super().__init__()
        self.here, self.there, self.is_mirror = here, there, is_mirror
        self.consulted = {base.module_name for base in (*here.mro, *there.mro)}
        """The modules that make the classes what they are."""
        self._find = find

    def visit_instance(self, t: Instance, /) -> Type:
        surface = self._steps(t.type)[-1]
        if surface is t.type or len(surface.type_vars) != len(t.args):
            return super().visit_instance(t)
        return super().visit_instance(Instance(surface, t.args))

    def visit_type_alias_type(self, t: TypeAliasType, /) -> Type:
        return t if t.is_recursive else get_proper_type(t).accept(self)

    def _steps(self, info: TypeInfo) -> list[TypeInfo]:
        """A class, what it stands for, what that stands for, and so on."""
        steps = [info]
        while (surface := self._surface(steps[-1])) and surface not in steps:
            steps.append(surface)
        self.consulted |= {base.module_name for step in steps for base in step.mro}
        return steps

    def _surface(self, info: TypeInfo) -> TypeInfo | None:
        if info is self.here:
            return self.there
        name = marked(info, IMPLEMENTS)
        if self.is_mirror:
            name = name or marked(info, MIRRORS) or SYNC_TYPES.get(info.fullname, "")
        symbol = self._find(name) if name else None
        return symbol.node if symbol and isinstance(symbol.node, TypeInfo) else None
