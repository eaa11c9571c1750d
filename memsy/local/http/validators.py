"""Whole numbers, as a test gives them: whoever gives another kind had better hear of it at once."""

from __future__ import annotations


def check_integer(name: str, value: object, *, least: int) -> None:
    """
    Check that *value* is a whole number, and *least* or more.

    Raises:
        ValueError: it is not; the message calls it by its *name*.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} is a whole number, {least} or more, got {value!r}")
