"""Comparison of the public members of a marked class with its reference class."""

from __future__ import annotations

from collections.abc import Iterator

from mypy.nodes import Context, TypeInfo
from mypy.options import Options

from memsy._parity.counterparts import Counterparts
from memsy._parity.differences import SourceComparison
from memsy._parity.matching import Matching
from memsy._parity.member_comparison import MemberComparison
from memsy._parity.members import ClassMember, public_members
from memsy._parity.self_types import base_instance, class_instance
from memsy._parity.type_variables import rename_bounds, variances
from memsy._parity.typed_dicts import TypedDictComparison
from memsy._parity.wording import Wording
from memsy.parity import _kinds as kinds
from memsy.parity._rules import ASYNC_NAMES, ONLY_ASYNC_NAMES


class Comparison:
    """
    Differences between a marked class and its reference class.

    In names of variables, `our` belongs to the marked class, and `their` to the reference class.
    """

    def __init__(
        self,
        counterparts: Counterparts,
        options: Options,
        *,
        more: list[str],
        sync: list[str],
        pair: tuple[TypeInfo, TypeInfo] | None = None,
    ) -> None:
        pair = pair or (counterparts.marked, counterparts.reference)
        self._our_class, self._their_class = pair
        self._counterparts, self._options = counterparts, options
        self._more, self._sync = more, sync
        self._is_mirror = counterparts.is_mirror
        self._wording = Wording(self._their_class.name, options, is_mirror=self._is_mirror)
        self._matching = Matching(counterparts)
        self._source = SourceComparison(counterparts)
        self._members = MemberComparison(
            counterparts, self._wording, self._source, sync=sync, pair=pair
        )

    def differences(self) -> Iterator[tuple[Context, str]]:
        """Yield the location and the message of each difference."""
        cls = self._our_class.defn
        if text := self._variables_difference():
            yield cls, f'"{cls.name}": {text}'
            return
        instance = class_instance(self._our_class)
        ours, theirs = (
            public_members(instance_, with_class_members=self._is_mirror)
            for instance_ in (instance, base_instance(instance, self._their_class))
        )
        if self._is_mirror:
            theirs = self._with_async_names(theirs, ours)
        self._pair_nested_classes(ours, theirs)
        keys = TypedDictComparison(self._matching, self._wording)
        for message in (
            *self._missing_members(ours, theirs),
            *self._misnamed_sync_methods(ours, theirs),
            *keys.differences(self._our_class, self._their_class),
        ):
            yield cls, message
        for our in ours.values():
            # mypy reports errors only in the file that it checks; a base can be in another file.
            is_in_file = our.owner.module_name == self._our_class.module_name
            for line, message in self._all_differences(our, theirs.get(our.name)):
                # The fields of a named tuple have no line.
                yield line if is_in_file and line.line > 0 else cls, message

    def _all_differences(
        self, our: ClassMember, their: ClassMember | None
    ) -> Iterator[tuple[Context, str]]:
        yield from self._member_differences(our, their)
        for line, text in self._source.differences(our, their) if their else ():
            yield line, f'"{our.name}" of "{self._counterparts.marked.name}"{text}'

    def _variables_difference(self) -> str:
        """Compare the type variables of the classes, and return the end of a message."""
        if self._their_class in self._our_class.mro:
            return ""  # The base class in the class line has the type arguments.
        ours, theirs = self._our_class.defn.type_vars, self._their_class.defn.type_vars
        if len(ours) != len(theirs):
            counts = str(len(ours)), str(len(theirs))
            text = self._wording.difference(*counts, "use the same number")
            return f"the number of type variables is {text}"
        # The variance of an implementation follows from its own members.
        has_same_variances = not self._is_mirror or (
            variances(self._our_class) == variances(self._their_class)
        )
        theirs = rename_bounds(theirs, ours)
        if has_same_variances and self._matching.match_variables(ours, theirs):
            return ""
        return f"the type variables are {self._wording.variables(ours, theirs, of_class=True)}"

    def _with_async_names(
        self, theirs: dict[str, ClassMember], ours: dict[str, ClassMember]
    ) -> dict[str, ClassMember]:
        """Rename special methods, unless their class has both forms or both classes share one."""
        renamed: dict[str, ClassMember] = {}
        for name, their in theirs.items():
            our, async_name = ours.get(name), ASYNC_NAMES.get(name, name)
            is_shared = our is not None and self._members.are_shared(our, their)
            renamed[name if is_shared or async_name in theirs else async_name] = their
        return renamed

    def _pair_nested_classes(
        self, ours: dict[str, ClassMember], theirs: dict[str, ClassMember]
    ) -> None:
        for name in ours.keys() & theirs.keys():
            our, their = ours[name].node, theirs[name].node
            if isinstance(our, TypeInfo) and isinstance(their, TypeInfo):
                self._counterparts.add_nested(our, their)

    def _missing_members(
        self, ours: dict[str, ClassMember], theirs: dict[str, ClassMember]
    ) -> Iterator[str]:
        marked, reference = self._our_class.name, self._their_class.name
        for name in theirs:
            if name not in ours:
                yield f'"{marked}" has no "{name}", but "{reference}" has: add it to "{marked}"'
        for name in self._more:
            if name not in ours:
                yield f'"{name}" is in `more=(...)` but not in "{marked}": remove the name'
            elif name in theirs:
                yield f'"{name}" is in `more=(...)` but also in "{reference}": remove the name'

    def _misnamed_sync_methods(
        self, ours: dict[str, ClassMember], theirs: dict[str, ClassMember]
    ) -> Iterator[str]:
        for name in self._sync:
            members = ours.get(name), theirs.get(name)
            if not all(member and member.kind == kinds.METHOD for member in members):
                classes = f'"{self._our_class.name}" and "{self._their_class.name}"'
                yield (
                    f'"{name}" is in `sync=(...)` but is not a method of both {classes}: '
                    "remove the name"
                )

    def _member_differences(
        self, our: ClassMember, their: ClassMember | None
    ) -> Iterator[tuple[Context, str]]:
        subject = f'"{our.name}" of "{self._our_class.name}"'
        if their is None:
            if not self._is_declared(our):
                yield our.node, f"{subject} {self._undeclared_member_text()}"
            return
        pair = our.node, their.node
        if self._counterparts.is_nested_pair(pair):
            yield from Comparison(
                self._counterparts, self._options, more=[], sync=[], pair=pair
            ).differences()
            return
        for line, text in self._members.differences(our, their):
            yield line, f"{subject}{text}"

    def _is_declared(self, our: ClassMember) -> bool:
        """Return True if the marked class may have a member that the reference class lacks."""
        if self._is_mirror:
            return our.name in ONLY_ASYNC_NAMES
        return our.name in self._more or _is_generated(our, self._our_class)

    def _undeclared_member_text(self) -> str:
        reference = f'"{self._their_class.name}"'
        place = reference if self._is_mirror else "`more=(...)`"
        return f"is public but not in {reference}: add it to {place} or make it private"


def _is_generated(member: ClassMember, cls: TypeInfo) -> bool:
    """Return True for the members that named tuples, enumerations and exceptions always have."""
    owner = member.owner.fullname
    if owner == "builtins.BaseException":
        return True
    is_tuple = any(base.is_named_tuple for base in cls.mro)
    return owner.startswith("enum.") or (is_tuple and owner.startswith(("builtins.", "typing.")))
