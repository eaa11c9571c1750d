"""Timestamps as integer microseconds since 1970, and their ISO 8601 text in UTC."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from memsy._core.interrupts import is_interrupt

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_EPOCH_IN_UTC = _EPOCH.replace(tzinfo=None)
# `datetime.fromisoformat` accepts different texts on different Pythons; this pattern does not.
_ISO_8601 = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,6})\d*)?)?"
    r"\s?(?:[Zz]|([+-])(\d\d):?([0-5]\d)?)?)?",
    re.ASCII,
)


def parse(text: str) -> int:
    """
    Return the timestamp of an ISO 8601 text; a text without an offset is in UTC.

    Raises:
        ValueError: `text` is not a date and time in ISO 8601.
    """
    match = _ISO_8601.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not ISO 8601")
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = match.groups("0")
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    value = datetime(
        int(year),
        int(month),
        int(day),
        int(hour),
        int(minute),
        int(second),
        int(fraction.ljust(6, "0")),
        tzinfo=timezone(offset),
    )
    timestamp = _since_epoch(value)
    to_text(timestamp)  # an offset may move the UTC time out of the years 1 to 9999
    return timestamp


def parse_date(text: str) -> int:
    """
    Return the timestamp at which a date such as `2026-09-20` begins in UTC.

    Raises:
        ValueError: `text` is not a date in ISO 8601.
    """
    if len(text) != len("2026-09-20"):
        raise ValueError(f"{text!r} is not a date in ISO 8601")
    return parse(text)


def from_seconds(seconds: float) -> int:
    """Convert seconds to microseconds."""
    return round(seconds * SECOND)


def in_utc(name: str, date: datetime) -> datetime:
    """
    Convert `date` to UTC.

    Raises:
        ValueError: The time is not in the years 1 to 9999 in UTC. The message begins with `name`.
    """
    try:
        return date.astimezone(timezone.utc)
    except OverflowError as error:
        if is_interrupt(error):
            raise
        raise ValueError(
            f"{name} must be in the years 1 to 9999 in UTC, got {date.isoformat()}"
        ) from None


def from_clock(seconds: float) -> int:
    """Convert the seconds of a clock since 1970 to a timestamp within the years 1 to 9999."""
    return min(max(from_seconds(seconds), _MIN), _MAX)


def to_datetime(timestamp: int) -> datetime:
    """Return the timestamp as a datetime in UTC."""
    return _EPOCH + timedelta(microseconds=timestamp)


# Cached: searches find the same memories again, and the text takes 1 us.
@lru_cache(maxsize=4096)
def to_text(timestamp: int) -> str:
    """
    Return the timestamp in ISO 8601 with a `Z`, and a fraction only if it is not 0.

    Raises:
        ValueError: The timestamp is outside the years 1 to 9999.
    """
    try:
        return f"{(_EPOCH_IN_UTC + timedelta(microseconds=timestamp)).isoformat()}Z"
    except OverflowError as error:
        if is_interrupt(error):
            raise
        raise ValueError("the year must be between 1 and 9999") from None


def to_text_or_none(timestamp: int | None) -> str | None:
    """Return `to_text(timestamp)`, or None for None."""
    return None if timestamp is None else to_text(timestamp)


def to_date(timestamp: int) -> str:
    """Return the date in UTC, such as `2026-09-20`."""
    return to_text(timestamp)[:10]


def month_start(timestamp: int) -> int:
    """Return the start of the billing period (the calendar month in UTC)."""
    return _month(timestamp // DAY)[0]


def next_month_start(timestamp: int) -> int:
    """Return the start of the next billing period."""
    return _month(timestamp // DAY)[1]


# Cached: every request needs it, and the result only changes once a day.
@lru_cache
def _month(day: int) -> tuple[int, int]:
    """Return start and end of the month of `day`, a number of days since 1970."""
    first = to_datetime(day * DAY).replace(day=1)
    start = _since_epoch(first)
    # The month after December 9999 has a start, but no datetime.
    return start, start + monthrange(first.year, first.month)[1] * DAY


def _since_epoch(value: datetime) -> int:
    return (value - _EPOCH) // timedelta(microseconds=1)


_MIN = _since_epoch(datetime.min.replace(tzinfo=timezone.utc))
_MAX = _since_epoch(datetime.max.replace(tzinfo=timezone.utc))
