"""Text of messages (escape, cut), and checks of URLs and keys (printable ASCII, a host)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MAX_MESSAGE = 500
"""Maximum number of characters of an error message."""

_CUT = " ..."

_PRINTABLE = re.compile(r"[\x21-\x7e]+")


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


def has_host(url: str) -> bool:
    """Return True if `url` has a host, and a valid port if it has one."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
