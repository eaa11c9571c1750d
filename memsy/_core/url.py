"""What has to be true of a text before it is taken for a URL, or a part of one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def is_printable(text: str) -> bool:
    """Whether only printable ASCII without spaces stands in it, and at least one of that."""
    return _PRINTABLE.fullmatch(text) is not None


def names_a_host(url: str) -> bool:
    """Whether it says where to connect to, with a port that there is, if with any."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
