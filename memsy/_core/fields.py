"""Metadata of the fields of models: JSON keys, and values in place of absent ones."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from memsy._core.runtime_types import FieldInfo

_WIRE_NAME = "memsy wire name"
_IF_ABSENT = "memsy if absent"
_AS_TEXT = "memsy as text"


def wire_name(name: str) -> Mapping[str, object]:
    """Return the metadata of a field whose JSON key is `name`."""
    return {_WIRE_NAME: name}


def optional(value: object) -> Mapping[str, object]:
    """Return the metadata of a field that defaults to `value` if it is absent or null in JSON."""
    return {_IF_ABSENT: value}


NOT_IN_BODY: Mapping[str, object] = {_WIRE_NAME: None}
"""Metadata of a field that is not read from the body, for example one read from headers."""

AS_TEXT: Mapping[str, object] = {_AS_TEXT: True}
"""Metadata of a text field for which the service may send a whole number."""


def wire_name_of(field: FieldInfo) -> str | None:
    """Return the JSON key of a field; None for a field that is not in the body."""
    name: str | None = field.metadata.get(_WIRE_NAME, field.name)
    return name


def value_if_absent(field: FieldInfo) -> object:
    """Return the JSON value of an `optional` field that is absent; `attrs.NOTHING` for others."""
    return field.metadata.get(_IF_ABSENT, attrs.NOTHING)


def is_text(field: FieldInfo) -> bool:
    """Return True if a whole number in JSON becomes a text."""
    return _AS_TEXT in field.metadata


def is_required(field: FieldInfo) -> bool:
    """Return True if the JSON must contain the field."""
    return field.default is attrs.NOTHING and _IF_ABSENT not in field.metadata
