"""Comparison of the signatures of a method: parameters, default values and result."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from enum import Enum
from itertools import zip_longest

from attrs import frozen

from memsy.parity._annotations import Form, format_form
from memsy.parity._differences import Difference, Wording, format_distinctly
from memsy.parity._rules import ASYNC_CLASSES
from memsy.parity._signature import Parameter, Signature, effective_result
from memsy.parity._types import (
    TypeComparison,
    awaited_result,
    full_name,
    is_iterated,
    type_variable_parts,
)
from memsy.parity._values import value_text


class Mode(Enum):
    """Form that a method of a mirror must have."""

    SAME = "same"
    ASYNC = "async"
    EITHER = "either"
    ITERATED = "iterated"


@frozen
class SignatureComparison:
    """Differences between the signature of a method and the one in the reference class."""

    types: TypeComparison
    wording: Wording

    def differences(self, our: Signature, their: Signature, mode: Mode) -> Iterator[Difference]:
        """Yield the differences of type variables, parameters, defaults and result."""
        if not self._bind_variables(our, their):
            sides = (our, self.types.cls), (their, self.types.reference)
            ours, theirs = (format_variables(self._method_variables(*s), s[1]) for s in sides)
            yield self.wording.difference(
                ": the type variables are ", ours, theirs, "use the same", our.line
            )
            return
        yield from self._parameter_differences(our, their)
        if not (our.is_untyped or their.is_untyped):
            yield from self._result_differences(our, their, mode)

    def default_differences(self, our: Signature, their: Signature) -> Iterator[Difference]:
        """Yield the differences of default values, of parameters with the same name."""
        theirs = {parameter.label: parameter for parameter in their.parameters}
        for ours in our.parameters:
            if ours.label in theirs:
                yield from self._default_difference(ours, theirs[ours.label], our.line)

    def _method_variables(self, signature: Signature, owner: type[object]) -> list[object]:
        own: Collection[object] = getattr(owner, "__parameters__", ())
        return [variable for variable in signature.variables() if variable not in own]

    def _bind_variables(self, our: Signature, their: Signature) -> bool:
        ours = self._method_variables(our, self.types.cls)
        theirs = self._method_variables(their, self.types.reference)
        if our.is_untyped or their.is_untyped:
            return True
        return len(ours) == len(theirs) and self.types.bind_variables(ours, theirs)

    def _parameter_differences(self, our: Signature, their: Signature) -> Iterator[Difference]:
        is_untyped = our.is_untyped or their.is_untyped
        pairs = zip_longest(our.parameters, their.parameters)
        for number, (ours, theirs) in enumerate(pairs, 1):
            if not self._are_same_parameters(ours, theirs, is_untyped):
                prefix = f": parameter {number} is "
                yield self._parameter_difference(prefix, ours, theirs, our.line)
                return
            if ours and theirs:
                yield from self._default_difference(ours, theirs, our.line)

    def _are_same_parameters(
        self, our: Parameter | None, their: Parameter | None, is_untyped: bool
    ) -> bool:
        if our is None or their is None:
            return False
        is_same_form = (our.name, our.kind, our.has_default) == (
            *(their.name, their.kind, their.has_default),
        )
        return is_same_form and (
            is_untyped or self.types.are_same(our.type, their.type, is_parameter=True)
        )

    def _parameter_difference(
        self, prefix: str, our: Parameter | None, their: Parameter | None, line: int
    ) -> Difference:
        texts = format_distinctly(our.type if our else None, their.type if their else None)
        ours = f'"{our.format(texts[0])}"' if our else "absent"
        theirs = f'"{their.format(texts[1])}"' if their else "absent"
        fix = "add it" if our is None else "remove it" if their is None else "use the same"
        return self.wording.difference(prefix, ours, theirs, fix, line)

    def _default_difference(
        self, our: Parameter, their: Parameter, line: int
    ) -> Iterator[Difference]:
        if not (our.states_default and their.states_default):
            return
        if not self.types.values.are_same(our.default, their.default):
            prefix = f': the default of "{our.label}" is '
            ours, theirs = value_text(our.default), value_text(their.default)
            yield self.wording.difference(prefix, ours, theirs, "use the same", line)

    def _result_differences(
        self, our: Signature, their: Signature, mode: Mode
    ) -> Iterator[Difference]:
        if mode is Mode.ITERATED:
            yield from self._iterator_differences(our, their)
        elif mode is Mode.ASYNC and not their.is_async:
            yield from self._async_result_differences(our, their)
        elif not self._are_same_results(our, their, mode):
            yield self.wording.type_difference(
                " returns ", effective_result(our), effective_result(their), our.line
            )

    def _iterator_differences(self, our: Signature, their: Signature) -> Iterator[Difference]:
        """Compare the results of `__aiter__` and `__iter__`."""
        is_library = their.result is not None and full_name(their.result.origin) in ASYNC_CLASSES
        if our.result is their.result is None:
            return
        if is_library and not self._is_async_form(our, their):
            yield self._async_form_difference(our, their, _plain_def(their))
        elif not self.types.are_same(effective_result(our), their.result):
            yield self._type_difference(our, our.result, their)

    def _are_same_results(self, our: Signature, their: Signature, mode: Mode) -> bool:
        ours, theirs = effective_result(our), effective_result(their)
        if mode is Mode.EITHER and not their.is_async and our.is_async:
            ours = our.result
        return self.types.are_same(ours, theirs)

    def _async_result_differences(self, our: Signature, their: Signature) -> Iterator[Difference]:
        """Compare the result of `await` or `async for` with the result of the sync method."""
        if their.is_generator and our.result is their.result is None:
            if not our.is_async_generator:
                yield self._async_form_difference(our, their, "make it an async generator")
            return
        if self._is_async_form(our, their):
            if not self.types.are_same(our.result, their.result):
                yield self._type_difference(our, our.result, their)
            return
        if their.result and is_iterated(their.result):
            yield self._async_form_difference(our, their, _plain_def(their))
            return
        awaited = our.result if our.is_async else our.result and awaited_result(our.result)
        if awaited is None and not our.is_async:
            yield self._async_form_difference(our, their, self.wording.make_async)
        elif not self.types.are_same(awaited, their.result):
            yield self._type_difference(our, awaited, their)

    def _is_async_form(self, our: Signature, their: Signature) -> bool:
        if our.is_async or our.result is None or their.result is None:
            return False
        is_library = self.types.is_async_form(our.result, their.result)
        return is_library or self.types.is_entered_form(our.result, their.result)

    def _type_difference(
        self, our: Signature, awaited: Form | None, their: Signature
    ) -> Difference:
        return self.wording.type_difference(" returns ", awaited, their.result, our.line)

    def _async_form_difference(self, our: Signature, their: Signature, fix: str) -> Difference:
        return self.wording.async_form_difference(
            " returns ", effective_result(our), their.result, fix, our.line
        )


def _plain_def(their: Signature) -> str:
    origin = their.result.origin if their.result else None
    name = ASYNC_CLASSES[full_name(origin)][0].rpartition(".")[2]
    return f'return "{name}" from a plain `def`'


def format_variables(variables: Sequence[object], owner: type[object]) -> str:
    """Return type variables as text: names, bounds or constraints, and defaults."""
    return ", ".join(_format_variable(variable, owner) for variable in variables) or "absent"


def _format_variable(variable: object, owner: type[object]) -> str:
    default, bound, *constraints = type_variable_parts(variable, owner)
    text = " or ".join(map(format_form, constraints)) or format_form(bound)
    variance = "covariant " if getattr(variable, "__covariant__", False) else ""
    variance = "contravariant " if getattr(variable, "__contravariant__", False) else variance
    suffix = "" if default.origin == "no default" else f" = {format_form(default)}"
    return f'"{variance}{getattr(variable, "__name__", variable)}: {text}{suffix}"'
