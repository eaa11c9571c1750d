"""Equivalence of types: two classes are equivalent if they have the same last counterpart."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from mypy.nodes import SymbolTableNode, TypeInfo
from mypy.subtypes import is_same_type
from mypy.type_visitor import TypeTranslator
from mypy.types import Instance, Type, TypeAliasType, UninhabitedType, get_proper_type

from memsy._parity.marks import IMPLEMENTS, MIRRORS, reference_name

SYNC_TYPES: Final = {
    "typing.AsyncIterator": "typing.Iterator",
    "typing.AsyncIterable": "typing.Iterable",
    "contextlib.AbstractAsyncContextManager": "contextlib.AbstractContextManager",
}


class Counterparts:
    """
    Map each class to its counterpart: the protocol it implements, or the sync class it mirrors.

    During a comparison, the counterpart of the marked class is its reference class. `mirrored`
    holds the names of classes with an async form, which a mirror must use in place of the sync
    form. It is None if the mark is `@implements`.
    """

    def __init__(
        self,
        marked: TypeInfo,
        reference: TypeInfo,
        lookup: Callable[[str], SymbolTableNode | None],
        mirrored: Collection[str] | None,
    ) -> None:
        self.marked, self.reference = marked, reference
        self.is_mirror = mirrored is not None
        self.consulted = {base.module_name for base in (*marked.mro, *reference.mro)}
        """Modules on which the result of the comparison depends."""
        self.lookup, self._mirrored = lookup, mirrored or ()

    def are_equivalent(self, our: Type, their: Type) -> bool:
        """Return True if a type of the marked class corresponds to a type of the reference."""
        return is_same_type(our.accept(_MarkedTypes(self)), their.accept(_ReferenceTypes(self)))

    def chain(self, info: TypeInfo) -> list[TypeInfo]:
        """Return a class, its counterpart, the counterpart of its counterpart, and so on."""
        chain = [info]
        while (counterpart := self._counterpart(chain[-1])) and counterpart not in chain:
            chain.append(counterpart)
        self.consulted |= {base.module_name for link in chain for base in link.mro}
        return chain

    def is_sync_form(self, chain: list[TypeInfo]) -> bool:
        """Return True if the first class of a chain is the sync form of a mirrored class."""
        is_async = any(link is self.marked or reference_name(link, MIRRORS) for link in chain)
        return chain[-1].fullname in self._mirrored and not is_async

    def _counterpart(self, info: TypeInfo) -> TypeInfo | None:
        if info is self.marked:
            return self.reference
        name = reference_name(info, IMPLEMENTS)
        if self.is_mirror:
            name = name or reference_name(info, MIRRORS) or SYNC_TYPES.get(info.fullname, "")
        symbol = self.lookup(name) if name else None
        return symbol.node if symbol and isinstance(symbol.node, TypeInfo) else None


class _ReferenceTypes(TypeTranslator):
    """Replace each class in a type by the last counterpart of its chain."""

    def __init__(self, counterparts: Counterparts) -> None:
        super().__init__()
        self._counterparts = counterparts

    def visit_instance(self, t: Instance, /) -> Type:
        counterpart = self._counterparts.chain(t.type)[-1]
        if counterpart is t.type or len(counterpart.type_vars) != len(t.args):
            return super().visit_instance(t)
        return super().visit_instance(Instance(counterpart, t.args))

    def visit_type_alias_type(self, t: TypeAliasType, /) -> Type:
        return t if t.is_recursive else get_proper_type(t).accept(self)


class _MarkedTypes(_ReferenceTypes):
    """Make the same replacements, but make a sync class in a mirror equivalent to no type."""

    def visit_instance(self, t: Instance, /) -> Type:
        if self._counterparts.is_sync_form(self._counterparts.chain(t.type)):
            return UninhabitedType()
        return super().visit_instance(t)
