"""Comparison of the public members of a class with its reference class."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import is_dataclass
from functools import cached_property

import attrs
import typing_extensions
from attrs import define, evolve, field

from memsy.parity import _kinds as kinds
from memsy.parity._annotations import Form, form
from memsy.parity._differences import Difference, Wording
from memsy.parity._members import ClassMember, inherited_variables, is_generated, public_members
from memsy.parity._method_comparison import MethodComparison, deprecation_differences
from memsy.parity._properties import PropertyComparison
from memsy.parity._rules import ASYNC_NAMES, ONLY_ASYNC_NAMES, SYNC_OR_ASYNC_NAMES
from memsy.parity._signature_comparison import Mode, format_variables
from memsy.parity._signatures import first_line, is_generated_method, is_placeholder, signature
from memsy.parity._source import attributes, class_line
from memsy.parity._types import TypeComparison


@define(slots=False)
class ClassComparison:
    """
    Differences between a class and its reference class.

    In names of variables, `our` belongs to the class, and `their` to the reference class.
    """

    cls: type[object]
    reference: type[object]
    is_mirror: bool
    more: Collection[str] = ()
    sync: Collection[str] = ()
    """Methods that stay sync in the mirror."""
    types: TypeComparison = field(
        default=attrs.Factory(
            lambda self: TypeComparison(self.cls, self.reference, self.is_mirror), takes_self=True
        )
    )

    @cached_property
    def wording(self) -> Wording:
        return Wording(self.reference.__name__, self.is_mirror)

    @cached_property
    def fixed_variables(self) -> dict[object, Form]:
        """Types of the variables of the reference class, for a subclass that is not generic."""
        variables: tuple[object, ...] = getattr(self.reference, "__parameters__", ())
        fixed = inherited_variables(self.cls)
        is_subclass = self.reference in self.cls.__mro__ and not getattr(
            self.cls, "__parameters__", ()
        )
        return {v: fixed[v] for v in variables if v in fixed} if is_subclass else {}

    @cached_property
    def ours(self) -> dict[str, ClassMember]:
        return self._members(self.cls)

    @cached_property
    def theirs(self) -> dict[str, ClassMember]:
        found = self._members(self.reference, self.fixed_variables)
        return {
            self._expected_name(member): member
            for member in found.values()
            if not is_generated_method(member)
        }

    def differences(self) -> Iterator[tuple[type[object], str, Difference]]:
        """Yield the class, the member and the difference, with the whole message as its text."""
        if failure := self._variable_difference():
            yield self.cls, self.cls.__name__, self._complete(failure, f'"{self.cls.__name__}"', 0)
            return
        self.types.nested.update(self._nested_pairs())
        for name, difference in self._absent_members():
            yield self.cls, name, self._complete(difference, "", 0)
        for name, our in self.ours.items():
            prefix = f'"{name}" of "{self.cls.__name__}"'
            for difference in self._member_differences(our, self.theirs.get(name)):
                yield self.cls, name, self._complete(difference, prefix, self._line(our))
        for our_class, their_class in self._nested_pairs().items():
            types = evolve(self.types, cls=our_class, reference=their_class)
            nested = ClassComparison(our_class, their_class, self.is_mirror, types=types)
            yield from nested.differences()

    def _expected_name(self, member: ClassMember) -> str:
        own = self.ours.get(member.name)
        # Both named tuples inherit `__iter__` of `tuple`.
        is_shared = own is not None and self._is_shared(own, member)
        name = ASYNC_NAMES.get(member.name, member.name)
        has_both_forms = name != member.name and hasattr(self.reference, name)
        is_same = is_shared or has_both_forms or not self.is_mirror
        return member.name if is_same else name

    def _members(
        self, cls: type[object], variables: Mapping[object, Form] | None = None
    ) -> dict[str, ClassMember]:
        return {
            name: member
            for name, member in public_members(cls, variables).items()
            if self.is_mirror or not member.belongs_to_class
        }

    def _complete(self, difference: Difference, prefix: str, line: int) -> Difference:
        line = difference.line or line or class_line(self.cls)
        return evolve(difference, text=f"{prefix}{difference.text}", line=line)

    def _line(self, member: ClassMember) -> int:
        if member.owner.__module__ != self.cls.__module__:
            return 0
        is_class = isinstance(member.value, type)
        if not is_class and (line := first_line(member)):
            return line
        found = attributes(member.owner).get(member.name)
        return found.line if found else class_line(member.owner)

    def _variable_difference(self) -> Difference | None:
        ours = getattr(self.cls, "__parameters__", ())
        theirs = getattr(self.reference, "__parameters__", ())
        if theirs and len(self.fixed_variables) == len(theirs):
            return None
        if len(ours) != len(theirs):
            counts = str(len(ours)), str(len(theirs))
            prefix = ": the number of type variables is "
            return self.wording.difference(prefix, *counts, "use the same number")
        if self.types.bind_variables(ours, theirs):
            return None
        texts = format_variables(ours, self.cls), format_variables(theirs, self.reference)
        return self.wording.difference(": the type variables are ", *texts, "use the same")

    def _absent_members(self) -> Iterator[tuple[str, Difference]]:
        cls, reference = f'"{self.cls.__name__}"', f'"{self.reference.__name__}"'
        for name in self.theirs:
            if name not in self.ours and name != "__init__":
                text = f'{cls} has no "{name}", but {reference} has: add it to {cls}'
                yield name, Difference("absent", f'"{name}"', text)
        for name in self.more:
            if name not in self.ours:
                text = f'"{name}" is in `more=(...)` but not in {cls}: remove the name'
                yield name, Difference("absent", f'"{name}"', text)
            elif name in self.theirs:
                text = f'"{name}" is in `more=(...)` but also in {reference}: remove the name'
                yield name, Difference("in `more`", f"in {reference}", text)
        for name in self.sync:
            members = self.ours.get(name), self.theirs.get(name)
            if not all(member and member.kind == kinds.METHOD for member in members):
                text = (
                    f'"{name}" is in `sync=(...)` but is not a method of both {cls} and '
                    f"{reference}: remove the name"
                )
                yield name, Difference("a method", "in `sync`", text)

    def _member_differences(
        self, our: ClassMember, their: ClassMember | None
    ) -> Iterator[Difference]:
        if their is None:
            if not self._is_declared(our):
                yield self._undeclared_difference(our)
            return
        if not kinds.are_compatible(our.kind, their.kind, is_mirror=self.is_mirror):
            texts = kinds.described(our.kind), kinds.described(their.kind)
            yield self.wording.difference(" is ", *texts, f"make it {texts[1]}")
            return
        yield from deprecation_differences(our, their, self.wording)
        if our.kind in kinds.METHOD_KINDS:
            methods = MethodComparison(self.types, self.wording)
            yield from methods.differences(our, their, self._mode(our, their))
        elif our.kind in (kinds.NESTED_CLASS, kinds.TYPE_ALIAS):
            yield from self._type_differences(our, their)
        else:
            properties = PropertyComparison(self.types, self.wording)
            with_values = self._has_comparable_value(our, their)
            yield from properties.differences(our, their, with_values=with_values)

    def _is_declared(self, our: ClassMember) -> bool:
        """Return True if the class may have a member that the reference class lacks."""
        if our.name == "__init__" or is_generated_method(our):
            return True
        names = {*self.more, *(ONLY_ASYNC_NAMES if self.is_mirror else ())}
        return our.name in names or is_generated(our, self.cls)

    def _undeclared_difference(self, our: ClassMember) -> Difference:
        reference = f'"{self.reference.__name__}"'
        place = reference if self.is_mirror else "`more=(...)`"
        text = f" is public but not in {reference}: add it to {place} or make it private"
        return Difference(kinds.described(our.kind), "absent", text)

    def _has_comparable_value(self, our: ClassMember, their: ClassMember) -> bool:
        # The constructor has the values of the fields, too.
        is_field = is_dataclass(our.owner) or attrs.has(our.owner)
        is_constant = their.kind in kinds.CONSTANT_KINDS or our.name.isupper()
        # An implementation may have its own value of an attribute.
        return not is_field and (self.is_mirror or is_constant)

    def _is_shared(self, our: ClassMember, their: ClassMember) -> bool:
        """Return True if two members come from one base, which is not the reference class."""
        return our.value is their.value and self.reference not in self.cls.__mro__

    def _mode(self, our: ClassMember, their: ClassMember) -> Mode:
        is_shared = self._is_shared(our, their) and not is_placeholder(our)
        if not self.is_mirror or is_shared or our.name in self.sync:
            return Mode.SAME
        if our.belongs_to_class:
            return Mode.EITHER if self._creates_instance(their) else Mode.SAME
        if our.name == "__aiter__":
            return Mode.ITERATED
        if our.name in SYNC_OR_ASYNC_NAMES:
            return Mode.EITHER
        is_special = our.name.startswith("__") and our.name not in ASYNC_NAMES.values()
        return Mode.SAME if is_special or their.name in ASYNC_NAMES.values() else Mode.ASYNC

    def _creates_instance(self, their: ClassMember) -> bool:
        """Return True for a class method such as `connect`, which may be async."""
        result = None if their.name == "__init__" else signature(their).result
        return result is not None and result.origin in (typing_extensions.Self, self.reference)

    def _type_differences(self, our: ClassMember, their: ClassMember) -> Iterator[Difference]:
        ours, theirs = form(our.value, our.scope), form(their.value, their.scope)
        if not self.types.are_same(ours, theirs):
            yield self.wording.type_difference(" is ", ours, theirs)

    def _nested_pairs(self) -> dict[type[object], type[object]]:
        """Return the classes in the body of the class whose names are also in the reference."""
        pairs: dict[type[object], type[object]] = {}
        for name, our in self.ours.items():
            ours, theirs = _class_in_body(our), _class_in_body(self.theirs.get(name))
            if ours and theirs and ours is not theirs:
                pairs[ours] = theirs
        return pairs


def is_mirror_of(cls: type[object], reference: type[object]) -> bool:
    """Return True if a class has coroutines where the reference has plain methods."""
    ours, theirs = public_members(cls), public_members(reference)
    if any(ASYNC_NAMES.get(name) in ours for name in theirs):
        return True
    pairs = [(ours[name], theirs[name]) for name in theirs if name in ours]
    return any(_is_async(our) and not _is_async(their) for our, their in pairs)


def _is_async(member: ClassMember) -> bool:
    if member.kind != kinds.METHOD:
        return False
    found = signature(member)
    return found.is_async or found.is_async_generator


def _class_in_body(member: ClassMember | None) -> type[object] | None:
    """Return the class of a class statement in the body of another class."""
    value = member.value if member else None
    if member is None or not isinstance(value, type):
        return None
    return value if value.__qualname__ == f"{member.owner.__qualname__}.{member.name}" else None
