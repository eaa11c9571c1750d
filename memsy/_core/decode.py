"""
JSON values to models: every field gets its annotated type, or the place that lacks it is named.

Two cattrs converters know all models: a quick one, which only finds out *that* something is
wrong, and a thorough one, which is asked *where* when it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, get_origin

import attrs
from cattrs import BaseValidationError, ClassValidationError, Converter, IterableValidationNote
from cattrs.cols import list_structure_factory
from cattrs.gen import make_dict_structure_fn, make_mapping_structure_fn, override

from memsy._core.text import replace_surrogates

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]

_WIRE_NAME = "memsy wire name"
_IF_ABSENT = "memsy if absent"
_HOOK = "memsy hook"


def wire_name(name: str) -> Mapping[str, object]:
    """Metadata of a field that has another *name* on the wire."""
    return {_WIRE_NAME: name}


def optional(value: object) -> Mapping[str, object]:
    """Metadata of a field that the service may leave out, and which is *value* then."""
    return {_IF_ABSENT: value}


NOT_IN_BODY: Mapping[str, object] = {_WIRE_NAME: None}
"""Metadata of a field that is not read from the body (but from headers, say)."""


class SchemaMismatch(Exception):
    """JSON that does not have the shape of a model; says where, as a JSON path, and why."""


def structure(value: object, shape: type[T]) -> T:
    """
    Make *shape* of parsed JSON. Unknown fields are ignored, and null for a list is an empty one.

    Raises:
        Mismatch: the value does not have that shape.
    """
    try:
        return _converter(thorough=False).structure(value, shape)
    except (_UnexpectedType, LookupError):
        pass
    try:
        return _converter(thorough=True).structure(value, shape)
    except (_UnexpectedType, BaseValidationError) as error:
        path, reason = _locate(error)
        raise SchemaMismatch(replace_surrogates(f"${path}: {reason}")) from None


class _UnexpectedType(Exception):
    """A JSON value of the wrong kind."""

    def __init__(self, expected: str, value: object) -> None:
        super().__init__(f"expected {expected}, got {_kind(value)}")


_KINDS: Mapping[type, str] = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), type(value).__name__)


def _locate(error: BaseException) -> tuple[str, str]:
    """The JSON path of the first thing wrong, and what is wrong with it."""
    if isinstance(error, KeyError):
        return "", "is missing"
    if not isinstance(error, BaseValidationError):
        return "", str(error)
    first: Exception = error.exceptions[0]
    path, reason = _locate(first)
    for note in getattr(first, "__notes__", ()):
        if isinstance(error, ClassValidationError) and hasattr(note, "name"):
            return f".{_wire_name(attrs.fields_dict(error.cl)[note.name])}{path}", reason
        if isinstance(note, IterableValidationNote):
            return f"{_key(note.index)}{path}", reason
    return path, reason


def _key(index: int | str) -> str:
    return f"[{index}]" if isinstance(index, int) else f".{index}"


def _wire_name(field: attrs.Attribute[Any]) -> str | None:
    name: str | None = field.metadata.get(_WIRE_NAME, field.name)
    return name


@cache
def _converter(*, thorough: bool) -> Converter:
    converter = Converter(detailed_validation=thorough)
    for kind, hook in _PRIMITIVES.items():
        converter.register_structure_hook(kind, hook)
    for predicate, factory in _FACTORIES.items():
        converter.register_structure_hook_factory(
            predicate, lambda shape, factory=factory: factory(shape, converter)
        )
    return converter


def _string(value: object, _: object) -> str:
    if isinstance(value, str):
        return value
    raise _UnexpectedType("a string", value)


def _text(value: object, _: object) -> str:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else _string(value, _)


def _boolean(value: object, _: object) -> bool:
    if isinstance(value, bool):
        return value
    raise _UnexpectedType("a boolean", value)


def _integer(value: object, _: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _UnexpectedType("a whole number", value)


def _number(value: object, _: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _UnexpectedType("a number", value)
    if not abs(value) <= sys.float_info.max:  # JSON may say 1e400, or an integer of 400 digits
        raise _UnexpectedType("a number that a float can hold", value)
    return float(value)


AS_TEXT: Mapping[str, object] = {_HOOK: _text}
"""Metadata of a text for which the service may send a whole number."""

_PRIMITIVES: Mapping[type, Hook] = {str: _string, bool: _boolean, int: _integer, float: _number}


def _list_hook(shape: type, converter: Converter) -> Hook:
    items = list_structure_factory(shape, converter)

    def hook(value: object, _: object) -> object:
        if value is None:
            return []
        if not isinstance(value, list):
            raise _UnexpectedType("an array", value)
        return items(value, shape)

    return hook


def _dict_hook(shape: type, converter: Converter) -> Hook:
    entries: Hook = make_mapping_structure_fn(shape, converter)

    def hook(value: object, _: object) -> object:
        if not isinstance(value, dict):
            raise _UnexpectedType("an object", value)
        return entries(value, shape)

    return hook


def _model_hook(model: type, converter: Converter) -> Hook:
    if_absent: dict[str, object] = {}
    overrides: dict[str, Any] = {}
    for field in attrs.fields(model):
        wire_name = _wire_name(field)
        overrides[field.name] = override(
            rename=wire_name, omit=wire_name is None, struct_hook=field.metadata.get(_HOOK)
        )
        if _IF_ABSENT in field.metadata and wire_name is not None:
            if_absent[wire_name] = field.metadata[_IF_ABSENT]
    fields: Hook = make_dict_structure_fn(model, converter, **overrides)

    def hook(value: object, _: object) -> object:
        if not isinstance(value, dict):
            raise _UnexpectedType("an object", value)
        return fields({**if_absent, **value}, model)

    return hook


def _is_list(shape: object) -> bool:
    return get_origin(shape) is list


def _is_dict(shape: object) -> bool:
    return get_origin(shape) is dict


_FACTORIES: Mapping[Callable[[Any], bool], Callable[[Any, Converter], Hook]] = {
    _is_list: _list_hook,
    _is_dict: _dict_hook,
    attrs.has: _model_hook,
}
