"""Equivalence of types of a class and its reference class."""

from __future__ import annotations

import collections.abc
import contextlib
import typing
from collections.abc import Mapping, Sequence
from itertools import zip_longest

import typing_extensions
from attrs import define, field

from memsy.parity._annotations import (
    ANY,
    LITERAL,
    NONE,
    UNION,
    Form,
    Unknown,
    form,
    is_variable,
    scope_of,
    union,
)
from memsy.parity._decorators import MARKED, implements, mirrors
from memsy.parity._rules import (
    ASYNC_CLASSES,
    ASYNC_NAMES,
    AWAITABLE_CLASSES,
    CONTEXT_MANAGER_CLASSES,
    ITERATED_CLASSES,
)
from memsy.parity._values import ValueComparison

_DEFAULT_ARGS: Mapping[object, tuple[Form, ...]] = {
    collections.abc.Generator: (ANY, NONE, NONE),
    collections.abc.AsyncGenerator: (ANY, NONE),
    contextlib.AbstractContextManager: (ANY, union(Form(bool), NONE)),
    contextlib.AbstractAsyncContextManager: (ANY, union(Form(bool), NONE)),
}
"""Arguments of library classes that have defaults in stubs, but not at run time."""


@define
class TypeComparison:
    """
    Comparison of the types of a class with the types of its reference class.

    A class corresponds to the reference class of its mark, and in a mirror also to the sync form
    of a library class.
    """

    cls: type[object]
    reference: type[object]
    is_mirror: bool
    nested: dict[type[object], type[object]] = field(factory=dict)
    """Classes in the body of the class, with the classes of the same name in the reference."""
    variables: dict[object, object] = field(factory=dict)
    """Type variables of the class, with the type variables of the reference."""

    def are_same(self, our: Form | None, their: Form | None, *, is_parameter: bool = False) -> bool:
        """Return True if two types correspond to each other."""
        if our is None or their is None:
            return our is their
        if not self.values.are_same(our.metadata, their.metadata):
            return False
        if UNION in (our.origin, their.origin):
            return self._are_same_unions(our.items, their.items, is_parameter)
        if is_variable(our.origin) or is_variable(their.origin):
            return self.variables.get(our.origin, our.origin) is their.origin
        if our.origin == LITERAL == their.origin:
            return self.values.are_same(our.value, their.value)
        if not self._are_same_origins(our, their):
            return False
        if our.origin is collections.abc.Callable:
            return self._are_same_callables(our, their, is_parameter)
        return self._are_same_args(our, their, is_parameter)

    def bind_variables(self, our: Sequence[object], their: Sequence[object]) -> bool:
        """
        Let type variables correspond to each other.

        Return False if they differ in kind, bound, constraints, variance or default.
        """
        pairs = list(zip(our, their, strict=True))
        self.variables.update(pairs)
        return all(self._are_same_variables(*pair) for pair in pairs)

    def are_same_classes(self, our: type[object], their: type[object]) -> bool:
        """Return True if a class corresponds to a class of the reference."""
        ours, theirs = self._chain(our), self._chain(their)
        if ours[-1] is theirs[-1]:
            return not self._is_sync_form(ours)
        if issubclass(our, Unknown) and issubclass(their, Unknown):
            return our.__name__ == their.__name__
        return self.is_mirror and full_name(our) in ASYNC_CLASSES.get(full_name(their), ())

    def is_async_form(self, our: Form, their: Form) -> bool:
        """Return True if the class of a type is the async form of a library class."""
        return full_name(our.origin) in ASYNC_CLASSES.get(full_name(their.origin), ())

    def is_entered_form(self, our: Form, their: Form) -> bool:
        """Return True for corresponding classes: one for `async with` or `async for`, one sync."""
        return any(
            hasattr(our.origin, async_name) and hasattr(their.origin, name)
            for name, async_name in ASYNC_NAMES.items()
        ) and self.are_same(our, their)

    @property
    def values(self) -> ValueComparison:
        """Comparison of values, in which classes correspond to each other."""
        return ValueComparison(self.are_same_classes, self.is_mirror)

    def _are_same_unions(
        self, ours: tuple[Form, ...], theirs: tuple[Form, ...], is_parameter: bool
    ) -> bool:
        def matches(our: Form, their: Form) -> bool:
            return self.are_same(our, their, is_parameter=is_parameter)

        # A parameter of a mirror may accept both forms.
        accepts_both = self.is_mirror and is_parameter
        return (
            (accepts_both or len(ours) == len(theirs))
            and all(any(matches(our, their) for our in ours) for their in theirs)
            and all(
                any(matches(our, their) or (accepts_both and our == their) for their in theirs)
                for our in ours
            )
        )

    def _are_same_origins(self, our: Form, their: Form) -> bool:
        if our.origin is typing_extensions.Self and not self.is_mirror:
            return their.origin in (typing_extensions.Self, self.reference)
        if _is_class(our.origin) and _is_class(their.origin):
            return self.are_same_classes(our.origin, their.origin)
        return our.origin == their.origin or (
            bool(name := getattr(our.origin, "_name", None))
            and name == getattr(their.origin, "_name", None)
        )

    def _are_same_args(self, our: Form, their: Form, is_parameter: bool) -> bool:
        ours, theirs = _args(our), _args(their)
        if full_name(our.origin) == "typing.AsyncGenerator" != full_name(their.origin):
            theirs = theirs[:2]  # an async generator returns no value
        if not ours or not theirs:
            return all(arg.origin in (typing.Any, Ellipsis) for arg in (*ours, *theirs))
        return len(ours) == len(theirs) and all(
            self.are_same(*pair, is_parameter=is_parameter)
            for pair in zip(ours, theirs, strict=True)
        )

    def _are_same_callables(self, our: Form, their: Form, is_parameter: bool) -> bool:
        if not our.args or not their.args or not self.is_mirror:
            return self._are_same_args(our, their, is_parameter)
        *our_parameters, our_result = our.args
        *their_parameters, their_result = their.args
        awaited = union(*(awaited_result(item) or item for item in our_result.items))
        return (
            len(our_parameters) == len(their_parameters)
            and all(map(self.are_same, our_parameters, their_parameters))
            and (self.are_same(our_result, their_result) or self.are_same(awaited, their_result))
        )

    def _chain(self, cls: type[object]) -> list[type[object]]:
        """Return a class, its counterpart, the counterpart of its counterpart, and so on."""
        chain = [cls]
        while (counterpart := self._counterpart(chain[-1])) and counterpart not in chain:
            chain.append(counterpart)
        return chain

    def _counterpart(self, cls: type[object]) -> type[object] | None:
        if cls is self.cls:
            return self.reference
        if cls in self.nested:
            return self.nested[cls]
        kinds = (implements, mirrors) if self.is_mirror else (implements,)
        marks = MARKED.get(cls, ())
        for kind in kinds:
            for mark in marks:
                if isinstance(mark, kind) and isinstance(mark.reference, type):
                    return mark.reference
        return None

    def _is_sync_form(self, chain: list[type[object]]) -> bool:
        """Return True if the first class of a chain is the sync form of a mirrored class."""
        if not self.is_mirror:
            return False
        is_async = any(
            link is self.cls
            or link in self.nested
            or any(isinstance(mark, mirrors) for mark in MARKED.get(link, ()))
            for link in chain
        )
        return not is_async and chain[-1] in _mirrored_classes()

    def _are_same_variables(self, our: object, their: object) -> bool:
        if type(our) is not type(their):
            return False
        ours = type_variable_parts(our, self.cls)
        theirs = type_variable_parts(their, self.reference)
        is_inferred = any(getattr(v, "__infer_variance__", False) for v in (our, their))
        return all(self.are_same(*pair) for pair in zip_longest(ours, theirs)) and (
            is_inferred or _variance(our) == _variance(their)
        )


