"""Comparison of two functions at run time, as if they were the methods of two classes."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, evolve

from memsy.parity import _kinds as kinds
from memsy.parity._annotations import scope_of
from memsy.parity._decorators import Target
from memsy.parity._differences import Difference, Wording
from memsy.parity._members import ClassMember
from memsy.parity._method_comparison import MethodComparison, deprecation_differences
from memsy.parity._signature_comparison import Mode
from memsy.parity._signatures import first_line, signature
from memsy.parity._types import TypeComparison


@define(slots=False)
class FunctionComparison:
    """Differences between a function and its reference function."""

    function: Target
    reference: Target
    is_mirror: bool

    def differences(self) -> Iterator[tuple[Target, str, Difference]]:
        """Yield the function, its name and the difference, with the whole message as its text."""
        our, their = function_member(self.function), function_member(self.reference)
        types = TypeComparison(our.owner, their.owner, self.is_mirror)
        wording = Wording(their.name, self.is_mirror, "make it `async def`")
        mode = Mode.ASYNC if self.is_mirror else Mode.SAME
        for difference in (
            *deprecation_differences(our, their, wording),
            *MethodComparison(types, wording).differences(our, their, mode),
        ):
            line = difference.line or first_line(our)
            text = f'"{our.name}"{difference.text}'
            yield self.function, our.name, evolve(difference, text=text, line=line)


def function_member(function: Target) -> ClassMember:
    """Return a function as a static method of a class without a name, for its module."""
    name = function.__name__  # ty: ignore[missing-attribute]
    value = staticmethod(function)
    owner = type("", (), {"__module__": function.__module__, name: value})
    return ClassMember(name, kinds.STATIC_METHOD, owner, value, None, scope_of(owner, {}))


def is_async(function: Target) -> bool:
    """Return True for a coroutine function and an async generator."""
    found = signature(function_member(function))
    return found.is_async or found.is_async_generator
