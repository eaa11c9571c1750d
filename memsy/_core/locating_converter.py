"""
cattrs converter that finds the JSON path of the first mismatch.

It stops there: an exception for each item of a long list would take a thousand times the memory of
the body. The module is imported on the first mismatch, because cattrs takes long to load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypeAlias, TypeVar, get_args, get_origin

import attrs
from cattrs import ClassValidationError, Converter
from cattrs.gen import make_dict_structure_fn, override

from memsy._core.fields import is_text, value_if_absent, wire_name_of
from memsy._core.readers import (
    PRIMITIVES,
    Reader,
    UnexpectedType,
    read_dict,
    read_list,
    read_text,
)
from memsy._core.runtime_types import Shape

IndexT = TypeVar("IndexT", int, str)
StructureHook: TypeAlias = Callable[[Any, Any], Any]

_MAX_KEY_LENGTH = 100
"""Length of the longest key of the body that a JSON path shows."""


class _ItemMismatch(Exception):
    """The first item of an array or object that does not fit, with its JSON path and the reason."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason


MISMATCHES = (UnexpectedType, _ItemMismatch, ClassValidationError)
"""Exceptions of the converter for a value that does not fit."""


@cache
def converter() -> Converter:
    """Return the converter. It raises one of `MISMATCHES` for a value that does not fit."""
    converter = Converter(detailed_validation=True)
    for primitive, read in PRIMITIVES.items():
        converter.register_structure_hook(primitive, _as_hook(read))
    for predicate, factory in (
        (_is_list, _list_hook),
        (_is_dict, _dict_hook),
        (attrs.has, _model_hook),
    ):
        converter.register_structure_hook_factory(
            predicate, lambda shape, factory=factory: factory(shape, converter)
        )
    return converter


def locate(error: BaseException) -> tuple[str, str]:
    """Return the JSON path and the reason of the first mismatch."""
    if isinstance(error, KeyError):
        return "", "is missing"
    if isinstance(error, _ItemMismatch):
        return error.path, error.reason
    if not isinstance(error, ClassValidationError):
        return "", str(error)
    first: Exception = error.exceptions[0]
    path, reason = locate(first)
    model: Any = error.cl
    for note in getattr(first, "__notes__", ()):
        if hasattr(note, "name"):
            return f".{wire_name_of(attrs.fields_dict(model)[note.name])}{path}", reason
    return path, reason


def _path_step(index: int | str) -> str:
    if isinstance(index, int):
        return f"[{index}]"
    # A long key is not cut: it may contain a secret, which can be masked only as a whole.
    return f".{index}" if len(index) <= _MAX_KEY_LENGTH else f".<key of {len(index)} characters>"


def _as_hook(read: Reader) -> StructureHook:
    return lambda value, _: read(value)


def _is_list(shape: object) -> bool:
    return get_origin(shape) is list


def _is_dict(shape: object) -> bool:
    return get_origin(shape) is dict


def _list_hook(shape: Shape[Any], converter: Converter) -> StructureHook:
    (item_shape,) = get_args(shape)

    def hook(value: object, _: object) -> object:
        items = _structure_items(enumerate(read_list(value)), item_shape, converter)
        return [item for _, item in items]

    return hook


def _dict_hook(shape: Shape[Any], converter: Converter) -> StructureHook:
    _, value_shape = get_args(shape)

    def hook(value: object, _: object) -> object:
        return dict(_structure_items(read_dict(value).items(), value_shape, converter))

    return hook


def _structure_items(
    items: Iterable[tuple[IndexT, object]], shape: object, converter: Converter
) -> Iterator[tuple[IndexT, object]]:
    """Convert items to `shape`. The first item that does not fit raises `_ItemMismatch`."""
    hook = converter.get_structure_hook(shape)
    for index, item in items:
        try:
            converted = hook(item, shape)
        except MISMATCHES as error:
            path, reason = locate(error)
            raise _ItemMismatch(f"{_path_step(index)}{path}", reason) from None
        yield index, converted


def _model_hook(model: type, converter: Converter) -> StructureHook:
    if_absent, defaulted = _defaults(model)
    overrides: dict[str, Any] = {
        field.name: override(
            rename=wire_name_of(field),
            omit=wire_name_of(field) is None,
            struct_hook=_as_hook(read_text) if is_text(field) else None,
        )
        for field in attrs.fields(model)
    }
    fields: StructureHook = make_dict_structure_fn(
        model, converter, _cattrs_prefer_attrib_converters=True, **overrides
    )

    def hook(value: object, _: object) -> object:
        if isinstance(value, model) and not isinstance(value, dict):
            return value
        given = {k: v for k, v in read_dict(value).items() if v is not None or k not in defaulted}
        return fields({**if_absent, **given}, model)

    return hook


def _defaults(model: type) -> tuple[dict[str, object], frozenset[str | None]]:
    """Return the values of `optional` fields by JSON key, and the keys of all fields with one."""
    fields = {wire_name_of(field): field for field in attrs.fields(model)}
    if_absent = {
        name: value_if_absent(field)
        for name, field in fields.items()
        if name is not None and value_if_absent(field) is not attrs.NOTHING
    }
    has_default = (name for name, field in fields.items() if field.default is not attrs.NOTHING)
    return if_absent, frozenset([*if_absent, *has_default])
