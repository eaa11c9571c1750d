"""Response heads: malformed, oversized and unusual headers, lengths and statuses (H01 to H03)."""

from __future__ import annotations

from memsy import MemsyAPIError, MemsyConnectionError, ServerError
from memsy._core.response_body import MAX_BODY_BYTES
from tests.faults.case import Case
from tests.faults.expectations import raises, returns
from tests.faults.scenario import every_connection, http_response, raw_responses, responses
from tests.support.process_memory import MIB
from tests.support.search_responses import FOUND, FOUND_JSON
from tests.support.server_scripts import send_endless_headers

LENGTH = b"Content-Length: %d" % len(FOUND_JSON)


def head(*lines: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", *lines]) + b"\r\n\r\n"


INVALID_HEADS = {
    "H01": {
        "header-of-100-kb": head(b"X: " + b"x" * 100_000, LENGTH),
        "header-name-of-100-kb": head(b"x" * 100_000 + b": X", LENGTH),
        "header-count-101": head(*[b"X-%d: 1" % n for n in range(100)], LENGTH),
        "header-count-1001": head(*[b"X-%d: 1" % n for n in range(1000)], LENGTH),
    },
    "H02": {
        "header-without-colon": head(b"no colon here", LENGTH),
        "header-without-name": head(b": no name", LENGTH),
        "header-with-space-before-colon": head(b"X : 1", LENGTH),
        "header-with-carriage-return": head(b"X: 1\r2", LENGTH),
        "header-with-nul": head(b"X: \0", LENGTH),
        "header-with-carriage-return-at-end": head(b"X: 1\r", LENGTH),
        "header-continuation-without-header": head(b" folded", LENGTH),
        "header-like-mbox-line": head(b"From me@example.org Thu", LENGTH),
        "header-name-with-space": head(b"X Y: 1", LENGTH),
        "header-name-with-brackets": head(b"X(Y): 1", LENGTH),
        "header-name-with-at-sign": head(b"X@Y: 1", LENGTH),
        "header-name-not-ascii": head("Ä: 1".encode(), LENGTH),
    },
    "H03": {
        "content-length-negative": head(b"Content-Length: -1"),
        "content-length-in-words": head(b"Content-Length: two"),
        "content-length-with-sign": head(b"Content-Length: +2"),
        "content-length-of-30-digits": head(b"Content-Length: " + b"9" * 30),
        "content-length-of-5000-digits": head(
            b"Content-Length: " + b"0" * 5000 + b"%d" % len(FOUND_JSON)
        ),
        "content-length-empty": head(b"Content-Length:"),
        "content-length-in-arabic-digits": head("Content-Length: ٦".encode()),
        "content-length-twice-different": head(LENGTH, b"Content-Length: 1"),
        "content-length-twice-equal": head(LENGTH, LENGTH),
        "content-length-list": head(b"Content-Length: 2, 2"),
    },
}
VALID_HEADS = {
    "header-of-60-kb": head(b"X: " + b"x" * 60_000, LENGTH),
    "header-count-99": head(*[b"X-%d: 1" % n for n in range(98)], LENGTH),
    "header-lines-end-in-bare-line-feed": head(b"X: 1", LENGTH).replace(b"\r", b""),
    "head-after-empty-lines": b"\r\n\r\n" + head(LENGTH),
    "content-length-with-leading-zeros": head(b"Content-Length: 000%d" % len(FOUND_JSON)),
    "content-length-with-spaces": head(b"Content-Length:\t %d \t" % len(FOUND_JSON)),
    "status-line-without-reason": head(LENGTH).replace(b" OK", b""),
    "header-not-utf8": head(b"X: \xb2\xff", LENGTH),
    "header-empty": head(b"X:", LENGTH),
    "header-twice": head(b"X: 1", b"x: 2", LENGTH),
    "header-continuation": head(b"X: 1", b" 2", LENGTH),
    "header-with-control-character": head(b"X: \x01", LENGTH),
}
ERROR_HEADERS = {
    "not-utf8": b"X: \xb2\xff",
    "in-utf8": "X: Grüße".encode(),
    "with-spaces": b"X: \t 1 \t ",
    "with-control-character": b"X: 1\x012",
    "with-other-line-ends": b"X: 1\x0b\x0c\x1c\x1d\x1e\x852",
    "with-tab": b"X: 1\t2",
    "with-continuation": b"X: 1\r\n 2",
    "empty": b"X:",
    "twice": b"X: 1\r\nx: 2",
    "like-mime-encoded": b"X: =?utf-8?q?a?=",
}

CASES = [
    *(
        Case(
            matrix_id,
            variant,
            raw_responses(data + FOUND_JSON),
            raises(
                MemsyConnectionError,
                "is not valid HTTP",
                attempts=4,
                maybe_processed=True,
                connections=4,
            ),
            options={"timeout": 10},
        )
        for matrix_id, heads in INVALID_HEADS.items()
        for variant, data in heads.items()
    ),
    Case(
        "H01",
        "headers-endless",
        every_connection(send_endless_headers),
        raises(
            MemsyConnectionError,
            "is not valid HTTP",
            attempts=4,
            maybe_processed=True,
            max_memory_growth=MAX_BODY_BYTES / MIB,
        ),
        in_subprocess=True,
    ),
    *(
        Case("H02", variant, raw_responses(data + FOUND_JSON), returns(FOUND))
        for variant, data in VALID_HEADS.items()
    ),
    *(
        Case(
            "H02",
            f"error-response-header-{variant}",
            raw_responses(b"HTTP/1.1 400 Reason\r\nContent-Length: 2\r\n" + header + b"\r\n\r\n{}"),
            raises(MemsyAPIError, status_code=400),
        )
        for variant, header in ERROR_HEADERS.items()
    ),
    *(
        Case(
            "H03",
            f"status-{status}",
            responses(http_response(status)),
            raises(error, f"Memsy API error {status}", status_code=status),
        )
        for status, error in {
            101: MemsyAPIError,
            599: ServerError,
            600: MemsyAPIError,
            999: MemsyAPIError,
        }.items()
    ),
    Case(
        "H03",
        "status-299",
        responses(http_response(299, FOUND_JSON)),
        returns(FOUND),
        reason="every 2xx is a success",
    ),
]
