"""Check of a whole-number argument of a Python call, such as the `times` of a fault."""

from __future__ import annotations


def check_integer(name: str, value: object, *, minimum: int) -> None:
    """
    Check that `value` is a whole number, `minimum` or more. A bool is not accepted.

    Args:
        name: Name of the argument, for the error message.
        value: Value to check.
        minimum: Smallest valid value.

    Raises:
        ValueError: The value has another type, or is too small.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
        raise ValueError(f"{name} must be a whole number, {minimum} or more, got {value!r}")
