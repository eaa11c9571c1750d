"""Checks and repairs of text that goes into a URL or a message."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def is_printable(text: str) -> bool:
    """Whether only printable ASCII without spaces stands in it, and at least one of that."""
    return _PRINTABLE.fullmatch(text) is not None


def has_host(url: str) -> bool:
    """Whether it says where to connect to, with a port that there is, if with any."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def replace_surrogates(text: str) -> str:
    """*text* without halves of surrogate pairs, which JSON can say, and no terminal can show."""
    return text.encode("utf-8", "replace").decode("utf-8")
