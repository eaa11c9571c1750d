"""Equivalence of classes: two classes are equivalent if they have the same last counterpart."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeGuard

from mypy.nodes import SymbolNode, SymbolTableNode, TypeInfo

from memsy._parity.marks import IMPLEMENTS, MIRRORS, reference_name
from memsy.parity._rules import ASYNC_CLASSES

# The result of a function with `@contextmanager` is a context manager like any other.
_CONTEXT_MANAGERS = {
    "typing.ContextManager": "contextlib.AbstractContextManager",
    "typing.AsyncContextManager": "contextlib.AbstractAsyncContextManager",
    "contextlib._GeneratorContextManager": "contextlib.AbstractContextManager",
    "contextlib._AsyncGeneratorContextManager": "contextlib.AbstractAsyncContextManager",
}


class Counterparts:
    """
    Map each class to its counterpart: the protocol it implements, or the sync class it mirrors.

    During a comparison, the counterpart of the marked class is its reference class, and the
    counterpart of a nested class is the nested class with the same name. `mirrored` holds the names
    of classes with an async form, which a mirror must use in place of the sync form. It is None if
    the mark is `@implements`.
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
        self._pairs = {marked: reference}

    def add_nested(self, our: TypeInfo, their: TypeInfo) -> None:
        """Make a nested class the counterpart of another, unless it has one."""
        if not self.are_equivalent(our, their):
            self._pairs[our] = their

    def is_nested_pair(
        self, pair: tuple[SymbolNode, SymbolNode]
    ) -> TypeGuard[tuple[TypeInfo, TypeInfo]]:
        our, their = pair
        return isinstance(our, TypeInfo) and self._pairs.get(our) is their

    def are_equivalent(self, our: TypeInfo, their: TypeInfo) -> bool:
        """Return True if a class of the marked class corresponds to a class of the reference."""
        chain = self.chain(our)
        if self._is_sync_form(chain):
            return False
        ours, theirs = chain[-1], self.chain(their)[-1]
        return (
            ours is theirs
            or _context_manager(ours) == _context_manager(theirs)
            or self.is_async_form(ours, theirs)
        )

    def is_async_form(self, our: TypeInfo, their: TypeInfo) -> bool:
        """Return True if a class of a library is the async form of another."""
        ours, theirs = _context_manager(our), _context_manager(their)
        async_forms = {_CONTEXT_MANAGERS.get(name, name) for name in ASYNC_CLASSES.get(theirs, ())}
        return self.is_mirror and ours in async_forms

    def count_shared_arguments(self, our: TypeInfo, their: TypeInfo) -> int | None:
        """Return the number of type arguments to compare; None if it is all of them."""
        ours, theirs = our.fullname, their.fullname
        if ours in _CONTEXT_MANAGERS or theirs in _CONTEXT_MANAGERS:
            return 1  # The further arguments describe the generator.
        is_other_form = ours != theirs and self.is_async_form(our, their)
        return min(len(our.type_vars), len(their.type_vars)) if is_other_form else None

    def is_own_class(self, info: TypeInfo) -> bool:
        """Return True for the compared classes and for their counterparts."""
        return self.chain(info)[-1] is self.chain(self.marked)[-1]

    def chain(self, info: TypeInfo) -> list[TypeInfo]:
        """Return a class, its counterpart, the counterpart of its counterpart, and so on."""
        chain = [info]
        while (counterpart := self._counterpart(chain[-1])) and counterpart not in chain:
            chain.append(counterpart)
        self.consulted |= {base.module_name for link in chain for base in link.mro}
        return chain

    def _is_sync_form(self, chain: list[TypeInfo]) -> bool:
        """Return True if the first class of a chain is the sync form of a mirrored class."""
        is_async = any(link in self._pairs or reference_name(link, MIRRORS) for link in chain)
        is_nested = self.is_mirror and chain[-1] in self._pairs.values()
        return not is_async and (is_nested or chain[-1].fullname in self._mirrored)

    def _counterpart(self, info: TypeInfo) -> TypeInfo | None:
        if info in self._pairs:
            return self._pairs[info]
        name = reference_name(info, IMPLEMENTS)
        if self.is_mirror:
            name = name or reference_name(info, MIRRORS)
        symbol = self.lookup(name) if name else None
        return symbol.node if symbol and isinstance(symbol.node, TypeInfo) else None


def _context_manager(info: TypeInfo) -> str:
    return _CONTEXT_MANAGERS.get(info.fullname, info.fullname)
