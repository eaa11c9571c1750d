"""Comparison of methods: signatures, overloads, aliases, partial methods and dispatch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partialmethod, singledispatchmethod
from typing import cast

from attrs import frozen

from memsy.parity._differences import Difference, Wording
from memsy.parity._members import ClassMember
from memsy.parity._rules import ASYNC_NAMES
from memsy.parity._signature_comparison import Mode, SignatureComparison
from memsy.parity._signatures import is_placeholder, overloads, signature
from memsy.parity._source import has_overloads
from memsy.parity._types import TypeComparison


@frozen
class MethodComparison:
    """Differences between a method of a class and the one of its reference class."""

    types: TypeComparison
    wording: Wording

    def differences(self, our: ClassMember, their: ClassMember, mode: Mode) -> Iterator[Difference]:
        """Yield the differences of all signatures, and of the definitions behind them."""
        signatures = SignatureComparison(self.types, self.wording)
        ours, theirs = overloads(our), overloads(their)
        if any(is_placeholder(m) and not found for m, found in ((our, ours), (their, theirs))):
            return  # Python 3.10 does not keep the overloads of `typing`
        if len(ours) != len(theirs):
            counts = str(len(ours) or 1), str(len(theirs) or 1)
            fix = "write the same overloads"
            yield self.wording.difference(": the number of signatures is ", *counts, fix)
            return
        for our_overload, their_overload in zip(ours, theirs, strict=True):
            yield from signatures.differences(our_overload, their_overload, mode)
        if is_placeholder(our) or is_placeholder(their):
            return
        if ours or has_overloads(our.owner, our.name):
            yield from signatures.default_differences(signature(our), signature(their))
            return
        yield from signatures.differences(signature(our), signature(their), mode)
        yield from self._alias_differences(our, their)
        yield from self._partial_differences(our, their)
        yield from self._dispatch_differences(our, their, mode)

    def _alias_differences(self, our: ClassMember, their: ClassMember) -> Iterator[Difference]:
        ours, theirs = _alias_target(our), _alias_target(their)
        if ours and theirs and ours not in (theirs, ASYNC_NAMES.get(theirs)):
            yield self.wording.difference(
                " is an alias of ", f'"{ours}"', f'"{theirs}"', "use the same"
            )

    def _partial_differences(self, our: ClassMember, their: ClassMember) -> Iterator[Difference]:
        partials = our.value, their.value
        if not all(isinstance(value, partialmethod) for value in partials):
            return
        ours, theirs = (cast("partialmethod[object]", value) for value in partials)
        if not self.types.values.are_same(ours.args, theirs.args):
            texts = repr(ours.args), repr(theirs.args)
            yield self.wording.difference(": the bound arguments are ", *texts, "use the same")

    def _dispatch_differences(
        self, our: ClassMember, their: ClassMember, mode: Mode
    ) -> Iterator[Difference]:
        ours, theirs = _registered(our), _registered(their)
        if not ours or not theirs:
            return
        for their_class, their_function in theirs.items():
            found = [cls for cls in ours if self.types.are_same_classes(cls, their_class)]
            if not found:
                name = f'"{their_class.__name__}"'
                prefix = f": the implementation for {name} is "
                yield self.wording.difference(prefix, "absent", "present", "register it")
                continue
            signatures = SignatureComparison(self.types, self.wording)
            our_signature = signature(our, ours.pop(found[0]))
            yield from signatures.differences(our_signature, signature(their, their_function), mode)
        for cls in ours:
            prefix = f': the implementation for "{cls.__name__}" is '
            yield self.wording.difference(prefix, "present", "absent", "remove it")


def deprecation_differences(
    our: ClassMember, their: ClassMember, wording: Wording
) -> Iterator[Difference]:
    """Yield the difference of the texts of `@deprecated`."""
    texts = [getattr(m.function, "__deprecated__", None) for m in (our, their)]
    if texts[0] != texts[1]:
        ours, theirs = (f'deprecated: "{t}"' if t else "not deprecated" for t in texts)
        yield wording.difference(" is ", ours, theirs, "use the same")


def _alias_target(member: ClassMember) -> str:
    """Return the name of the method that a member is another name of; empty for a method."""
    name = getattr(member.value, "__name__", member.name)
    is_alias = name != member.name and vars(member.owner).get(name) is member.value
    return str(name) if is_alias else ""


def _registered(member: ClassMember) -> dict[type[object], object]:
    if not isinstance(member.value, singledispatchmethod):
        return {}
    registry: Mapping[type[object], object] = member.value.dispatcher.registry
    return {cls: function for cls, function in registry.items() if cls is not object}
