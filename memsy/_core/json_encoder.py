"""Strict encoding of JSON. An error names the path of the value that JSON cannot represent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

from memsy._core.interrupts import is_interrupt
from memsy._core.text import plain, preview
from memsy.exceptions import MemsyConfigurationError

_MAX_PATH = 200
"""Maximum number of characters of a path in a message."""

_MAX_STEPS = 8
"""Maximum number of steps of a path into a value that is nested too deeply."""

_SURROGATE = "contains a lone surrogate, which UTF-8 cannot encode"

_CONTAINERS = (dict, list, tuple)

# One encoder for all calls: `json.dumps` with these options creates one in each call.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def dump(value: object, label: str, path: str = "") -> str:
    """Return the text of `dump_utf8`."""
    return dump_utf8(value, label, path).decode("utf-8")


def dump_utf8(value: object, label: str, path: str = "") -> bytes:
    """
    Return `value` as compact JSON in UTF-8.

    Args:
        value: The value to encode.
        label: The call or the class, for the start of an error message.
        path: Path of `value` within the call, such as `metadata`.

    Raises:
        MemsyConfigurationError: JSON cannot represent the value. The message names the path of the
            first part that cannot be encoded.
    """
    try:
        content = _encode(value).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        if is_interrupt(error):
            raise
    else:
        return content
    # Raised outside of the handler: the context would repeat the message of `json`.
    raise encoding_error(value, label, path)


def encoding_error(value: object, label: str, path: str = "") -> MemsyConfigurationError:
    """Return the error of a `value` that `dump`, with these arguments, cannot encode."""
    return _error(label, *_locate(value, path))


def require_distinct_keys(value: dict[Any, Any], label: str, path: str = "") -> None:
    """
    Check that the keys of `value`, and of each object in it, are still different in JSON.

    All keys are texts in JSON, and `json.dumps` writes equal ones without an error.

    Args:
        value: An object that `dump` has encoded.
        label: The call or the class, for the start of an error message.
        path: Path of `value` within the call, such as `metadata`.

    Raises:
        MemsyConfigurationError: Two keys become the same text, such as `1` and `"1"`.
    """
    if _has_other_keys(value):
        _check_keys(value, label, path)


def _has_other_keys(value: dict[Any, Any]) -> bool:
    """Return True if a key is not a `str`. Such keys are rare, and this check is fast."""
    pending: list[Any] = [value]
    for item in pending:  # the list grows
        if isinstance(item, dict):
            try:
                "".join(item)
            except TypeError as error:
                if is_interrupt(error):
                    raise
                return True
        for child in item.values() if isinstance(item, dict) else item:
            if isinstance(child, _CONTAINERS):
                pending.append(child)  # noqa: PERF401 - faster for the few items of metadata
    return False


def _check_keys(value: object, label: str, path: str) -> None:
    pending = [(path, value)]
    for place, item in pending:  # the list grows
        keys = dict[str, object]()
        for key in item if isinstance(item, dict) else ():
            other = keys.setdefault(_encode({key: None}), key)
            if other is not key:
                both = f"the keys {preview(other)} and {preview(key)}"
                raise _error(label, place, f"{both} become the same text: rename one")
        pending.extend(
            (f"{place}{step}", child)
            for step, child in _children(item)
            if isinstance(child, _CONTAINERS)
        )


def _locate(value: object, path: str) -> tuple[str, str]:
    """Return path and reason of the first part of `value` that cannot be encoded."""
    ancestors = set[int]()
    error = _failure(value)
    while len(ancestors) < _MAX_STEPS or not isinstance(error, RecursionError):
        ancestors.add(id(value))
        failures = ((step, child, _failure(child)) for step, child in _children(value))
        step, child, child_error = next((one for one in failures if one[2]), ("", None, None))
        if child_error is None:
            break
        path, value, error = f"{path}{step}", child, child_error
        if id(value) in ancestors:
            return path, "it contains itself"
    return path, _reason(value, error)


def _failure(value: object) -> Exception | None:
    """Return the error of the encoding of `value`, or None if it succeeds."""
    try:
        _encode(value).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        if is_interrupt(error):
            raise
        return error
    return None


def _reason(value: object, error: Exception | None) -> str:
    """Return the reason of an error of which no child of `value` is the cause."""
    for key in value if isinstance(value, dict) else ():
        key_error = _failure({key: None})
        if key_error is not None:
            is_surrogate = isinstance(key_error, UnicodeEncodeError)
            return f"the key {preview(key)} {_SURROGATE if is_surrogate else 'is not a str'}"
    if isinstance(error, UnicodeEncodeError):
        return f"it {_SURROGATE}"
    if isinstance(error, ValueError):
        number = "an int with thousands of digits" if isinstance(value, int) else preview(value)
        return f"got {number}, which is not a number in JSON"
    if isinstance(error, TypeError):
        return f"got {preview(value)}: convert it to a str, a number, a list or a dict"
    return "it is nested too deeply"


def _children(value: object) -> Iterator[tuple[str, object]]:
    """Yield the parts of an object or array, each with its step in a path."""
    if isinstance(value, dict):
        for key, child in cast("dict[object, object]", value).items():
            name = plain(key) if isinstance(key, str) else ""
            yield f".{name}" if name.isidentifier() else f"[{preview(key)}]", child
    elif isinstance(value, (list, tuple)):
        for index, child in enumerate(cast("list[object]", value)):
            yield f"[{index}]", child


def _error(label: str, path: str, reason: str) -> MemsyConfigurationError:
    path = path.removeprefix(".")
    if len(path) > _MAX_PATH:
        path = f"{path[:_MAX_PATH]} ..."
    place = f"{label}: {path}" if path else label
    return MemsyConfigurationError(f"{place} cannot be encoded as JSON: {reason}")
