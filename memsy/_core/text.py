"""Text of messages (escape, cut), plain texts, and the check of URLs and keys (printable ASCII)."""

from __future__ import annotations

import re

from memsy._core.interrupts import is_interrupt

_MAX_PREVIEW = 200

MAX_MESSAGE = 500
"""Maximum number of characters of an error message."""

MAX_REQUEST_ID = 100
"""Maximum number of characters of a request id, in an error and in an event of a call."""

_CUT = " ..."

_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def plain(text: str) -> str:
    """
    Return the characters of `text` as an instance of `str` itself.

    A subclass, such as `class Kind(str, Enum)`, may override `str()`, formatting and methods.
    Every text of a caller passes this function before it is encoded.
    """
    return str.__str__(text)


def printable(text: str) -> str:
    r"""
    Return `text` on one line, without characters that a terminal or a log could interpret.

    A line break or a tab becomes a space. Any other character that is not printable becomes an
    escape sequence such as `\x1b`: control characters, format characters such as the overrides of
    the text direction, and lone surrogates.
    """
    return text if text.isprintable() else "".join(map(_printable_character, text))


def _printable_character(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else character.encode("unicode_escape").decode("ascii")


def excerpt(text: str, max_length: int) -> str:
    """Return `text`, cut to at most `max_length` characters. A cut text ends with " ..."."""
    return text if len(text) <= max_length else text[: max(0, max_length - len(_CUT))] + _CUT


def is_printable(text: str) -> bool:
    """Return True if `text` is not empty and consists of printable ASCII without spaces."""
    return _PRINTABLE.fullmatch(text) is not None


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
