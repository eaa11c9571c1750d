"""The metadata of events: sent as a text, shown as an object."""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import isfinite
from typing import cast

_MOST_LEVELS = 100


def shown(text: str) -> dict[str, object]:
    """The JSON object that *text* is, under `metadata`; or *text* itself, under `raw`."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return {"raw": text}
    is_shown = isinstance(value, dict) and _is_sound(value, _MOST_LEVELS)
    return {"metadata": value} if is_shown else {"raw": text}


def as_object(text: str) -> object:
    """The JSON object that *text* is, or else one with the *text* as `raw`."""
    said = shown(text)
    return said.get("metadata", said)


def _is_sound(value: object, levels: int) -> bool:
    """Whether a reply can carry *value*: no NaN, no half of a surrogate pair, no abyss."""
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        items = cast("dict[object, object]", value)
        return _are_sound(items, levels) and _are_sound(items.values(), levels)
    if isinstance(value, list):
        return _are_sound(cast("list[object]", value), levels)
    return True


def _are_sound(values: Iterable[object], levels: int) -> bool:
    return levels > 0 and all(_is_sound(value, levels - 1) for value in values)
