"""Checks of arguments of a Python call: whole numbers, such as the `times` of a fault, and ids."""

from __future__ import annotations

from memsy._core.runtime_types import FieldInfo


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


def check_not_blank(name: str, value: str) -> None:
    """
    Check that an id or a name has a character that is not a space.

    Args:
        name: Name of the argument, for the error message.
        value: Value to check.

    Raises:
        ValueError: The value is empty or blank.
    """
    if not value.strip():
        raise ValueError(f"{name} must not be empty, got {value!r}: pass an id or a name")


def validate_not_blank(instance: object, attribute: FieldInfo, value: str) -> None:
    """Check a field of an attrs class like `check_not_blank`."""
    check_not_blank(attribute.name, value)
