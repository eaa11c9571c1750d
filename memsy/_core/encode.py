"""
Validation of arguments, and their encoding into paths, query strings and JSON bodies.

The checks return plain values: a member of an enum that is a `str` or an `int` is encoded as its
value, in every part of a request.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import SupportsIndex
from urllib.parse import quote, urlencode

from typing_extensions import Never

from memsy._core.interrupts import is_interrupt
from memsy._core.json_encoder import dump_utf8
from memsy._core.text import plain, preview
from memsy.exceptions import MemsyConfigurationError

MAX_ID_LENGTH = 256
"""Maximum number of characters of an id (wire contract, section 4)."""

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def text(name: str, value: object) -> str:
    """
    Return a text that can be sent, of any length, as a plain `str`.

    Raises:
        MemsyConfigurationError: `value` is not a `str`, or contains a lone surrogate.
    """
    if not isinstance(value, str):
        _raise_invalid(name, value, "must be a str")
    characters = plain(value)
    try:
        characters.encode("utf-8")
    except UnicodeEncodeError as error:
        if is_interrupt(error):
            raise
        _raise_invalid(name, value, "must not contain a lone surrogate, which UTF-8 cannot encode")
    return characters


def text_or_none(name: str, value: object) -> str | None:
    """Return None for None, and otherwise the result of `text`."""
    return None if value is None else text(name, value)


def secret(name: str, value: object) -> str:
    """
    Return a text that can be sent as a plain `str`. No error message shows it.

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
    Return a text that is not blank as a plain `str`, such as an id of another service.

    Raises:
        MemsyConfigurationError: As for `text`, or `value` is blank.
    """
    checked = text(name, value)
    if not checked.strip():
        _raise_invalid(name, value, "is empty; pass None to omit an optional id")
    return checked


def choice(name: str, value: object, options: Collection[str]) -> str:
    """
    Return one of the words that the service accepts as a plain `str`.

    Raises:
        MemsyConfigurationError: As for `text`, or `value` is not one of `options`. The message has
            the words, and the most similar one.
    """
    if type(value) is str and value in options:  # each event passes here
        return value
    word = text(name, value)
    if word not in options:
        *others, last = map(repr, options)
        message = f"{name} must be {', '.join(others)} or {last}, got {preview(word)}"
        similar = most_similar(word, options)
        raise MemsyConfigurationError(
            message if similar is None else f"{message}: did you mean {similar!r}?"
        )
    return word


def choices(name: str, values: object, options: Collection[str]) -> list[str]:
    """
    Return several of the words that the service accepts as a list.

    Raises:
        MemsyConfigurationError: `values` is a single `str` or not iterable, or one of the words is
            not one of `options`.
    """
    return [
        choice(f"{name}[{index}]", value, options)
        for index, value in enumerate(_iterable(name, values))
    ]


def most_similar(word: str, options: Iterable[str]) -> str | None:
    """Return the option most similar to a misspelled word, or None if no option is similar."""
    from difflib import get_close_matches  # noqa: PLC0415 - only error messages need it

    return next(iter(get_close_matches(word[:MAX_ID_LENGTH].lower(), options, n=1)), None)


def identifier(name: str, value: object) -> str:
    """
    Return a usable id as a plain `str`.

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
    return [
        identifier(f"{name}[{index}]", value) for index, value in enumerate(_iterable(name, values))
    ]


def _iterable(name: str, values: object) -> Iterable[object]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        _raise_invalid(name, values, "must be a list of str")
    return values


def number(name: str, value: object) -> float:
    """
    Return a number as a plain `float` or `int`. The service checks the range.

    Raises:
        MemsyConfigurationError: `value` is not a number.
    """
    if isinstance(value, float):
        return float.__float__(value)
    whole = _whole_number(value)
    if whole is None:
        _raise_invalid(name, value, "must be a number: an int or a float")
    return whole


