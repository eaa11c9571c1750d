"""
Conversion of parsed JSON to models, with a JSON path in the error if a value does not fit.

Two cattrs converters convert all models. The fast converter only detects a mismatch. Then the
detailed converter finds the JSON path of the first mismatch. It stops there: an exception for each
item of a long list would take a thousand times the memory of the body.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

import attrs
from cattrs import ClassValidationError, Converter
from cattrs.cols import list_structure_factory
from cattrs.gen import make_dict_structure_fn, make_mapping_structure_fn, override

from memsy._core.interrupts import is_interrupt
from memsy._core.runtime_types import FieldInfo, Shape
from memsy._core.text import printable

T = TypeVar("T")
IndexT = TypeVar("IndexT", int, str)
StructureHook = Callable[[Any, Any], Any]

_WIRE_NAME = "memsy wire name"
_IF_ABSENT = "memsy if absent"
_STRUCTURE_HOOK = "memsy structure hook"

_MAX_KEY_LENGTH = 100
"""Length of the longest key of the body that a JSON path shows."""

_MAX_WHOLE_FLOAT = 2.0**53
"""Up to here a float holds every whole number exactly."""


def wire_name(name: str) -> Mapping[str, object]:
    """Return the metadata of a field whose JSON key is `name`."""
    return {_WIRE_NAME: name}


def optional(value: object) -> Mapping[str, object]:
    """Return the metadata of a field that defaults to `value` if it is absent or null in JSON."""
    return {_IF_ABSENT: value}


NOT_IN_BODY: Mapping[str, object] = {_WIRE_NAME: None}
"""Metadata of a field that is not read from the body, for example one read from headers."""


class SchemaMismatch(Exception):
    """JSON that does not fit a model. The message holds the JSON path and the reason."""


def structure(value: object, shape: Shape[T]) -> T:
    """
    Convert parsed JSON to `shape`.

    Unknown fields are ignored. A null in place of a list becomes an empty list, and a null in a
    field with a default becomes the default. A whole float, such as `10.0`, is a whole number.

    Args:
        value: The parsed JSON.
        shape: A model, a list of models, or a primitive type.

    Raises:
        SchemaMismatch: The value does not fit.
    """
    try:
        return _converter(detailed=False).structure(value, shape)
    except (_UnexpectedType, LookupError) as error:
        if is_interrupt(error):
            raise
    try:
        return _converter(detailed=True).structure(value, shape)
    except _MISMATCHES as error:
        path, reason = _locate(error)
        raise SchemaMismatch(printable(f"${path}: {reason}")) from None


class _UnexpectedType(Exception):
    """A JSON value of the wrong type."""

    def __init__(self, expected: str, value: object) -> None:
        super().__init__(f"expected {expected}, got {_type_name(value)}")


class _ItemMismatch(Exception):
    """The first item of an array or object that does not fit, with its JSON path and the reason."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason


_MISMATCHES = (_UnexpectedType, _ItemMismatch, ClassValidationError)


_TYPE_NAMES: Mapping[type, str] = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}


def _type_name(value: object) -> str:
    return _TYPE_NAMES.get(type(value), type(value).__name__)


def _locate(error: BaseException) -> tuple[str, str]:
    """Return the JSON path and the reason of the first mismatch."""
    if isinstance(error, KeyError):
        return "", "is missing"
    if isinstance(error, _ItemMismatch):
        return error.path, error.reason
    if not isinstance(error, ClassValidationError):
        return "", str(error)
    first: Exception = error.exceptions[0]
    path, reason = _locate(first)
    for note in getattr(first, "__notes__", ()):
        if hasattr(note, "name"):
            return f".{wire_name_of(attrs.fields_dict(error.cl)[note.name])}{path}", reason
    return path, reason


def _path_step(index: int | str) -> str:
    if isinstance(index, int):
        return f"[{index}]"
    # A long key is not cut: it may contain a secret, which can be masked only as a whole.
    return f".{index}" if len(index) <= _MAX_KEY_LENGTH else f".<key of {len(index)} characters>"


def wire_name_of(field: FieldInfo) -> str | None:
    """Return the JSON key of a field; None for a field that is not in the body."""
    name: str | None = field.metadata.get(_WIRE_NAME, field.name)
    return name


def is_required(field: FieldInfo) -> bool:
    """Return True if the JSON must contain the field."""
    return field.default is attrs.NOTHING and _IF_ABSENT not in field.metadata


