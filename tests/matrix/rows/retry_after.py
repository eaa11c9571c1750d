"""R: how long the service asks a caller to wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from memsy import HTTPResponse, MemsyAPIError, RateLimitExceeded, ServerError
from tests.matrix.calls import FOUND, create, ingest
from tests.matrix.expecting import answers, raises
from tests.matrix.row import Row
from tests.matrix.stage import GOOD, Replies, replies, says

NOON = "Thu, 01 Jan 2026 12:00:00 GMT"
"""What the clock of these clients says, too."""
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)


def slow_down(retry_after: str, status: int = 429, **headers: str) -> HTTPResponse:
    return says(status, {"detail": "slow down"}, retry_after=retry_after, **headers)


def once(retry_after: str, date: str = "") -> Replies:
    said = slow_down(retry_after, date=date) if date else slow_down(retry_after)
    return replies(said, GOOD)


ROWS = [
    *(
        Row("R01", f"{value} s", once(value), answers(FOUND, attempts=2, waits=waits))
        for value, waits in dict[str, Sequence[float]](
            {"0": [], "1": [1], "1.5": [1.5], "007": [7], " 3 ": [3]}
        ).items()
    ),
    *(
        Row(
            "R01",
            f"2 s, with {status}",
            replies(slow_down("2", status), GOOD),
            answers(FOUND, attempts=2, waits=[2]),
        )
        for status in (408, 425, 500, 502, 503, 504)
    ),
    *(
        Row(
            "R02",
            what,
            once(then, now),
            answers(FOUND, attempts=2, waits=waits),
        )
        for what, then, now, waits in [
            ("a date to come", "Thu, 01 Jan 2026 12:00:07 GMT", NOON, [7]),
            ("a date gone by", "Thu, 01 Jan 2026 11:59:07 GMT", NOON, []),
            (
                "a date by a clock that is ages behind ours",
                "Mon, 01 Jan 2001 00:00:07 GMT",
                "Mon, 01 Jan 2001 00:00:00 GMT",
                [7],
            ),
            (
                "a date by a clock that is ages before ours",
                "Sun, 01 Jan 2051 00:00:07 GMT",
                "Sun, 01 Jan 2051 00:00:00 GMT",
                [7],
            ),
            ("a date, and no other to read it against", "Thu, 01 Jan 2026 12:00:07 GMT", "", [7]),
            ("a date as of old", "Thursday, 01-Jan-26 12:00:07 GMT", NOON, [7]),
            ("a date as C writes it", "Thu Jan  1 12:00:07 2026", NOON, [7]),
            ("a date, and another that is none", "Thu, 01 Jan 2026 12:00:07 GMT", "today", [7]),
        ]
    ),
    *(
        Row("R03", f"{value!r}", once(value), answers(FOUND, attempts=2))
        for value in ["-5", "soon", "", "²", "1,5", "1 s", "0x10", "+1", "1_0", "1e1", "5; 7"]
    ),
    Row(
        "R03",
        "two values",
        once("1, 2"),
        answers(FOUND, attempts=2),
        why="two answers to one question are none",
    ),
    *(
        Row("R04", value[:40], once(value), answers(FOUND, attempts=2))
        for value in [
            "nan",
            "inf",
            "-inf",
            "1e400",
            "9" * 400,
            "Fri, 01 Jan 100000 00:00:00 GMT",
            "Fri, 99 Foo 2026 99:99:99 GMT",
        ]
    ),
    Row(
        "R04",
        "year 9999",
        replies(slow_down("Fri, 31 Dec 9999 23:59:59 GMT", date=NOON)),
        raises(
            RateLimitExceeded,
            retry_after=(LAST - datetime(2026, 1, 1, 12, tzinfo=timezone.utc)).total_seconds(),
        ),
    ),
    *(
        Row(
            "R05",
            f"a day, {what}",
            replies(slow_down("86400", status)),
            raises(error, status_code=status, attempts=1, **facts),
        )
        for what, status, error, facts in [
            ("with 429", 429, RateLimitExceeded, {"retry_after": 86400.0}),
            ("with 503", 503, ServerError, {}),
        ]
    ),
    Row(
        "R05",
        "a minute, which is not too long",
        once("60"),
        answers(FOUND, attempts=2, waits=[60]),
        options={"timeout": 100},
    ),
    Row(
        "R05",
        "a minute, which is longer than the call may take",
        replies(slow_down("60")),
        raises(RateLimitExceeded, attempts=1, retry_after=60.0),
    ),
    Row(
        "R05",
        "a minute, to an ingest",
        replies(slow_down("60")),
        raises(RateLimitExceeded, attempts=1, retry_after=60.0),
        ingest,
        options={"timeout": 100},
        why="the service would not know the event again",
    ),
    *(
        Row(
            "R06",
            f"{status} with Retry-After",
            replies(slow_down("1", status)),
            raises(MemsyAPIError, "slow down", status_code=status, attempts=1),
        )
        for status in (400, 413)
    ),
    Row(
        "R06",
        "500 with Retry-After, to a write",
        replies(slow_down("1", 500)),
        raises(ServerError, attempts=1),
        create,
        why="asking again would do it twice",
    ),
]
