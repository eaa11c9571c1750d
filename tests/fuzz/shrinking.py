"""Shrink an input that violates a property."""

from __future__ import annotations

from collections.abc import Callable


def shrunk(data: bytes, violates: Callable[[bytes], bool], max_tries: int = 300) -> bytes:
    """
    Return a part of `data` that still violates the property.

    Args:
        data: Input to shrink, by leaving out ever smaller pieces.
        violates: Check of one input.
        max_tries: Maximum number of checks.
    """
    size = len(data) // 2
    while size:
        start = 0
        while start < len(data):
            if not max_tries:
                return data
            max_tries -= 1
            smaller = data[:start] + data[start + size :]
            if violates(smaller):
                data = smaller
            else:
                start += size
        size //= 2
    return data
