"""Moments: whole microseconds since 1970 inside, ISO 8601 in UTC with a `Z` outside."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# What `datetime.fromisoformat` reads depends on the Python; this reads the same on all.
_ISO_8601 = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,6})\d*)?)?"
    r"\s?(?:[Zz]|([+-])(\d\d):?([0-5]\d)?)?)?",
    re.ASCII,
)


def parse(text: str) -> int:
    """
    The moment that *text* names; without an offset it is in UTC.

    Raises:
        ValueError: it names none.
    """
    match = _ISO_8601.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not ISO 8601")
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = match.groups("0")
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    when = datetime(
        int(year),
        int(month),
        int(day),
        int(hour),
        int(minute),
        int(second),
        int(fraction.ljust(6, "0")),
        tzinfo=timezone(offset),
    )
    moment = _since_epoch(when)
    to_text(moment)  # an offset may push it out of the years that can be written
    return moment


def parse_date(text: str) -> int:
    """
    The moment at which the day begins, in UTC, that *text* names, such as `2026-09-20`.

    Raises:
        ValueError: it names none.
    """
    if len(text) != len("2026-09-20"):
        raise ValueError(f"{text!r} is not a date in ISO 8601")
    return parse(text)


def from_seconds(seconds: float) -> int:
    return round(seconds * SECOND)


def to_datetime(moment: int) -> datetime:
    return _EPOCH + timedelta(microseconds=moment)


def to_text(moment: int) -> str:
    """
    ISO 8601, with a fraction only where there is one.

    Raises:
        ValueError: it lies outside the years 1 to 9999.
    """
    try:
        return to_datetime(moment).isoformat().replace("+00:00", "Z")
    except OverflowError:
        raise ValueError("the year must be between 1 and 9999") from None


def to_text_or_none(moment: int | None) -> str | None:
    return None if moment is None else to_text(moment)


def to_date(moment: int) -> str:
    """The day, such as `2026-09-20`."""
    return to_text(moment)[:10]


def this_month(moment: int) -> int:
    """When the billing period began."""
    return _month(moment // DAY)[0]


def next_month(moment: int) -> int:
    """When the next billing period begins."""
    return _month(moment // DAY)[1]


# Asked for with every request, and the same all day long.
@lru_cache
def _month(day: int) -> tuple[int, int]:
    """Beginning and end of the month of the *day*, which is counted from 1970."""
    first = to_datetime(day * DAY).replace(day=1)
    return _since_epoch(first), _since_epoch((first + timedelta(days=32)).replace(day=1))


def _since_epoch(when: datetime) -> int:
    return (when - _EPOCH) // timedelta(microseconds=1)
