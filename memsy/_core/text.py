"""Check of URLs and keys (printable ASCII), and replacement of lone surrogates."""

from __future__ import annotations

import re

_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def is_printable(text: str) -> bool:
    """Return True if `text` is not empty and consists of printable ASCII without spaces."""
    return _PRINTABLE.fullmatch(text) is not None


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which JSON allows and UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8")