@cache
def _converter(*, detailed: bool) -> Converter:
    converter = Converter(detailed_validation=detailed)
    for primitive, hook in _PRIMITIVES.items():
        converter.register_structure_hook(primitive, hook)
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
    number = whole_number(value)
    return _string(value, _) if number is None else str(number)


def _boolean(value: object, _: object) -> bool:
    if isinstance(value, bool):
        return value
    raise _UnexpectedType("a boolean", value)


def whole_number(value: object) -> int | None:
    """Return a JSON number without a fraction, such as `10` or `10.0`, as an integer, or None."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= _MAX_WHOLE_FLOAT:
        return int(value)
    # `bool` is a subclass of `int`, but a JSON boolean is not a number.
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _integer(value: object, _: object) -> int:
    number = whole_number(value)
    if number is None:
        raise _UnexpectedType("a whole number", value)
    return number


def _number(value: object, _: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _UnexpectedType("a number", value)
    if not abs(value) <= sys.float_info.max:  # JSON allows 1e400 and integers of 400 digits
        raise _UnexpectedType("a number that a float can hold", value)
    return float(value)


AS_TEXT: Mapping[str, object] = {_STRUCTURE_HOOK: _text}
"""Metadata of a text field for which the service may send a whole number."""

_PRIMITIVES: Mapping[type, StructureHook] = {
    str: _string,
    bool: _boolean,
    int: _integer,
    float: _number,
}


def _list_hook(shape: Shape[Any], converter: Converter) -> StructureHook:
    items: StructureHook = list_structure_factory(shape, converter)
    (item_shape,) = get_args(shape)

    def hook(value: object, _: object) -> object:
        if value is None:
            return []
        if not isinstance(value, list):
            raise _UnexpectedType("an array", value)
        if converter.detailed_validation:
            return [item for _, item in _structure_items(enumerate(value), item_shape, converter)]
        return items(value, shape)

    return hook


def _dict_hook(shape: Shape[Any], converter: Converter) -> StructureHook:
    entries: StructureHook = make_mapping_structure_fn(shape, converter)
    _, value_shape = get_args(shape)

    def hook(value: object, _: object) -> object:
        if not isinstance(value, dict):
            raise _UnexpectedType("an object", value)
        if converter.detailed_validation:
            return dict(_structure_items(value.items(), value_shape, converter))
        return entries(value, shape)

    return hook


def _structure_items(
    items: Iterable[tuple[IndexT, object]], shape: object, converter: Converter
) -> Iterator[tuple[IndexT, object]]:
    """Convert items to `shape`. The first item that does not fit raises `_ItemMismatch`."""
    hook = converter.get_structure_hook(shape)
    for index, item in items:
        try:
            converted = hook(item, shape)
        except _MISMATCHES as error:
            path, reason = _locate(error)
            raise _ItemMismatch(f"{_path_step(index)}{path}", reason) from None
        yield index, converted


def _model_hook(model: type, converter: Converter) -> StructureHook:
    if_absent, defaulted = _defaults(model)
    overrides: dict[str, Any] = {}
    for field in attrs.fields(model):
        wire_name = wire_name_of(field)
        overrides[field.name] = override(
            rename=wire_name,
            omit=wire_name is None,
            struct_hook=field.metadata.get(_STRUCTURE_HOOK),
        )
    fields: StructureHook = make_dict_structure_fn(
        model, converter, _cattrs_prefer_attrib_converters=True, **overrides
    )

    def hook(value: object, _: object) -> object:
        if not isinstance(value, dict):
            if isinstance(value, model):
                return value
            raise _UnexpectedType("an object", value)
        if None in value.values():
            value = {k: v for k, v in value.items() if v is not None or k not in defaulted}
        return fields({**if_absent, **value}, model)

    return hook


def _defaults(model: type) -> tuple[dict[str, object], frozenset[str | None]]:
    """Return the values of `optional` fields by JSON key, and the keys of all fields with one."""
    fields = {wire_name_of(field): field for field in attrs.fields(model)}
    if_absent = {
        name: field.metadata[_IF_ABSENT]
        for name, field in fields.items()
        if name is not None and _IF_ABSENT in field.metadata
    }
    has_default = (name for name, field in fields.items() if field.default is not attrs.NOTHING)
    return if_absent, frozenset([*if_absent, *has_default])


def _is_list(shape: object) -> bool:
    return get_origin(shape) is list


def _is_dict(shape: object) -> bool:
    return get_origin(shape) is dict


_FACTORIES: Mapping[Callable[[Any], bool], Callable[[Any, Converter], StructureHook]] = {
    _is_list: _list_hook,
    _is_dict: _dict_hook,
    attrs.has: _model_hook,
}
