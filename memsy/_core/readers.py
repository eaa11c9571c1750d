"""
Readers: functions that convert parsed JSON to a type, generated when the type is first read.

A reader only detects a mismatch; `decode.structure` finds its place. The hooks of cattrs, one call
for each value, take twice as long as the generated expressions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, cast, get_args, get_origin, get_type_hints

import attrs

from memsy._core.fields import is_required, is_text, value_if_absent, wire_name_of
from memsy._core.runtime_types import FieldInfo, Shape

Reader: TypeAlias = Callable[[Any], Any]

_FACTORY = cast("type", attrs.Factory)
"""A class, which type checkers take for a function."""

_MAX_WHOLE_FLOAT = 2.0**53
"""Up to here a float holds every whole number exactly."""


class UnexpectedType(Exception):
    """A JSON value of the wrong type."""

    def __init__(self, expected: str, value: object) -> None:
        super().__init__(f"expected {expected}, got {_type_name(value)}")


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


def whole_number(value: object) -> int | None:
    """Return a JSON number without a fraction, such as `10` or `10.0`, as an integer, or None."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= _MAX_WHOLE_FLOAT:
        return int(value)
    # `bool` is a subclass of `int`, but a JSON boolean is not a number.
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_text(value: object) -> str:
    """Return a string, or a whole number as text."""
    number = whole_number(value)
    return _read_string(value) if number is None else str(number)


def read_list(value: object) -> list[Any]:
    """Return an array, with its items unchanged. A null is an empty array."""
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise UnexpectedType("an array", value)


def read_dict(value: object) -> dict[Any, Any]:
    """Return an object, with its values unchanged."""
    if isinstance(value, dict):
        return dict(value)
    raise UnexpectedType("an object", value)


def _read_string(value: object) -> str:
    if isinstance(value, str):
        return value
    raise UnexpectedType("a string", value)


def _read_boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise UnexpectedType("a boolean", value)


def _read_integer(value: object) -> int:
    number = whole_number(value)
    if number is None:
        raise UnexpectedType("a whole number", value)
    return number


def _read_float(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UnexpectedType("a number", value)
    if not abs(value) <= sys.float_info.max:  # JSON allows 1e400 and integers of 400 digits
        raise UnexpectedType("a number that a float can hold", value)
    return float(value)


PRIMITIVES: Mapping[type, Reader] = {
    str: _read_string,
    bool: _read_boolean,
    int: _read_integer,
    float: _read_float,
}
"""Readers of the JSON types that are not containers."""


@cache
def reader(shape: Shape[Any]) -> Reader:
    """
    Return the reader of a model, of a list or dict, or of a primitive type.

    It raises `UnexpectedType` or a `LookupError` for a value that does not fit.
    """
    names: dict[str, Any] = {
        "isfinite": isfinite,
        "read_list": read_list,
        "read_dict": read_dict,
        "read_text": read_text,
    }
    if attrs.has(shape):
        statements = [*_model_statements(shape, names)]
    else:
        statements = [f"return {_expression(shape, 'value', names)}"]
    source = "\n    ".join(["def read(value):", *statements])
    exec(compile(source, f"<reader of {shape}>", "exec"), names)  # noqa: S102 - no text of a user
    read: Reader = names["read"]
    return read


def _model_statements(model: type, names: dict[str, Any]) -> Iterator[str]:
    """
    Yield the body of the reader of a model: a variable for each field, then the constructor.

    For the fields `id: str` and `total: int`, which is optional, the end is::

        id_ = value['id']
        total_ = value.get('total')
        if total_ is None: total_ = total_default
        return model((id_ if type(id_) is str else read_str(id_)), ...)
    """
    names["model"] = model
    yield "if type(value) is not dict:"
    yield "    if isinstance(value, model): return value"
    yield "    value = read_dict(value)"
    shapes, arguments, is_positional = get_type_hints(model), list[str](), True
    for field in attrs.fields(model):
        key, variable = wire_name_of(field), f"{field.name}_"
        # Keywords would add a third to the time of a reader.
        is_positional = is_positional and key is not None and not field.kw_only
        if key is None:
            continue
        getter = f"[{key!r}]" if is_required(field) else f".get({key!r})"
        yield f"{variable} = value{getter}"
        absent = names[f"{variable}default"] = value_if_absent(field)
        if absent is not attrs.NOTHING:
            yield f"if {variable} is None: {variable} = {variable}default"
        argument = _argument(field, shapes[field.name], names)
        arguments.append(argument if is_positional else f"{field.alias}={argument}")
    yield f"return model({', '.join(arguments)})"


def _argument(field: FieldInfo, shape: object, names: dict[str, Any]) -> str:
    """Return the expression of the argument of a model's constructor for a field."""
    variable, default = f"{field.name}_", f"{field.name}_default"
    if is_text(field):
        expression = f"read_text({variable})"
    else:
        # A converter of the class accepts more than the type of the field.
        expression = variable if field.converter else _expression(shape, variable, names)
    if names[default] is not attrs.NOTHING or field.default in (attrs.NOTHING, None):
        return expression
    # The constructor replaces NOTHING by the result of the factory.
    names[default] = attrs.NOTHING if isinstance(field.default, _FACTORY) else field.default
    return f"{default} if {variable} is None else {expression}"


def _expression(shape: Any, variable: str, names: dict[str, Any]) -> str:  # noqa: ANN401 - a type
    """Return the expression that converts the value of a variable to `shape`."""
    if shape is Any:
        return variable
    origin, arguments = get_origin(shape), get_args(shape)
    if origin in (Union, UnionType):
        (other,) = (argument for argument in arguments if argument is not NoneType)
        return f"(None if {variable} is None else {_expression(other, variable, names)})"
    if origin is list:
        item = _expression(arguments[0], "item", names)
        return f"[{item} for item in {_exact('list', variable)}]"
    if origin is dict:
        item, entries = _expression(arguments[1], "item", names), _exact("dict", variable)
        is_any = arguments[1] is Any
        return (
            f"{entries}.copy()" if is_any else f"{{key: {item} for key, item in {entries}.items()}}"
        )
    if shape not in PRIMITIVES and not attrs.has(shape):
        raise TypeError(f"a model has a field of the type {shape}: use JSON types and models")
    read = f"read_{shape.__name__}"
    names[read] = PRIMITIVES.get(shape) or reader(shape)
    return _exact(shape.__name__, variable) if shape in PRIMITIVES else f"{read}({variable})"


def _exact(name: str, variable: str) -> str:
    """Return the expression of a value that in most cases has the named type already."""
    condition = f"type({variable}) is {name}" + (
        f" and isfinite({variable})" if name == "float" else ""
    )
    return f"({variable} if {condition} else read_{name}({variable}))"