def full_name(cls: object) -> str:
    """Return the full name of a class, as in the tables of the parity rules."""
    module = getattr(cls, "__module__", "")
    module = "typing" if module == "collections.abc" else module
    return f"{module}.{getattr(cls, '__qualname__', '')}"


def awaited_result(tree: Form) -> Form | None:
    """Return the type of `await`, None if the type is not awaitable."""
    is_awaitable = full_name(tree.origin) in AWAITABLE_CLASSES
    # Of a coroutine: the types of `send` and `yield`, which belong to the event loop.
    is_plain = all(arg.origin is typing.Any for arg in tree.args[:-1])
    return tree.args[-1] if is_awaitable and is_plain and tree.args else None


def type_variable_parts(variable: object, owner: type[object]) -> list[Form]:
    """Return the default, the bound and the constraints of a type variable."""
    scope = scope_of(owner, {})
    default = getattr(variable, "__default__", None)
    is_unset = default is None or "NoDefault" in repr(default)
    # The bound of a ParamSpec is `NoneType`.
    bound = getattr(variable, "__bound__", None) or object
    return [
        Form("no default") if is_unset else form(default, scope),
        form(object if bound is type(None) else bound, scope),
        *(form(constraint, scope) for constraint in getattr(variable, "__constraints__", ())),
    ]


def is_iterated(tree: Form) -> bool:
    """Return True for a type that a mirror returns in its async form from a plain `def`."""
    return full_name(tree.origin) in ITERATED_CLASSES | CONTEXT_MANAGER_CLASSES


def _args(tree: Form) -> tuple[Form, ...]:
    defaults = _DEFAULT_ARGS.get(tree.origin, ()) if tree.args else ()
    return (*tree.args, *defaults[len(tree.args) :])


def _is_class(origin: object) -> typing_extensions.TypeIs[type[object]]:
    return isinstance(origin, type)


def _mirrored_classes() -> set[object]:
    marks = (mark for marks in MARKED.values() for mark in marks)
    return {mark.reference for mark in marks if isinstance(mark, mirrors)}


def _variance(variable: object) -> tuple[bool, bool]:
    return (
        getattr(variable, "__covariant__", False),
        getattr(variable, "__contravariant__", False),
    )
