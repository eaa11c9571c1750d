"""Plain texts, the check of URLs and keys (printable ASCII), and lone surrogates."""

from __future__ import annotations

import re

from memsy._core.interrupts import is_interrupt

_MAX_PREVIEW = 200

_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def plain(text: str) -> str:
    """
    Return the characters of `text` as an instance of `str` itself.

    A subclass, such as `class Kind(str, Enum)`, may override `str()`, formatting and methods.
    Every text of a caller passes this function before it is encoded.
    """
    return str.__str__(text)


def plain_or_none(text: str | None) -> str | None:
    """Return None for None, and otherwise the result of `plain`."""
    return None if text is None else plain(text)


def is_printable(text: str) -> bool:
    """Return True if `text` is not empty and consists of printable ASCII without spaces."""
    return _PRINTABLE.fullmatch(text) is not None


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which JSON allows and UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8")


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
