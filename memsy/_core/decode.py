"""
Conversion of parsed JSON to models, with a JSON path in the error if a value does not fit.

A generated reader converts a value and only detects a mismatch. Then `locating_converter` finds the
JSON path of the first mismatch.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from memsy._core.interrupts import is_interrupt
from memsy._core.readers import UnexpectedType, reader
from memsy._core.runtime_types import Shape
from memsy._core.text import printable
from memsy._fork import lazy_import

T = TypeVar("T")


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
        result: T = reader(cast("Any", shape))(value)  # a type has a hash
    except (UnexpectedType, LookupError) as error:
        if is_interrupt(error):
            raise
    else:
        return result
    return structure_or_locate(value, shape)


def structure_or_locate(value: object, shape: Shape[T]) -> T:
    """
    Convert parsed JSON as `structure` does, at a tenth of its speed, and locate a mismatch.

    Raises:
        SchemaMismatch: The value does not fit.
    """
    try:
        with lazy_import():
            from memsy._core.locating_converter import (  # noqa: PLC0415 - loads cattrs
                MISMATCHES,
                converter,
                locate,
            )
    except (ImportError, OSError) as error:
        if is_interrupt(error):
            raise
        # No free file descriptor, or the shutdown of the interpreter. The value is still wrong.
        raise SchemaMismatch("the value has another shape") from None
    try:
        return converter().structure(value, shape)
    except MISMATCHES as error:
        path, reason = locate(error)
        raise SchemaMismatch(printable(f"${path}: {reason}")) from None
