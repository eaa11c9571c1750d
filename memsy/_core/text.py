"""Checks of URLs and keys (printable ASCII, a host), and replacement of lone surrogates."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from memsy._core.interrupts import is_interrupt

_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def is_printable(text: str) -> bool:
    """Return True if `text` is not empty and consists of printable ASCII without spaces."""
    return _PRINTABLE.fullmatch(text) is not None


def has_host(url: str) -> bool:
    """Return True if `url` has a host, and a valid port if it has one."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        if is_interrupt(error):
            raise
        return False


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which JSON allows and UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8")
