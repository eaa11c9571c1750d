"""From an input that does harm to a smaller one that does the same."""

from __future__ import annotations

from collections.abc import Callable


def shrunk(data: bytes, is_bad: Callable[[bytes], bool], tries: int = 300) -> bytes:
    """
    A part of *data* that still *is_bad*, found by leaving out ever smaller pieces.

    It asks no more often than *tries* times.
    """
    size = len(data) // 2
    while size:
        start = 0
        while start < len(data):
            if not tries:
                return data
            tries -= 1
            smaller = data[:start] + data[start + size :]
            if is_bad(smaller):
                data = smaller
            else:
                start += size
        size //= 2
    return data
