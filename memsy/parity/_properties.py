"""Comparison of properties and attributes: types, setters, deleters and values."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cached_property

from attrs import frozen

from memsy.parity import _kinds as kinds
from memsy.parity._annotations import Form, Scope, form
from memsy.parity._differences import Difference, Wording
from memsy.parity._members import NO_VALUE, ClassMember
from memsy.parity._signature import effective_result
from memsy.parity._signatures import signature
from memsy.parity._types import TypeComparison
from memsy.parity._values import value_text


@frozen
class PropertyComparison:
    """Differences between an attribute of a class and the one of its reference class."""

    types: TypeComparison
    wording: Wording

    def differences(
        self, our: ClassMember, their: ClassMember, *, with_values: bool
    ) -> Iterator[Difference]:
        """Yield the differences of the types, of the accessors and of the value in the class."""
        ours, theirs = _read_type(our), _read_type(their)
        is_stated = (ours or _is_property(our)) and (theirs or _is_property(their))
        if is_stated and not self.types.are_same(ours, theirs):
            yield self.wording.type_difference(" is ", ours, theirs)
        else:
            yield from self._setter_differences(our, their)
        yield from self._deleter_differences(our, their)
        if with_values:
            yield from self._value_differences(our, their)

    def _setter_differences(self, our: ClassMember, their: ClassMember) -> Iterator[Difference]:
        ours, theirs = _write_type(our), _write_type(their)
        if ours and theirs and not self.types.are_same(ours, theirs, is_parameter=True):
            yield self.wording.type_difference(
                ": the type that the setter accepts is ", ours, theirs
            )

    def _deleter_differences(self, our: ClassMember, their: ClassMember) -> Iterator[Difference]:
        if not (isinstance(our.value, property) and isinstance(their.value, property)):
            return
        ours, theirs = (
            "present" if member.fdel else "absent" for member in (our.value, their.value)
        )
        is_more = ours == "present" and not self.wording.is_mirror
        if ours != theirs and not is_more:
            fix = "add it" if our.value.fdel is None else "remove it"
            yield self.wording.difference(": the deleter is ", ours, theirs, fix)

    def _value_differences(self, our: ClassMember, their: ClassMember) -> Iterator[Difference]:
        if any(_is_property(member) or member.value is NO_VALUE for member in (our, their)):
            return
        if not self.types.values.are_same(our.value, their.value):
            ours, theirs = value_text(our.value), value_text(their.value)
            yield self.wording.difference(": the value is ", ours, theirs, "use the same")


def _is_property(member: ClassMember) -> bool:
    return isinstance(member.value, (property, cached_property, classmethod))


def _read_type(member: ClassMember) -> Form | None:
    if _is_property(member):
        return effective_result(signature(member))
    return _descriptor_result(member) or member.annotation


def _descriptor_result(member: ClassMember) -> Form | None:
    """Return the type of `__get__` for an attribute whose annotation is a descriptor class."""
    tree = member.annotation
    getter = (
        getattr(tree.origin, "__get__", None) if tree and isinstance(tree.origin, type) else None
    )
    if tree is None or member.value is NO_VALUE or not inspect.isfunction(getter):
        return None
    parameters: tuple[object, ...] = getattr(tree.origin, "__parameters__", ())
    variables = dict(zip(parameters, tree.args, strict=False))
    annotation = inspect.signature(getter).return_annotation
    return form(annotation, Scope(getter.__globals__, variables=variables))


def _write_type(member: ClassMember) -> Form | None:
    if not isinstance(member.value, property):
        return member.annotation if member.kind == kinds.ATTRIBUTE else None
    if member.value.fset is None:
        return None
    parameters = signature(member, member.value.fset).parameters
    return parameters[0].type if parameters else None
