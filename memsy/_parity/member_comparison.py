"""Comparison of two members with the same name."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mypy.nodes import Context, TypeInfo
from mypy.types import Instance

from memsy._parity.counterparts import Counterparts
from memsy._parity.differences import SourceComparison
from memsy._parity.matching import Matching
from memsy._parity.members import ClassMember, Signature, is_special
from memsy._parity.self_types import is_self
from memsy._parity.signatures import ASYNC, EITHER, ITERATED, SYNC, SignatureComparison
from memsy._parity.wording import Wording
from memsy.parity import _kinds as kinds
from memsy.parity._rules import ASYNC_NAMES, SYNC_OR_ASYNC_NAMES


class MemberComparison:
    """Differences between two members, as ends of messages that follow the name of the member."""

    def __init__(
        self,
        counterparts: Counterparts,
        wording: Wording,
        source: SourceComparison,
        *,
        sync: Collection[str],
        pair: tuple[TypeInfo, TypeInfo],
    ) -> None:
        self._counterparts, self._wording = counterparts, wording
        self._source, self._sync = source, sync
        self._our_class, self._their_class = pair
        self._matching = Matching(counterparts)
        self._signatures = SignatureComparison(self._matching, wording)

    def are_shared(self, our: ClassMember, their: ClassMember) -> bool:
        """Return True if two members come from one base, which is not the reference class."""
        return our.owner is their.owner and self._their_class not in self._our_class.mro

    def differences(self, our: ClassMember, their: ClassMember) -> Iterator[tuple[Context, str]]:
        """Yield the location and the end of the message for each difference."""
        is_mirror = self._counterparts.is_mirror
        if not kinds.are_compatible(our.kind, their.kind, is_mirror=is_mirror):
            ours, theirs = kinds.described(our.kind), kinds.described(their.kind)
            text = self._wording.difference(ours, theirs, f"make it {theirs}")
            yield our.node, f" is {text}"
        elif our.name == "__aiter__" and their.owner.module_name == "typing":
            return  # `Iterator.__iter__` of the library returns `self`.
        elif our.kind in kinds.METHOD_KINDS:
            yield from self._methods(our, their)
        else:
            if not self._matching.matches(our.type, their.type):
                yield our.node, f" is {self._wording.types(our.type, their.type)}"
            yield from self._accessors(our, their)

    def _methods(self, our: ClassMember, their: ClassMember) -> Iterator[tuple[Context, str]]:
        ours, theirs = our.comparable_signatures, their.comparable_signatures
        if not (ours and theirs):
            if not self._matching.matches(our.type, their.type):
                yield our.definition, f" is {self._wording.types(our.type, their.type)}"
            return
        if len(ours) != len(theirs):
            counts = str(len(ours)), str(len(theirs))
            text = self._wording.difference(*counts, "write the same overloads")
            yield our.node, f": the number of signatures is {text}"
            return
        found = list(self._signature_pairs(our, their, ours, theirs))
        raw = our.raw_signatures, their.raw_signatures
        yield from found or self._signature_pairs(our, their, *raw)

    def _signature_pairs(
        self,
        our: ClassMember,
        their: ClassMember,
        ours: list[Signature],
        theirs: list[Signature],
    ) -> Iterator[tuple[Context, str]]:
        for our_signature, their_signature in zip(ours, theirs, strict=False):
            is_same = self.are_shared(our, their) or self._source.name_one_function(our, their)
            form = SYNC if is_same else self._form(our, our_signature, their_signature)
            for text in self._signatures.differences(our_signature, their_signature, form):
                yield our_signature.definition, text

    def _form(self, our: ClassMember, signature: Signature, their: Signature) -> str:
        """Return the form that a method of the marked class must have."""
        if not self._counterparts.is_mirror or our.name in self._sync:
            return SYNC
        if our.belongs_to_class:
            return EITHER if self._creates_instance(our, their) else SYNC
        if our.name == their.definition.name and our.name in ASYNC_NAMES.values():
            return SYNC  # The reference class has the sync and the async form.
        if our.name == "__aiter__":
            return ITERATED
        are_lambdas = signature.is_lambda and their.is_lambda  # A lambda cannot be `async def`.
        is_value = self._source.is_bound_method(our)
        if are_lambdas or is_value or our.name in SYNC_OR_ASYNC_NAMES:
            return EITHER
        is_sync = is_special(our.name) and our.name not in ASYNC_NAMES.values()
        return SYNC if is_sync else ASYNC

    def _creates_instance(self, our: ClassMember, their: Signature) -> bool:
        """Return True for a class method such as `connect`, which may be async."""
        result = their.type.ret_type
        is_named = isinstance(result, Instance) and result.type is self._counterparts.reference
        return our.kind in kinds.METHOD_KINDS - {kinds.METHOD} and (is_self(result) or is_named)

    def _accessors(self, our: ClassMember, their: ClassMember) -> Iterator[tuple[Context, str]]:
        if our.kind != their.kind or our.kind not in (kinds.PROPERTY, kinds.SETTABLE_PROPERTY):
            return
        ours, theirs = our.accessors, their.accessors
        if (
            ours.setter is not None
            and theirs.setter is not None
            and not self._matching.matches_parameter(ours.setter, theirs.setter)
        ):
            text = self._wording.types(ours.setter, theirs.setter)
            yield our.node, f": the type that the setter accepts is {text}"
        if ours.has_deleter != theirs.has_deleter:
            presence = {True: "present", False: "absent"}
            fix = "remove it" if ours.has_deleter else "add it"
            text = self._wording.difference(
                presence[ours.has_deleter], presence[theirs.has_deleter], fix
            )
            yield our.node, f": the deleter is {text}"