def non_negative(name: str, value: object) -> float:
    """
    Return a finite number, 0 or more, as a plain `float` or `int`.

    Raises:
        MemsyConfigurationError: `value` is not such a number.
    """
    checked = number(name, value)
    if not 0 <= checked < math.inf:
        _raise_invalid(name, value, "must be a finite number, 0 or more")
    return checked


def integer(name: str, value: object) -> int:
    """
    Return a whole number from -2**63 to 2**63 - 1 as a plain `int`.

    Raises:
        MemsyConfigurationError: `value` is not a whole number, or is out of range.
    """
    whole = _whole_number(value)
    if whole is None:
        _raise_invalid(name, value, "must be a whole number")
    if not -(2**63) <= whole < 2**63:
        _raise_invalid(name, value, "must be from -2**63 to 2**63 - 1")
    return whole


def _whole_number(value: object) -> int | None:
    """Return an `int`, or a number of another library with `__index__`; None for all else."""
    if type(value) is int:
        return value  # the check against a protocol below takes microseconds
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        return None
    try:
        return operator.index(value)
    except TypeError as error:  # an array of NumPy has the method, and raises
        if is_interrupt(error):
            raise
        return None


def boolean(name: str, value: object) -> bool:
    """
    Return `value` unchanged if it is a `bool`.

    Raises:
        MemsyConfigurationError: `value` is not a `bool`.
    """
    if not isinstance(value, bool):
        _raise_invalid(name, value, "must be True or False")
    return value


def timestamp(name: str, value: object) -> str:
    """
    Return a time as ISO 8601 text: a `datetime` in UTC, and a text unchanged.

    Raises:
        MemsyConfigurationError: `value` is neither of them, or a `datetime` without a time zone.
    """
    if isinstance(value, str):
        return text(name, value)
    if not isinstance(value, datetime):
        _raise_invalid(name, value, "must be ISO 8601 text or a datetime with a time zone")
    return _in_utc(name, value)


def day_or_none(name: str, value: object) -> str | None:
    """
    Return a day as an ISO 8601 date: a `datetime` as its day in UTC, and a text unchanged.

    None stays None.

    Raises:
        MemsyConfigurationError: `value` is something else, or a `datetime` without a time zone.
    """
    if value is None or isinstance(value, str):
        return text_or_none(name, value)
    if isinstance(value, datetime):
        return _in_utc(name, value).partition("T")[0]
    if not isinstance(value, date):
        _raise_invalid(
            name, value, "must be an ISO 8601 date, a date or a datetime with a time zone"
        )
    return date.isoformat(value)


def _in_utc(name: str, value: datetime) -> str:
    # The methods of `datetime` itself: a subclass, such as a timestamp of pandas, overrides them.
    offset = datetime.utcoffset(value)
    if offset is None:
        raise MemsyConfigurationError(
            f"{name} must have a time zone, got {preview(value)}: call "
            ".replace(tzinfo=timezone.utc) on a time in UTC, or .astimezone() on a local time"
        )
    try:
        utc = datetime.combine(datetime.date(value), datetime.time(value)) - offset
    except OverflowError as error:
        if is_interrupt(error):
            raise
        _raise_invalid(name, value, "must be in the years 1 to 9999 in UTC")
    return f"{utc.isoformat()}Z"


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
    """
    Return the request target: `path`, and the query parameters that are not None.

    Raises:
        MemsyConfigurationError: A parameter is neither a plain `int`, as `integer` returns it, nor
            a text that can be sent.
    """
    params = {
        name: value if type(value) is int else text(name, value)
        for name, value in query.items()
        if value is not None
    }
    return f"{path}?{urlencode(params)}" if params else path


def body(value: object, label: str) -> bytes:
    """Return `value` as a JSON body. An error message starts with `label`."""
    return dump_utf8(value, label)


def _raise_invalid(name: str, value: object, requirement: str) -> Never:
    raise MemsyConfigurationError(f"{name} {requirement}, got {preview(value)}")
