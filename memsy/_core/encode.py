"""What a caller says, to what stands on the wire: checked first, so that nothing odd is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from memsy._core.json_codec import dump
from memsy.exceptions import MemsyConfigurationError

if TYPE_CHECKING:
    from typing_extensions import Never

_MAX_PREVIEW = 200

MAX_ID_LENGTH = 256
"""The most characters that an id of the service may have (section 4 of the wire contract)."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def text(name: str, value: object) -> str:
    """
    A text of any length, as it is.

    Raises:
        MemsyConfigurationError: it is no `str`, or holds a lone surrogate.
    """
    if not isinstance(value, str):
        _refuse(name, value, "must be a str")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        _refuse(name, value, "holds a lone surrogate, which UTF-8 cannot carry")
    return value


def secret(name: str, value: object) -> str:
    """
    A text that no message may hold.

    Raises:
        MemsyConfigurationError: as `text`, without the value.
    """
    try:
        return text(name, value)
    except MemsyConfigurationError:
        error = MemsyConfigurationError(f"{name} must be a str that UTF-8 can carry")
    # Out here, for what was caught holds the value, and would come along as the context.
    raise error


def non_empty(name: str, value: object) -> str:
    """
    A text with something in it, such as an id that another service gave.

    Raises:
        MemsyConfigurationError: it is no `str`, or blank.
    """
    checked = text(name, value)
    if not checked.strip():
        _refuse(name, value, "is empty; leave it out (None) where no id is meant")
    return checked


def identifier(name: str, value: object) -> str:
    """
    An id: not empty, for an empty one would widen a search or name a whole collection.

    Raises:
        MemsyConfigurationError: it is no `str`, blank, or longer than any id of the service.
    """
    checked = non_empty(name, value)
    if len(checked) > MAX_ID_LENGTH:
        raise MemsyConfigurationError(
            f"{name} has {len(checked)} characters; an id has at most {MAX_ID_LENGTH}"
        )
    return checked


def identifier_or_none(name: str, value: object) -> str | None:
    """An id, or None where there is none; an empty one is refused as `identifier` does."""
    return None if value is None else identifier(name, value)


def identifiers(name: str, values: object) -> list[str]:
    """
    Several ids.

    Raises:
        MemsyConfigurationError: one of them is unusable, or a lone `str` was given in their place.
    """
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        _refuse(name, values, "must be a list of str")
    return [identifier(f"{name}[{i}]", value) for i, value in enumerate(values)]


def number(name: str, value: object) -> float:
    """
    A number, whatever its size: which ones it takes is for the service to say.

    Raises:
        MemsyConfigurationError: it is no number at all.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        _refuse(name, value, "must be a number")
    return value


def integer(name: str, value: object) -> int:
    """
    A whole number.

    Raises:
        MemsyConfigurationError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        _refuse(name, value, "must be a whole number")
    if not -(2**63) <= value < 2**63:
        raise MemsyConfigurationError(f"{name} is a number of more than 64 bits")
    return value


def boolean(name: str, value: object) -> bool:
    """
    Yes or no.

    Raises:
        MemsyConfigurationError: it is neither True nor False.
    """
    if not isinstance(value, bool):
        _refuse(name, value, "must be True or False")
    return value


def segment(name: str, value: object) -> str:
    """
    An id as one segment of a path, percent-encoded.

    Raises:
        MemsyConfigurationError: as `identifier`; also for dots alone and control characters, which
            URL libraries and gateways rewrite on the way, so that something else would be meant.
    """
    checked = identifier(name, value)
    if checked in (".", "..") or _CONTROL.search(checked):
        _refuse(name, value, "cannot stand in a path")
    return quote(checked, safe="")


def target(path: str, query: Mapping[str, str | int | None]) -> str:
    """The request target: *path*, and of *query* what is not None."""
    given = {
        name: value if isinstance(value, int) else text(name, value)
        for name, value in query.items()
        if value is not None
    }
    return f"{path}?{urlencode(given)}" if given else path


def body(value: object, what: str) -> bytes:
    """*value* as JSON, ready to be sent."""
    return dump(value, what).encode("utf-8")


def preview(value: object) -> str:
    """A value as a message quotes it: cut short, and whatever its `repr` makes of the question."""
    try:
        integer = repr(value)
    except Exception:  # noqa: BLE001 - it is the caller's code, and runs while we complain of it
        return f"a {type(value).__name__}"
    return integer if len(integer) <= _MAX_PREVIEW else f"{integer[:_MAX_PREVIEW]} ..."


def _refuse(name: str, value: object, fault: str) -> Never:
    raise MemsyConfigurationError(f"{name} {fault}, got {preview(value)}")
