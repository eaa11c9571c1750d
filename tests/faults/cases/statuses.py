"""Error responses: statuses, their bodies, and the retries after them (S01 to S10)."""

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
from tests.faults.calls import create, delete, ingest, search
from tests.faults.case import Case
from tests.faults.clients import KEY
from tests.faults.expectations import raises, returns
from tests.faults.scenario import (
    FOUND_RESPONSE,
    Scenario,
    every_connection,
    http_response,
    raw_responses,
    responses,
)
from tests.support.raw_server import response
from tests.support.search_responses import FOUND
from tests.support.server_scripts import send_and_close

ODD_BODIES = {
    "array": b'["tea"]',
    "null": b"null",
    "string": b'"tea"',
    "empty": b"",
    "nested-100000-deep": b'{"detail":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "truncated": b'{"detail":"te',
    "not-utf8": b'{"detail":"\xff"}',
    "number-as-detail": b'{"detail":7}',
    "null-as-detail": b'{"detail":null,"error":null,"message":null}',
    "html": b"<html><h1>Oh no</h1></html>",
}

CHUNKED = "Transfer-Encoding: chunked"
BUSY = "503 Service Unavailable"
UNREADABLE_BODIES: dict[str, Scenario] = {
    "gzip-invalid": raw_responses(response(b"{}", "Content-Encoding: gzip", status=BUSY)),
    "content-encoding-br": raw_responses(response(b"{}", "Content-Encoding: br", status=BUSY)),
    "too-large": raw_responses(
        response(gzip.compress(bytes(40 * 2**20), 1), "Content-Encoding: gzip", status=BUSY)
    ),
    "chunk-size-not-hex": raw_responses(f"HTTP/1.1 {BUSY}\r\n{CHUNKED}\r\n\r\nz\r\n".encode()),
    "chunks-truncated": every_connection(
        send_and_close(f"HTTP/1.1 {BUSY}\r\n{CHUNKED}\r\n\r\n".encode())
    ),
    "truncated": every_connection(
        send_and_close(f"HTTP/1.1 {BUSY}\r\nContent-Length: 99\r\n\r\n{{}}".encode())
    ),
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
ITEM = {"loc": ["body", "events", 0, "kind"], "msg": "unknown", "type": "x"}

CASES = [
    *(
        Case(
            "S01",
            f"status-{status}-to-{name}",
            responses(http_response(status, {"detail": "no tea"}, x_request_id="req-1")),
            raises(
                error,
                status_code=status,
                detail="no tea",
                request_id="req-1",
                maybe_processed=False,
                connections=1,
            ),
            call,
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
        for name, call in {"search": search, "ingest": ingest}.items()
    ),
    Case(
        "S01",
        "status-403-from-gateway-unknown-key",
        responses(http_response(403, {"message": "Forbidden"})),
        raises(AuthenticationError, status_code=403),
    ),
    Case(
        "S01",
        "status-403-from-gateway-with-request-id",
        responses(http_response(403, {"message": "Forbidden", "requestId": "req-1"})),
        raises(AuthenticationError, "Forbidden", status_code=403, request_id="req-1"),
    ),
    Case(
        "S02",
        "status-409",
        responses(http_response(409, {"detail": "no tea"})),
        raises(ConflictError, "no tea"),
    ),
    Case(
        "S03",
        "status-422-with-validation-items",
        responses(http_response(422, {"detail": [ITEM]})),
        raises(ValidationError, "events.0.kind: unknown", errors=[ITEM]),
    ),
    Case(
        "S03",
        "status-422-with-null-items",
        responses(
            http_response(422, {"detail": [None, {"loc": None, "msg": None, "type": None}, 7]})
        ),
        raises(ValidationError, "422: invalid"),
    ),
    Case(
        "S03",
        "status-400-with-unknown-keys",
        responses(http_response(400, {"detail": {"reason": "closed", "until": {"day": 1}}})),
        raises(MemsyAPIError, 'Memsy API error 400: reason: closed; until: {"day": 1}'),
    ),
    Case(
        "S03",
        "status-400-with-key-and-escape-sequences",
        responses(
            http_response(
                400,
                {"detail": f"\x1b[31m{KEY}\u202e", "error": KEY.upper()},
                x_request_id=KEY,
            )
        ),
        raises(
            MemsyAPIError,
            "Memsy API error 400: \\x1b[31m***\\u202e",
            detail="\\x1b[31m***\\u202e",
            error_code="***",
            request_id="***",
            never_shows=[KEY, KEY.upper()],
        ),
    ),
    Case(
        "S03",
        "status-422-with-key-in-items",
        responses(
            http_response(422, {"detail": [{**ITEM, "msg": "m" * 480 + KEY, "input": {KEY: KEY}}]})
        ),
        raises(ValidationError, never_shows=[KEY, KEY[:8]]),
        reason="the message is cut after the secrets are masked",
    ),
    Case(
        "S03",
        "status-502-in-html",
        responses(
            http_response(502, b"<html><h1>Bad Gateway</h1></html>", content_type="text/html")
        ),
        raises(ServerError, "Bad Gateway", attempts=4, status_code=502, maybe_processed=True),
    ),
    *(
        Case(
            "S04",
            f"status-{status}-body-{variant}",
            responses(http_response(status, body)),
            raises(error, str(status), status_code=status, attempts=attempts),
        )
        for variant, body in ODD_BODIES.items()
        for status, error, attempts in [(400, MemsyAPIError, 1), (500, ServerError, 4)]
    ),
    *(
        Case(
            "S04",
            f"status-503-unreadable-body-{variant}",
            scenario,
            raises(ServerError, status_code=503, detail="", attempts=4, maybe_processed=True),
            nondeterministic={"connections"},
            reason="the libraries differ in whether they reuse a connection with an unread body",
        )
        for variant, scenario in UNREADABLE_BODIES.items()
    ),
    *(
        Case(
            "S05",
            f"status-{status}-once",
            responses(http_response(status, {"detail": "no tea"}), FOUND_RESPONSE),
            returns(FOUND, attempts=2, connections=1),
        )
        for status in (500, 502, 503, 504)
    ),
    Case(
        "S05",
        "status-500-once-to-ingest",
        responses(http_response(500), http_response(200, EVENT_IDS)),
        returns(attempts=2),
        ingest,
        reason="within 60 s, the service recognises a repeated event",
    ),
    Case(
        "S05",
        "status-503-once-to-create",
        responses(http_response(503), http_response(200, ROLE)),
        returns(attempts=2),
        create,
        reason="503 says that the request was not processed",
    ),
    Case(
        "S05",
        "status-500-once-to-create",
        responses(http_response(500), http_response(200, ROLE)),
        raises(ServerError, status_code=500, attempts=1, maybe_processed=True),
        create,
        reason="the service may have created the role; a retry would create another",
    ),
    Case(
        "S05",
        "status-503-then-404-to-delete",
        responses(http_response(503), http_response(404)),
        returns(None, attempts=2),
        delete,
        reason="404 after a doubtful first attempt means deleted",
    ),
    Case(
        "S05",
        "status-404-to-delete",
        responses(http_response(404)),
        raises(NotFoundError, status_code=404),
        delete,
    ),
    *(
        Case(
            "S06",
            f"status-{status}-once",
            responses(http_response(status), FOUND_RESPONSE),
            returns(FOUND, attempts=2),
        )
        for status in (408, 425)
    ),
    Case(
        "S07",
        "status-429-once",
        responses(http_response(429), FOUND_RESPONSE),
        returns(FOUND, attempts=2),
    ),
    Case(
        "S08",
        "status-503-always",
        responses(http_response(503, {"detail": "no tea"})),
        raises(
            ServerError,
            "no tea",
            status_code=503,
            attempts=4,
            maybe_processed=True,
            connections=1,
        ),
    ),
    Case(
        "S08",
        "status-503-always-without-retries",
        responses(http_response(503)),
        raises(ServerError, attempts=1, status_code=503),
        options={"max_retries": 0},
    ),
    Case(
        "S08",
        "status-503-always-until-deadline",
        responses(http_response(503, retry_after="2")),
        raises(ServerError, attempts=3, status_code=503, waits=[2, 2]),
        options={"timeout": 5},
        reason="a pause that ends after the deadline is not begun",
    ),
    Case(
        "S09",
        "status-429-usage-limit-exceeded",
        responses(
            http_response(429, {"detail": QUOTA}, retry_after="1", x_ratelimit_reset="1767268801")
        ),
        raises(
            UsageLimitExceeded,
            status_code=429,
            dimension="searches",
            current=51,
            limit=50,
            error_code="usage_limit_exceeded",
        ),
    ),
    Case(
        "S10",
        "status-429-always",
        responses(http_response(429, {"detail": "slow down"}, retry_after="2")),
        raises(
            RateLimitExceeded,
            "slow down",
            attempts=4,
            retry_after=2.0,
            waits=[2, 2, 2],
            maybe_processed=False,
        ),
    ),
    Case(
        "S10",
        "status-429-always-without-retry-after",
        responses(http_response(429, {"detail": "slow down"}, x_ratelimit_reset="1769904000")),
        raises(RateLimitExceeded, attempts=4, retry_after=None),
        reason="the reset of the quota is too far away to wait for",
    ),
]
