"""Comparison of the signatures of two methods."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from mypy.nodes import FuncDef
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    ProperType,
    Type,
    UnionType,
    get_proper_type,
)

from memsy._parity.matching import Matching, guards, union_items
from memsy._parity.members import Parameter, Signature
from memsy._parity.type_variables import rename_variables
from memsy._parity.wording import Wording
from memsy.parity._rules import (
    ASYNC_CLASSES,
    ASYNC_NAMES,
    AWAITABLE_CLASSES,
    CONTEXT_MANAGER_CLASSES,
    ITERATED_CLASSES,
)

SYNC: Final = "sync"
ASYNC: Final = "async"
EITHER: Final = "either"
ITERATED: Final = "iterated"
"""Forms of a method: like the sync method, awaited, any of both, or for `async for`."""

_ENTERED_CLASSES: Final = {*ITERATED_CLASSES, *CONTEXT_MANAGER_CLASSES}
"""Results that `for` or `with` takes: their async form needs no `await`."""

_ASYNC_CLASSES: Final = {
    name for entered in (*_ENTERED_CLASSES, "typing.Iterable") for name in ASYNC_CLASSES[entered]
}


class SignatureComparison:
    """Differences between two signatures, as ends of messages."""

    def __init__(self, matching: Matching, wording: Wording) -> None:
        self._matching, self._wording = matching, wording

    def differences(self, our: Signature, their: Signature, form: str) -> Iterator[str]:
        """Yield the end of the message for each difference."""
        if not self._matching.match_variables(our.type.variables, their.type.variables):
            text = self._wording.variables(our.type.variables, their.type.variables, of_class=False)
            yield f": the type variables are {text}"
            return
        renamed = rename_variables(their.type, our.type.variables)
        pairs = zip_longest(our.parameters, their._replace(type=renamed).parameters)
        is_unknown = our.is_unknown or their.is_unknown
        for number, (ours, theirs) in enumerate(pairs, 1):
            stated = _with_stated_type(our, ours, their, theirs)
            if not is_unknown and not self._are_same_parameters(stated, theirs):
                yield f": parameter {number} is {self._wording.parameters(ours, theirs)}"
                break
        if not self._is_unstated_result(our, their, form):
            yield from (f" returns {text}" for text in self._results(our, renamed, form))

    def _is_unstated_result(self, our: Signature, their: Signature, form: str) -> bool:
        if our.is_unstated(our.type.ret_type):
            return True
        is_in_form = form in (SYNC, EITHER) or _is_awaitable(our.type.ret_type)
        return is_in_form and their.is_unstated(their.type.ret_type)

    def _are_same_parameters(self, our: Parameter | None, their: Parameter | None) -> bool:
        if our is None or their is None:
            return False
        return our[:-1] == their[:-1] and self._matching.matches_parameter(our.type, their.type)

    def _results(self, our: Signature, their: CallableType, form: str) -> Iterator[str]:
        if not self._matching.match_guards(our.type, their):
            yield self._wording.guards(guards(our.type), guards(their))
            return
        our_result = get_proper_type(our.type.ret_type)
        their_result = get_proper_type(their.ret_type)
        if form == EITHER:
            form = ASYNC if _is_awaitable(our_result) else SYNC
        if form == SYNC or _is_async(their_result):
            if not self._matching.matches(our_result, their_result):
                yield self._wording.types(our_result, their_result)
        elif form == ITERATED:
            if not self._matching.matches_async_form(our_result, their_result):
                yield from self._plain_result(our_result, their_result)
        elif not _is_untyped_coroutine(our, their_result):
            yield from self._async_result(our_result, their_result)

    def _plain_result(self, our: ProperType, their: ProperType) -> Iterator[str]:
        """Compare a result that belongs to a library class with an async form, or to none."""
        if _class_name(their) in ASYNC_CLASSES:
            yield self._wording.async_form(our, their, self._fix(their))
        elif not self._matching.matches(our, their):
            yield self._wording.types(our, their)

    def _async_result(self, our: ProperType, their: ProperType) -> Iterator[str]:
        """Compare the result of `await`, `async for` or `async with` with the sync result."""
        if _has_async_form(their) and self._matches_async_form(our, their):
            return
        if _is_entered(our, their) and self._matching.matches(our, their):
            return
        if _class_name(our) in ASYNC_CLASSES.get(_class_name(their), ()):
            yield self._wording.types(our, their)
            return
        if not _is_awaitable(our) or _class_name(their) in _ENTERED_CLASSES:
            yield self._wording.async_form(our, their, self._fix(their))
            return
        awaited = _awaited(our)
        is_async_iterable = _class_name(awaited) == "typing.AsyncIterable"
        if is_async_iterable or not self._matching.matches(awaited, their):
            yield self._wording.types(awaited, their)
        elif not self._matching.matches_awaited(our, their):
            yield self._wording.async_form(our, their, self._fix(their))

    def _matches_async_form(self, our: ProperType, their: ProperType) -> bool:
        if isinstance(their, UnionType):
            return not _is_awaitable(our) and self._matching.matches(our, their)
        return self._matching.matches_async_form(our, their)

    def _fix(self, their: Type) -> str:
        name = _class_name(their)
        if name not in _ENTERED_CLASSES:
            return self._wording.make_async
        async_name = ASYNC_CLASSES[name][0].rpartition(".")[2].removeprefix("_")
        return f'return "{async_name}" from a plain `def`'


def _with_stated_type(
    our: Signature, parameter: Parameter | None, their: Signature, other: Parameter | None
) -> Parameter | None:
    """Return a parameter with the type of the other one if a lambda leaves a type open."""
    if not parameter or not other:
        return parameter
    is_open = our.is_unstated(parameter.type) or their.is_unstated(other.type)
    return parameter._replace(type=other.type) if is_open else parameter


def _is_entered(our: ProperType, their: ProperType) -> bool:
    """Return True for two classes of which one is for `with` or `for`, and one the async form."""
    return (
        isinstance(our, Instance)
        and isinstance(their, Instance)
        and any(
            our.type.get(async_name) and their.type.get(name)
            for name, async_name in ASYNC_NAMES.items()
        )
    )


def _has_async_form(typ: Type) -> bool:
    return any(_class_name(item) in ASYNC_CLASSES for item in union_items(typ))


def _class_name(typ: Type) -> str:
    proper = get_proper_type(typ)
    return proper.type.fullname if isinstance(proper, Instance) else ""


def _is_awaitable(typ: Type) -> bool:
    return _class_name(typ) in AWAITABLE_CLASSES


def _is_async(typ: Type) -> bool:
    """Return True for a result of the reference class that is async already."""
    return _class_name(typ) in _ASYNC_CLASSES


def _awaited(typ: ProperType) -> ProperType:
    assert isinstance(typ, Instance)
    return get_proper_type(typ.args[-1])


def _is_untyped_coroutine(our: Signature, their: ProperType) -> bool:
    """Return True if both results are unknown, but ours comes from `async def`."""
    is_any = isinstance(get_proper_type(our.type.ret_type), AnyType) and isinstance(their, AnyType)
    return is_any and isinstance(our.definition, FuncDef) and our.definition.is_coroutine
