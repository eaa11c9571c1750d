"""Event metadata in responses: a JSON object if the stored text is one, otherwise the text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import isfinite
from typing import cast

from memsy._core.interrupts import is_interrupt

_MAX_DEPTH = 100


def source_metadata(text: str) -> dict[str, object]:
    """Return `{"metadata": object}`, or `{"raw": text}` for a text that is not a JSON object."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        if is_interrupt(error):
            raise
        return {"raw": text}
    is_object = isinstance(value, dict) and _is_encodable(value, _MAX_DEPTH)
    return {"metadata": value} if is_object else {"raw": text}


def as_object(text: str) -> object:
    """Return the JSON object in `text`, or `{"raw": text}` for any other text."""
    entry = source_metadata(text)
    return entry.get("metadata", entry)


def _is_encodable(value: object, depth: int) -> bool:
    """Return True if a response can contain `value`: no NaN, lone surrogate or deep nesting."""
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        items = cast("dict[object, object]", value)
        return _are_encodable(items, depth) and _are_encodable(items.values(), depth)
    if isinstance(value, list):
        return _are_encodable(cast("list[object]", value), depth)
    return True


def _are_encodable(values: Iterable[object], depth: int) -> bool:
    return depth > 0 and all(_is_encodable(value, depth - 1) for value in values)
