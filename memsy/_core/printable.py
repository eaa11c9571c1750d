"""Text from outside, on its way into a message."""

from __future__ import annotations


def printable(text: str) -> str:
    """*text* without halves of surrogate pairs, which JSON can say, and no terminal can show."""
    return text.encode("utf-8", "replace").decode("utf-8")
