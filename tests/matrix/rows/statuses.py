"""S: what the service refuses, and in which words."""

from __future__ import annotations

import gzip

from memsy import (
    AuthenticationError,
    AuthorizationError,
    ConflictError,
    MemsyAPIError,
    NotFoundError,
    RateLimitExceeded,
    ServerError,
    UsageLimitExceeded,
    ValidationError,
)
from tests.matrix.calls import FOUND, create, delete, ingest, search
from tests.matrix.expecting import answers, raises
from tests.matrix.faults import say_and_end
from tests.matrix.row import Row
from tests.matrix.stage import GOOD, Stage, always, replies, saying, says
from tests.raw_server import response

DEEP = b'{"detail":' + b"[" * 100_000 + b"]" * 100_000 + b"}"

ODD_BODIES = {
    "a list": b'["tea"]',
    "null": b"null",
    "a string": b'"tea"',
    "nothing": b"",
    "nested deeply": DEEP,
    "cut": b'{"detail":"te',
    "no UTF-8": b'{"detail":"\xff"}',
    "a number as detail": b'{"detail":7}',
    "null as detail": b'{"detail":null,"error":null,"message":null}',
    "HTML": b"<html><h1>Oh no</h1></html>",
}

CHUNKED = "Transfer-Encoding: chunked"
BUSY = "503 Service Unavailable"
LOST_BODIES: dict[str, Stage] = {
    "garbled": saying(response(b"{}", "Content-Encoding: gzip", status=BUSY)),
    "of an unknown encoding": saying(response(b"{}", "Content-Encoding: br", status=BUSY)),
    "larger than any": saying(
        response(gzip.compress(bytes(40 * 2**20), 1), "Content-Encoding: gzip", status=BUSY)
    ),
    "in a chunk of no size": saying(f"HTTP/1.1 {BUSY}\r\n{CHUNKED}\r\n\r\nz\r\n".encode()),
    "cut before its last chunk": always(
        say_and_end(f"HTTP/1.1 {BUSY}\r\n{CHUNKED}\r\n\r\n".encode())
    ),
    "cut": always(say_and_end(f"HTTP/1.1 {BUSY}\r\nContent-Length: 99\r\n\r\n{{}}".encode())),
}

QUOTA = {"error": "usage_limit_exceeded", "dimension": "searches", "current": 51, "limit": 50}
EVENT_IDS = {"event_ids": ["e1"]}
ROLE = {
    "role_id": "r1",
    "org_id": "o1",
    "name": "Support",
    "focus": "Tea",
    "promotion_prompt": "",
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-01T00:00:00Z",
}

