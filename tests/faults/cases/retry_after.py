"""Retry-After: seconds, dates, invalid values and limits (R01 to R06)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from memsy import HTTPResponse, MemsyAPIError, RateLimitExceeded, ServerError
from tests.faults.calls import create, ingest
from tests.faults.case import Case
from tests.faults.expectations import raises, returns
from tests.faults.scenario import FOUND_RESPONSE, Responses, http_response, responses
from tests.support.search_responses import FOUND

NOON = "Thu, 01 Jan 2026 12:00:00 GMT"
"""Date of the clock of the clients, too."""
MAX_DATE = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)


def slow_down(retry_after: str, status: int = 429, **headers: str) -> HTTPResponse:
    return http_response(status, {"detail": "slow down"}, retry_after=retry_after, **headers)


def once(retry_after: str, date: str = "") -> Responses:
    """One 429 with that Retry-After, and then success."""
    error = slow_down(retry_after, date=date) if date else slow_down(retry_after)
    return responses(error, FOUND_RESPONSE)


CASES = [
    *(
        Case(
            "R01",
            f"retry-after-seconds-{variant}",
            once(value),
            returns(FOUND, attempts=2, waits=waits),
        )
        for variant, value, waits in list[tuple[str, str, Sequence[float]]](
            [
                ("0", "0", []),
                ("1", "1", [1]),
                ("1.5", "1.5", [1.5]),
                ("with-leading-zeros", "007", [7]),
                ("with-spaces", " 3 ", [3]),
            ]
        )
    ),
    *(
        Case(
            "R01",
            f"retry-after-seconds-2-with-status-{status}",
            responses(slow_down("2", status), FOUND_RESPONSE),
            returns(FOUND, attempts=2, waits=[2]),
        )
        for status in (408, 425, 500, 502, 503, 504)
    ),
    *(
        Case(
            "R02",
            f"retry-after-date{variant}",
            once(retry_at, date),
            returns(FOUND, attempts=2, waits=waits),
        )
        for variant, retry_at, date, waits in [
            ("", "Thu, 01 Jan 2026 12:00:07 GMT", NOON, [7]),
            ("-in-the-past", "Thu, 01 Jan 2026 11:59:07 GMT", NOON, []),
            (
                "-of-server-clock-behind",
                "Mon, 01 Jan 2001 00:00:07 GMT",
                "Mon, 01 Jan 2001 00:00:00 GMT",
                [7],
            ),
            (
                "-of-server-clock-ahead",
                "Sun, 01 Jan 2051 00:00:07 GMT",
                "Sun, 01 Jan 2051 00:00:00 GMT",
                [7],
            ),
            ("-without-date-header", "Thu, 01 Jan 2026 12:00:07 GMT", "", [7]),
            ("-in-rfc-850-format", "Thursday, 01-Jan-26 12:00:07 GMT", NOON, [7]),
            ("-in-asctime-format", "Thu Jan  1 12:00:07 2026", NOON, [7]),
            ("-with-invalid-date-header", "Thu, 01 Jan 2026 12:00:07 GMT", "today", [7]),
        ]
    ),
    *(
        Case("R03", f"retry-after-invalid-{variant}", once(value), returns(FOUND, attempts=2))
        for variant, value in {
            "negative": "-5",
            "word": "soon",
            "empty": "",
            "superscript": "²",
            "decimal-comma": "1,5",
            "with-unit": "1 s",
            "hex": "0x10",
            "with-sign": "+1",
            "underscore": "1_0",
            "exponent": "1e1",
            "two-numbers": "5; 7",
        }.items()
    ),
    Case(
        "R03",
        "retry-after-twice",
        once("1, 2"),
        returns(FOUND, attempts=2),
        reason="two values contradict each other",
    ),
    *(
        Case("R04", f"retry-after-{variant}", once(value), returns(FOUND, attempts=2))
        for variant, value in {
            "nan": "nan",
            "inf": "inf",
            "negative-inf": "-inf",
            "1e400": "1e400",
            "of-400-digits": "9" * 400,
            "date-in-year-100000": "Fri, 01 Jan 100000 00:00:00 GMT",
            "date-with-impossible-fields": "Fri, 99 Foo 2026 99:99:99 GMT",
        }.items()
    ),
    Case(
        "R04",
        "retry-after-date-in-year-9999",
        responses(slow_down("Fri, 31 Dec 9999 23:59:59 GMT", date=NOON)),
        raises(
            RateLimitExceeded,
            retry_after=(MAX_DATE - datetime(2026, 1, 1, 12, tzinfo=timezone.utc)).total_seconds(),
        ),
    ),
    *(
        Case(
            "R05",
            f"retry-after-one-day-with-status-{status}",
            responses(slow_down("86400", status)),
            raises(error, status_code=status, attempts=1, **attributes),
        )
        for status, error, attributes in [
            (429, RateLimitExceeded, {"retry_after": 86400.0}),
            (503, ServerError, {}),
        ]
    ),
    Case(
        "R05",
        "retry-after-one-minute",
        once("60"),
        returns(FOUND, attempts=2, waits=[60]),
        options={"timeout": 100},
        nondeterministic=["connections"],
        reason="idle time counts on the clock of the sync client, and in real time for aiohttp",
    ),
    Case(
        "R05",
        "retry-after-longer-than-timeout",
        responses(slow_down("60")),
        raises(RateLimitExceeded, attempts=1, retry_after=60.0),
    ),
    Case(
        "R05",
        "retry-after-longer-than-dedup-window",
        responses(slow_down("60")),
        raises(RateLimitExceeded, attempts=1, retry_after=60.0),
        ingest,
        options={"timeout": 100},
        reason="after 60 s, the service no longer recognises a repeated event",
    ),
    *(
        Case(
            "R06",
            f"retry-after-with-status-{status}",
            responses(slow_down("1", status)),
            raises(MemsyAPIError, "slow down", status_code=status, attempts=1),
        )
        for status in (400, 413)
    ),
    Case(
        "R06",
        "retry-after-with-status-500-to-create",
        responses(slow_down("1", 500)),
        raises(ServerError, attempts=1),
        create,
        reason="the service may have created the role; a retry would create another",
    ),
]
