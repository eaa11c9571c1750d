"""Texts of the messages about differences."""

from __future__ import annotations

from collections.abc import Sequence

from mypy.messages import format_type_distinctly
from mypy.options import Options
from mypy.types import Type, TypeVarLikeType

from memsy._parity.members import Parameter
from memsy._parity.type_variables import format_variables
from memsy.parity._rules import MAKE_METHOD_ASYNC


class Wording:
    """Ends of messages: our value, their value, and the fix."""

    def __init__(
        self, reference: str, options: Options, *, is_mirror: bool, of_function: bool = False
    ) -> None:
        self._reference, self._options, self._is_mirror = reference, options, is_mirror
        self.make_async = "make it `async def`" if of_function else MAKE_METHOD_ASYNC

    def difference(self, ours: str, theirs: str, fix: str) -> str:
        # The texts of different types are equal if a mirror uses the sync form of a class.
        if ours == theirs:
            return f'{ours} as in "{self._reference}", which is sync: use its async form'
        return f'{ours}, but {theirs} in "{self._reference}": {fix}'

    def types(self, our: Type, their: Type) -> str:
        ours, theirs = format_type_distinctly(our, their, options=self._options)
        fix = "use the same type or its async form" if self._is_mirror else "use the same type"
        return self.difference(ours, theirs, fix)

    def guards(self, our: Sequence[Type | None], their: Sequence[Type | None]) -> str:
        """Describe `TypeGuard[...]` and `TypeIs[...]`."""
        return self.difference(self._guard(our), self._guard(their), "use the same type")

    def async_form(self, our: Type, their: Type, fix: str) -> str:
        ours, theirs = format_type_distinctly(our, their, options=self._options)
        return f'{ours}, which is not the async form of {theirs} in "{self._reference}": {fix}'

    def parameters(self, our: Parameter | None, their: Parameter | None) -> str:
        types = [parameter.type for parameter in (our, their) if parameter]
        texts = iter(format_type_distinctly(*types, options=self._options, bare=True))
        ours = f'"{our.format(next(texts))}"' if our else "absent"
        theirs = f'"{their.format(next(texts))}"' if their else "absent"
        fix = "add it" if our is None else "remove it" if their is None else "use the same"
        return self.difference(ours, theirs, fix)

    def variables(
        self, our: Sequence[TypeVarLikeType], their: Sequence[TypeVarLikeType], *, of_class: bool
    ) -> str:
        with_variance = of_class and self._is_mirror
        ours = format_variables(our, self._options, with_variance=with_variance)
        theirs = format_variables(their, self._options, with_variance=with_variance)
        return self.difference(ours, theirs, "use the same")

    def _guard(self, guards: Sequence[Type | None]) -> str:
        for name, guard in zip(("TypeGuard", "TypeIs"), guards, strict=True):
            if guard is not None:
                (text,) = format_type_distinctly(guard, options=self._options, bare=True)
                return f'"{name}[{text}]"'
        return '"bool"'
