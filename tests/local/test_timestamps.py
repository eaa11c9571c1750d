"""Timestamps: ISO 8601 parsing and formatting, equal on every Python."""

from __future__ import annotations

import pytest

from memsy.local import timestamps


@pytest.mark.parametrize(
    ("text", "formatted"),
    [
        ("1970-04-14T03:07:53Z", "1970-04-14T03:07:53Z"),
        ("1970-04-14T03:07:53", "1970-04-14T03:07:53Z"),
        ("1970-04-14t03:07z", "1970-04-14T03:07:00Z"),
        ("1970-04-14 03:07:53.25 +02:00", "1970-04-14T01:07:53.250000Z"),
        ("1970-04-14T03:07:53,123456789-0530", "1970-04-14T08:37:53.123456Z"),
        ("19700414T030753+02", "1970-04-14T01:07:53Z"),
        ("1969-07-20", "1969-07-20T00:00:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
    ],
)
def test_iso_8601_is_parsed_and_formatted_in_utc(text: str, formatted: str) -> None:
    assert timestamps.to_text(timestamps.parse(text)) == formatted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "1713067673",
        "2026-02-30",
        "2025-02-29",
        "2026-13-01",
        "2026-04-14T24:00:00Z",
        "2026-04-14T25:00:00Z",
        "2026-04-14T23:59:60Z",
        "-0001-01-01",
        "+2026-04-14",
        "10000-01-01",
        "2026-04-14T10:00:00+25:00",
        "2026-04-14T10:00:00+01:75",
        "2026-04-14T10:00:00 CET",
        "2026-04-14T10:00:00Z\n",
        "٢٠٢٦-٠٤-١٤",
        "0000-01-01",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
    ],
)
def test_text_that_is_not_a_time_is_rejected(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message may come from datetime
        timestamps.parse(text)


def test_billing_period_is_a_month() -> None:
    timestamp = timestamps.parse("2026-12-31T23:59:59.999999Z")
    assert timestamps.to_text(timestamps.month_start(timestamp)) == "2026-12-01T00:00:00Z"
    assert timestamps.to_text(timestamps.next_month_start(timestamp)) == "2027-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "days", "last"), [("0001-01-01", 31, "0001-01-31"), ("9999-12-31", 31, "9999-12-31")]
)
def test_first_and_last_billing_period_are_complete(text: str, days: int, last: str) -> None:
    timestamp = timestamps.parse(text)
    start, end = timestamps.month_start(timestamp), timestamps.next_month_start(timestamp)
    assert end - start == days * timestamps.DAY
    assert timestamps.to_date(end - 1) == last


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.25, "1970-01-01T00:00:00.250000Z"),
        (253_402_300_800.0, "9999-12-31T23:59:59.999999Z"),
        (1e300, "9999-12-31T23:59:59.999999Z"),
        (-1e300, "0001-01-01T00:00:00Z"),
    ],
)
def test_time_of_a_clock_stays_within_the_years_1_to_9999(seconds: float, text: str) -> None:
    assert timestamps.to_text(timestamps.from_clock(seconds)) == text


def test_date_is_the_beginning_of_its_day() -> None:
    timestamp = timestamps.parse_date("2026-12-31")
    assert timestamps.to_text(timestamp) == "2026-12-31T00:00:00Z"
    assert timestamps.to_date(timestamp + timestamps.DAY - 1) == "2026-12-31"


@pytest.mark.parametrize("text", ["", "2026-12-31T00:00:00Z", "20261231", "2026-02-30", "today"])
def test_text_that_is_not_a_date_is_rejected(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message may come from datetime
        timestamps.parse_date(text)
