"""Hypothesis strategies for JSON: of any shape, and of the shapes of models."""

from __future__ import annotations

import types
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
from hypothesis import strategies as st

from memsy.models import StatusResponse

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
"""Text that UTF-8 can encode."""


def _values(numbers: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.recursive(
        st.none() | st.booleans() | numbers | TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=8,
    )


FINITE_JSON = _values(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
"""JSON that can be both written and read."""

JSON = _values(st.integers() | st.floats(allow_nan=False) | st.just(10**400))
"""JSON that can be read; a number may be too large for a float."""

_SCALARS: dict[object, st.SearchStrategy[object]] = {
    Any: JSON,
    str: TEXT,
    bool: st.booleans(),
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False) | st.integers(-1000, 1000),
    types.NoneType: st.none(),
}

_CAMEL = {"completed_ids": "completedIds", "failed_ids": "failedIds", "pending_ids": "pendingIds"}


def wire_name(model: type, name: str) -> str:
    """Return the JSON name of a field."""
    return _CAMEL.get(name, name) if model is StatusResponse else name


def nearly_valid(shape: object) -> st.SearchStrategy[object]:
    """Return a strategy for JSON that matches the annotation `shape`, with rare deviations."""
    return st.integers(0, 19).flatmap(lambda n: JSON if n == 0 else _mostly_valid(shape))


def _mostly_valid(shape: object) -> st.SearchStrategy[object]:
    if shape in _SCALARS:
        return _SCALARS[shape]
    arguments = get_args(shape)
    if get_origin(shape) in (Union, types.UnionType):
        return st.one_of(*map(nearly_valid, arguments))
    if get_origin(shape) is list:
        return st.lists(nearly_valid(arguments[0]), max_size=3)
    if get_origin(shape) is dict:
        return st.dictionaries(TEXT, nearly_valid(arguments[1]), max_size=3)
    assert isinstance(shape, type)
    assert attrs.has(shape)
    fields = {
        wire_name(shape, name): nearly_valid(hint) for name, hint in get_type_hints(shape).items()
    }
    some, whole = st.fixed_dictionaries({}, optional=fields), st.fixed_dictionaries(fields)
    return st.integers(0, 19).flatmap(lambda n: some if n == 0 else whole)


def matches(value: object, shape: object) -> bool:
    """Return whether `value` and all values within match the annotation `shape`."""
    if shape is Any:
        return True
    arguments = get_args(shape)
    if get_origin(shape) in (Union, types.UnionType):
        return any(matches(value, argument) for argument in arguments)
    if get_origin(shape) is list:
        return type(value) is list and all(matches(item, arguments[0]) for item in value)
    if get_origin(shape) is dict:
        return type(value) is dict and all(
            matches(key, arguments[0]) and matches(item, arguments[1])
            for key, item in value.items()
        )
    return type(value) is shape and (
        not attrs.has(shape)
        or all(matches(getattr(value, name), hint) for name, hint in get_type_hints(shape).items())
    )