ROWS = [
    *(
        Row(
            "S01",
            f"{status} {what}".rstrip(),
            replies(says(status, body, x_request_id="req-1")),
            raises(
                error,
                status_code=status,
                detail="no tea",
                request_id="req-1",
                maybe_processed=False,
                connections=1,
            ),
            calls,
        )
        for status, error in {
            400: MemsyAPIError,
            401: AuthenticationError,
            403: AuthorizationError,
            404: NotFoundError,
            405: MemsyAPIError,
            413: MemsyAPIError,
            415: MemsyAPIError,
            422: ValidationError,
        }.items()
        for what, calls, body in [
            ("", search, {"detail": "no tea"}),
            ("to an ingest", ingest, {"detail": "no tea"}),
        ]
    ),
    Row(
        "S01",
        "403 of the gateway, which does not know the key",
        replies(says(403, {"message": "Forbidden"})),
        raises(AuthenticationError, status_code=403),
    ),
    Row("S02", "409", replies(says(409, {"detail": "no tea"})), raises(ConflictError, "no tea")),
    Row(
        "S03",
        "422 with a list of faults",
        replies(
            says(
                422,
                {"detail": [{"loc": ["body", "events", 0, "kind"], "msg": "unknown", "type": "x"}]},
            )
        ),
        raises(
            ValidationError,
            "events.0.kind: unknown",
            errors=[{"loc": ["body", "events", 0, "kind"], "msg": "unknown", "type": "x"}],
        ),
    ),
    Row(
        "S03",
        "422 with nulls among its faults",
        replies(says(422, {"detail": [None, {"loc": None, "msg": None, "type": None}, 7]})),
        raises(ValidationError, "422: invalid"),
    ),
    Row(
        "S03",
        "502 in HTML",
        replies(says(502, b"<html><h1>Bad Gateway</h1></html>", content_type="text/html")),
        raises(ServerError, "Bad Gateway", attempts=4, status_code=502, maybe_processed=True),
    ),
    *(
        Row(
            "S04",
            f"{status} whose body is {what}",
            replies(says(status, body)),
            raises(error, str(status), status_code=status, attempts=attempts),
        )
        for what, body in ODD_BODIES.items()
        for status, error, attempts in [(400, MemsyAPIError, 1), (500, ServerError, 4)]
    ),
    *(
        Row(
            "S04",
            f"503 whose body is lost: {what}",
            stage,
            raises(ServerError, status_code=503, detail="", attempts=4, maybe_processed=True),
            luck={"connections"},
            why="a connection whose last answer nobody wanted to read may still be good",
        )
        for what, stage in LOST_BODIES.items()
    ),
    *(
        Row(
            "S05",
            f"{status} once",
            replies(says(status, {"detail": "no tea"}), GOOD),
            answers(FOUND, attempts=2, connections=1),
        )
        for status in (500, 502, 503, 504)
    ),
    Row(
        "S05",
        "500 once to an ingest",
        replies(says(500), says(200, EVENT_IDS)),
        answers(attempts=2),
        ingest,
        why="the service takes an event for a repetition within 60 s",
    ),
    Row(
        "S05",
        "503 once to another write",
        replies(says(503), says(200, ROLE)),
        answers(attempts=2),
        create,
        why="503 says that nothing was done",
    ),
    Row(
        "S05",
        "500 once to another write",
        replies(says(500), says(200, ROLE)),
        raises(ServerError, status_code=500, attempts=1, maybe_processed=True),
        create,
        why="it may have been done, and would be done twice",
    ),
    Row(
        "S05",
        "503 to a delete, and then 404",
        replies(says(503), says(404)),
        answers(None, attempts=2),
        delete,
        why="what is gone has been deleted",
    ),
    Row(
        "S05",
        "404 to a delete, at once",
        replies(says(404)),
        raises(NotFoundError, status_code=404),
        delete,
    ),
    *(
        Row("S06", f"{status} once", replies(says(status), GOOD), answers(FOUND, attempts=2))
        for status in (408, 425)
    ),
    Row("S07", "429 once", replies(says(429), GOOD), answers(FOUND, attempts=2)),
    Row(
        "S08",
        "503 for ever",
        replies(says(503, {"detail": "no tea"})),
        raises(
            ServerError,
            "no tea",
            status_code=503,
            attempts=4,
            maybe_processed=True,
            connections=1,
        ),
    ),
    Row(
        "S08",
        "503 for ever, and no retries",
        replies(says(503)),
        raises(ServerError, attempts=1, status_code=503),
        options={"max_retries": 0},
    ),
    Row(
        "S08",
        "503 for ever, and no time for the last retry",
        replies(says(503, retry_after="2")),
        raises(ServerError, attempts=3, status_code=503, waits=[2, 2]),
        options={"timeout": 5},
        why="whoever would have to wait until the deadline has passed is told at once",
    ),
    Row(
        "S09",
        "429 usage_limit_exceeded",
        replies(says(429, {"detail": QUOTA}, retry_after="1", x_ratelimit_reset="1767268801")),
        raises(
            UsageLimitExceeded,
            status_code=429,
            dimension="searches",
            current=51,
            limit=50,
            error_code="usage_limit_exceeded",
        ),
    ),
    Row(
        "S10",
        "429 to the end",
        replies(says(429, {"detail": "slow down"}, retry_after="2")),
        raises(
            RateLimitExceeded,
            "slow down",
            attempts=4,
            retry_after=2.0,
            waits=[2, 2, 2],
            maybe_processed=False,
        ),
    ),
    Row(
        "S10",
        "429 to the end, which does not say how long to wait",
        replies(says(429, {"detail": "slow down"}, x_ratelimit_reset="1769904000")),
        raises(RateLimitExceeded, attempts=4, retry_after=None),
        why="when the quota starts anew is no time to wait for",
    ),
]
