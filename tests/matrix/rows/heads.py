"""H: heads of responses that no server should write."""

from __future__ import annotations

from memsy import MemsyAPIError, MemsyConnectionError, ServerError
from memsy._core.response_body import MAX_BODY_BYTES
from tests.matrix.calls import FOUND, FOUND_JSON
from tests.matrix.expecting import answers, raises
from tests.matrix.faults import send_headers_for_ever
from tests.matrix.row import Row
from tests.matrix.stage import always, replies, saying, says

LENGTH = b"Content-Length: %d" % len(FOUND_JSON)


def head(*lines: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", *lines]) + b"\r\n\r\n"


UNREADABLE = {
    "H01": {
        "a header of 100 KB": head(b"X: " + b"x" * 100_000, LENGTH),
        "a header whose name is of 100 KB": head(b"x" * 100_000 + b": X", LENGTH),
        "101 headers": head(*[b"X-%d: 1" % n for n in range(100)], LENGTH),
        "1000 headers": head(*[b"X-%d: 1" % n for n in range(1000)], LENGTH),
    },
    "H02": {
        "a header without a colon": head(b"no colon here", LENGTH),
        "a header without a name": head(b": no name", LENGTH),
        "a space before the colon": head(b"X : 1", LENGTH),
        "a carriage return in a header": head(b"X: 1\r2", LENGTH),
        "NUL in a header": head(b"X: \0", LENGTH),
        "a carriage return at the end of a header": head(b"X: 1\r", LENGTH),
        "a first header that goes on from none": head(b" folded", LENGTH),
        "a line that looks like one of a mailbox": head(b"From me@example.org Thu", LENGTH),
        "a space in the name of a header": head(b"X Y: 1", LENGTH),
        "brackets in the name of a header": head(b"X(Y): 1", LENGTH),
        "an at sign in the name of a header": head(b"X@Y: 1", LENGTH),
        "a name of a header that is not ASCII": head("Ä: 1".encode(), LENGTH),
    },
    "H03": {
        "a negative length": head(b"Content-Length: -1"),
        "a length in words": head(b"Content-Length: two"),
        "a length with a sign": head(b"Content-Length: +2"),
        "a length of 30 digits": head(b"Content-Length: " + b"9" * 30),
        "a length of 5000 digits": head(
            b"Content-Length: " + b"0" * 5000 + b"%d" % len(FOUND_JSON)
        ),
        "a length that is empty": head(b"Content-Length:"),
        "a length in other digits": head("Content-Length: ٦".encode()),
        "two lengths": head(LENGTH, b"Content-Length: 1"),
        "a length twice": head(LENGTH, LENGTH),
        "two lengths in one line": head(b"Content-Length: 2, 2"),
    },
}
READABLE = {
    "a header of 60 KB": head(b"X: " + b"x" * 60_000, LENGTH),
    "99 headers": head(*[b"X-%d: 1" % n for n in range(98)], LENGTH),
    "lines that end in a line feed alone": head(b"X: 1", LENGTH).replace(b"\r", b""),
    "empty lines before it": b"\r\n\r\n" + head(LENGTH),
    "a length with zeros before it": head(b"Content-Length: 000%d" % len(FOUND_JSON)),
    "a length with spaces around it": head(b"Content-Length:\t %d \t" % len(FOUND_JSON)),
    "no reason": head(LENGTH).replace(b" OK", b""),
    "a header in no known code": head(b"X: \xb2\xff", LENGTH),
    "an empty header": head(b"X:", LENGTH),
    "a header twice": head(b"X: 1", b"x: 2", LENGTH),
    "a header that goes on in the next line": head(b"X: 1", b" 2", LENGTH),
    "a control character in a header": head(b"X: \x01", LENGTH),
}
SHOWN = {
    "in no known code": b"X: \xb2\xff",
    "in UTF-8": "X: Grüße".encode(),
    "with spaces around it": b"X: \t 1 \t ",
    "with a control character": b"X: 1\x012",
    "with an end of line that is none": b"X: 1\x0b\x0c\x1c\x1d\x1e\x852",
    "with a tab": b"X: 1\t2",
    "that goes on in the next line": b"X: 1\r\n 2",
    "with nothing in it": b"X:",
    "that stands there twice": b"X: 1\r\nx: 2",
    "that looks encoded": b"X: =?utf-8?q?a?=",
}

ROWS = [
    *(
        Row(
            id,
            what,
            saying(answer + FOUND_JSON),
            raises(
                MemsyConnectionError,
                "is no HTTP response",
                attempts=4,
                maybe_processed=True,
                connections=4,
            ),
            options={"timeout": 10},
        )
        for id, heads in UNREADABLE.items()
        for what, answer in heads.items()
    ),
    Row(
        "H01",
        "headers without an end",
        always(send_headers_for_ever),
        raises(
            MemsyConnectionError,
            "is no HTTP response",
            attempts=4,
            maybe_processed=True,
            grows=MAX_BODY_BYTES,
        ),
        is_fresh=True,
    ),
    *(
        Row("H02", what, saying(answer + FOUND_JSON), answers(FOUND))
        for what, answer in READABLE.items()
    ),
    *(
        Row(
            "H02",
            f"a refusal with a header {what}",
            saying(b"HTTP/1.1 400 Said\r\nContent-Length: 2\r\n" + header + b"\r\n\r\n{}"),
            raises(MemsyAPIError, status_code=400),
        )
        for what, header in SHOWN.items()
    ),
    *(
        Row(
            "H03",
            f"status {status}",
            replies(says(status)),
            raises(error, f"Memsy API error {status}", status_code=status),
        )
        for status, error in {
            101: MemsyAPIError,
            599: ServerError,
            600: MemsyAPIError,
            999: MemsyAPIError,
        }.items()
    ),
    Row(
        "H03",
        "status 299",
        replies(says(299, FOUND_JSON)),
        answers(FOUND),
        why="every 2xx is a success",
    ),
]
