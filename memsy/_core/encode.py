"""Validation of arguments, and their encoding into paths, query strings and JSON bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from memsy._core.interrupts import is_interrupt
from memsy._core.json_codec import dump
from memsy.exceptions import MemsyConfigurationError

if TYPE_CHECKING:
    from typing_extensions import Never

_MAX_PREVIEW = 200

MAX_ID_LENGTH = 256
"""Maximum number of characters of an id (wire contract, section 4)."""

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def text(name: str, value: object) -> str:
    """
    Return `value` unchanged if it is a text that can be sent, of any length.

    Raises:
        MemsyConfigurationError: `value` is not a `str`, or contains a lone surrogate.
    """
    if not isinstance(value, str):
        _raise_invalid(name, value, "must be a str")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        if is_interrupt(error):
            raise
        _raise_invalid(name, value, "must not contain a lone surrogate, which UTF-8 cannot encode")
    return value


def secret(name: str, value: object) -> str:
    """
    Return `value` unchanged if it is a text that can be sent. No error message shows it.

    Raises:
        MemsyConfigurationError: As for `text`, without the value.
    """
    try:
        return text(name, value)
    except MemsyConfigurationError:
        error = MemsyConfigurationError(f"{name} must be a str that UTF-8 can encode")
    # Raised outside of the handler: the context would show the value.
    raise error


def non_empty(name: str, value: object) -> str:
    """
    Return `value` unchanged if it is a text that is not blank, such as an id of another service.

    Raises:
        MemsyConfigurationError: As for `text`, or `value` is blank.
    """
    checked = text(name, value)
    if not checked.strip():
        _raise_invalid(name, value, "is empty; pass None to omit an optional id")
    return checked


def identifier(name: str, value: object) -> str:
    """
    Return `value` unchanged if it is a usable id.

    An empty id is an error: it would widen a search or address a whole collection.

    Raises:
        MemsyConfigurationError: As for `non_empty`, or `value` exceeds `MAX_ID_LENGTH`.
    """
    checked = non_empty(name, value)
    if len(checked) > MAX_ID_LENGTH:
        raise MemsyConfigurationError(
            f"{name} must have at most {MAX_ID_LENGTH} characters, got {len(checked)}"
        )
    return checked


def identifier_or_none(name: str, value: object) -> str | None:
    """Return None for None, and otherwise the result of `identifier`."""
    return None if value is None else identifier(name, value)


def identifiers(name: str, values: object) -> list[str]:
    """
    Return several ids as a list.

    Raises:
        MemsyConfigurationError: `values` is a single `str` or not iterable, or one id is unusable.
    """
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        _raise_invalid(name, values, "must be a list of str")
    return [identifier(f"{name}[{index}]", value) for index, value in enumerate(values)]


def number(name: str, value: object) -> float:
    """
    Return `value` unchanged if it is a number. The service checks the range.

    Raises:
        MemsyConfigurationError: `value` is not a number.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        _raise_invalid(name, value, "must be a number")
    return value


def integer(name: str, value: object) -> int:
    """
    Return `value` unchanged if it is a whole number from -2**63 to 2**63 - 1.

    Raises:
        MemsyConfigurationError: `value` is not a whole number, or is out of range.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        _raise_invalid(name, value, "must be a whole number")
    if not -(2**63) <= value < 2**63:
        _raise_invalid(name, value, "must be from -2**63 to 2**63 - 1")
    return value


def boolean(name: str, value: object) -> bool:
    """
    Return `value` unchanged if it is a `bool`.

    Raises:
        MemsyConfigurationError: `value` is not a `bool`.
    """
    if not isinstance(value, bool):
        _raise_invalid(name, value, "must be True or False")
    return value


def segment(name: str, value: object) -> str:
    """
    Return an id as one percent-encoded path segment.

    Raises:
        MemsyConfigurationError: As for `identifier`, or `value` is `.` or `..`, or contains a
            control character. URL libraries and gateways rewrite such a segment, so the request
            would address another resource.
    """
    checked = identifier(name, value)
    if checked in (".", "..") or _CONTROL_CHARACTERS.search(checked):
        _raise_invalid(
            name, value, "cannot be part of a URL path (not allowed: '.', '..', control characters)"
        )
    return quote(checked, safe="")


def target(path: str, query: Mapping[str, str | int | None]) -> str:
    """Return the request target: `path`, and the query parameters that are not None."""
    params = {
        name: value if isinstance(value, int) else text(name, value)
        for name, value in query.items()
        if value is not None
    }
    return f"{path}?{urlencode(params)}" if params else path


def body(value: object, label: str) -> bytes:
    """Return `value` as a JSON body. An error message starts with `label`."""
    return dump(value, label).encode("utf-8")


def preview(value: object) -> str:
    """Return the `repr` of a value for an error message, cut to 200 characters."""
    try:
        quoted = repr(value)
    except Exception as error:
        if is_interrupt(error):
            raise
        # A broken `__repr__` must not hide the error.
        return f"a {type(value).__name__}"
    return quoted if len(quoted) <= _MAX_PREVIEW else f"{quoted[:_MAX_PREVIEW]} ..."


def _raise_invalid(name: str, value: object, requirement: str) -> Never:
    raise MemsyConfigurationError(f"{name} {requirement}, got {preview(value)}")
