"""Types in terms of surfaces, so that those of two classes can be the same."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from mypy.nodes import SymbolTableNode, TypeInfo
from mypy.subtypes import is_same_type
from mypy.type_visitor import TypeTranslator
from mypy.types import Instance, Type, TypeAliasType, UninhabitedType, get_proper_type

from memsy._parity.marks import IMPLEMENTS, MIRRORS, marked

SYNC_TYPES: Final = {
    "typing.AsyncIterator": "typing.Iterator",
    "typing.AsyncIterable": "typing.Iterable",
    "contextlib.AbstractAsyncContextManager": "contextlib.AbstractContextManager",
}


class Surfaces:
    """
    Knows what each class stands for: what it implements and, for a mirror, what that mirrors.

    Of the two classes that are compared, *here* stands for *there*. What is in *mirrored* has an
    async form, which a mirror must use in its place.
    """

    def __init__(
        self,
        here: TypeInfo,
        there: TypeInfo,
        find: Callable[[str], SymbolTableNode | None],
        mirrored: Collection[str] | None,
    ) -> None:
        self.here, self.there = here, there
        self.is_mirror = mirrored is not None
        self.consulted = {base.module_name for base in (*here.mro, *there.mro)}
        """The modules that make the classes what they are."""
        self._find, self._mirrored = find, mirrored or ()

    def same(self, our: Type, their: Type) -> bool:
        """Whether a type *here* and a type *there* stand for the same."""
        return is_same_type(our.accept(_Here(self)), their.accept(_There(self)))

    def steps(self, info: TypeInfo) -> list[TypeInfo]:
        """A class, what it stands for, what that stands for, and so on."""
        steps = [info]
        while (surface := self._surface(steps[-1])) and surface not in steps:
            steps.append(surface)
        self.consulted |= {base.module_name for step in steps for base in step.mro}
        return steps

    def blocks(self, steps: list[TypeInfo]) -> bool:
        """Whether a class has an async form, and is not it."""
        is_async = any(step is self.here or marked(step, MIRRORS) for step in steps)
        return steps[-1].fullname in self._mirrored and not is_async

    def _surface(self, info: TypeInfo) -> TypeInfo | None:
        if info is self.here:
            return self.there
        name = marked(info, IMPLEMENTS)
        if self.is_mirror:
            name = name or marked(info, MIRRORS) or SYNC_TYPES.get(info.fullname, "")
        symbol = self._find(name) if name else None
        return symbol.node if symbol and isinstance(symbol.node, TypeInfo) else None


class _There(TypeTranslator):
    """Replaces each class in a type by what it stands for."""

    def __init__(self, surfaces: Surfaces) -> None:
        super().__init__()
        self._surfaces = surfaces

    def visit_instance(self, t: Instance, /) -> Type:
        surface = self._surfaces.steps(t.type)[-1]
        if surface is t.type or len(surface.type_vars) != len(t.args):
            return super().visit_instance(t)
        return super().visit_instance(Instance(surface, t.args))

    def visit_type_alias_type(self, t: TypeAliasType, /) -> Type:
        return t if t.is_recursive else get_proper_type(t).accept(self)


class _Here(_There):
    """The same, but what blocks where it should not stands for nothing."""

    def visit_instance(self, t: Instance, /) -> Type:
        if self._surfaces.blocks(self._surfaces.steps(t.type)):
            return UninhabitedType()
        return super().visit_instance(t)
