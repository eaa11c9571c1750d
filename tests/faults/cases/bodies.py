"""Response bodies: truncated, not JSON, too large or of a wrong shape (B01 to B24)."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from memsy import MemsyConnectionError, MemsyResponseError, NotFoundError, ValidationError
from memsy._core.response_body import MAX_BODY_BYTES
from memsy.models import HealthResponse, SearchResponse, SearchResult
from tests.faults.calls import create, health, ingest, ingesting, list_roles, search
from tests.faults.case import Case
from tests.faults.clients import KEY
from tests.faults.expectations import Expectation, raises, returns
from tests.faults.scenario import (
    FOUND_RESPONSE,
    Scenario,
    every_connection,
    first_connections,
    http_response,
    raw_responses,
    responses,
    with_new_script,
)
from tests.support.costly_bodies import COSTLY_BODIES
from tests.support.process_memory import MIB
from tests.support.raw_server import Peer, respond_with, response
from tests.support.search_responses import FOUND, FOUND_BYTES, FOUND_JSON
from tests.support.server_scripts import send_and_close, send_and_reset, send_in_two_parts

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
SIZE = b"%x\r\n" % len(FOUND_JSON)
CHUNK = SIZE + FOUND_JSON + b"\r\n"
BEFORE_TRAILERS = CHUNKED + CHUNK + b"0\r\n"
GZIP = "Content-Encoding: gzip"
TOO_LONG_LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"
TRUNCATED = "the connection broke in the middle of its body"


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


@cache
def gzip_bomb() -> bytes:
    return gzipped(bytes(200 * MIB))


def corrupt_response(*message_has: str, **more: Any) -> Expectation:  # noqa: ANN401 - see raises
    """Expect retries: the next response may be intact."""
    return raises(
        MemsyResponseError,
        *message_has,
        attempts=4,
        maybe_processed=True,
        is_retryable=True,
        **more,
    )


def unusable_response(*message_has: str, **more: Any) -> Expectation:  # noqa: ANN401 - see raises
    """Expect no retry: the next response would be the same."""
    return raises(
        MemsyResponseError,
        *message_has,
        attempts=1,
        maybe_processed=True,
        is_retryable=False,
        **more,
    )


def _chunked_with(line: bytes) -> bytes:
    """Return a response head with this Transfer-Encoding line."""
    return CHUNKED.replace(b"Transfer-Encoding: chunked", line)


def send_200_mib(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (200 * MIB))
    for _ in range(200):
        peer.send(bytes(MIB))


def costly_response(variant: str) -> Scenario:
    body = COSTLY_BODIES[variant]
    return with_new_script(
        lambda: respond_with(
            response(gzipped(body.make(MIB)), GZIP, status=f"{body.status} Reason")
        )
    )


TRUNCATED_BODIES = {
    "body-truncated-after-json": TOO_LONG_LENGTH + FOUND_JSON,
    "body-truncated-in-json": TOO_LONG_LENGTH + FOUND_JSON[:9],
    "body-truncated-before-json": TOO_LONG_LENGTH,
}
TRUNCATED_CHUNKS = {
    "chunks-truncated-before-size": CHUNKED,
    "chunks-truncated-in-size": CHUNKED + SIZE[:1],
    "chunks-truncated-in-chunk": CHUNKED + SIZE + FOUND_JSON[:9],
    "chunks-truncated-after-chunk": CHUNKED + SIZE + FOUND_JSON + b"\r\n",
}
WRONG_TYPES = {
    "json-null": (b"null", "$: expected an object, got null"),
    "json-array": (b"[]", "$: expected an object, got an array"),
    "json-string": (b'"tea"', "$: expected an object, got a string"),
}
WRONG_FIELDS = {
    "field-missing": (b'{"results":[{"id":"m1","score":1}]}', "$.results[0].content"),
    "field-of-wrong-type": (
        b'{"results":[{"id":"m1","content":7,"score":1}]}',
        "$.results[0].content: expected a string, got a number",
    ),
    "field-null-for-string": (
        b'{"results":[{"id":null,"content":"tea","score":1}]}',
        "$.results[0].id: expected a string, got null",
    ),
    "field-boolean-for-number": (
        b'{"results":[{"id":"m1","content":"tea","score":true}]}',
        "$.results[0].score: expected a number, got a boolean",
    ),
    "field-object-for-array": (
        b'{"results":{}}',
        "$.results: expected an array, got an object",
    ),
}
NOT_JSON = {
    "B07": {"empty-body": b""},
    "B08": {
        "not-utf8": b'{"results":[{"id":"m1","content":"\xff","score":1}]}',
        "utf8-truncated": b'{"results":[]}\xc3',
        "utf8-with-surrogate": b'{"results":[{"id":"\xed\xa0\x80","content":"","score":1}]}',
    },
    "B09": {
        "json-nan": b'{"results":[{"id":"m1","content":"tea","score":NaN}]}',
        "json-infinity": b'{"results":[{"id":"m1","content":"tea","score":-Infinity}]}',
    },
    "B10": {"json-nested-100000-deep": b"[" * 100_000 + b"]" * 100_000},
    "B13": {"json-integer-of-5000-digits": b'{"results":[],"more":' + b"7" * 5000 + b"}"},
    "B17": {
        "byte-order-mark": b"\xef\xbb\xbf" + FOUND_JSON,
        "utf16": FOUND_JSON.decode().encode("utf-16"),
        "utf32": FOUND_JSON.decode().encode("utf-32"),
    },
}
BAD_COMPRESSION = {
    "B14": {
        "gzip-invalid": (FOUND_JSON, "gzip", "garbled"),
        "deflate-invalid": (FOUND_JSON, "deflate", "garbled"),
        "gzip-wrong-length": (gzipped(FOUND_JSON)[:-4] + bytes(4), "gzip", "garbled"),
        "gzip-followed-by-garbage": (gzipped(FOUND_JSON) + b"more", "gzip", "garbled"),
    },
    "B15": {
        "gzip-without-trailer": (gzipped(FOUND_JSON)[:-4], "gzip", "cut short"),
        "gzip-truncated-in-header": (gzipped(FOUND_JSON)[:3], "gzip", "cut short"),
        "deflate-truncated": (zlib.compress(FOUND_JSON)[:-4], "deflate", "cut short"),
    },
}
ACCEPTED_BODIES = {
    "gzip": (gzipped(FOUND_JSON), [GZIP]),
    "gzip-in-two-members": (gzipped(FOUND_JSON[:9]) + gzipped(FOUND_JSON[9:]), [GZIP]),
    "deflate": (zlib.compress(FOUND_JSON), ["Content-Encoding: deflate"]),
    "unknown-charset": (gzipped(FOUND_JSON), [GZIP, "Content-Type: text/html;charset=no"]),
    "content-type-missing": (FOUND_JSON, []),
    "content-type-image": (FOUND_JSON, ["Content-Type: image/png"]),
}
COSTLY: dict[str, Callable[..., Expectation]] = {
    "empty-objects": unusable_response,
    "last-result-invalid": unusable_response,
    "more-brackets-than-allowed": unusable_response,
    "422-items": partial(raises, ValidationError),
    "422-location": partial(raises, ValidationError),
    "404-more-brackets-than-allowed": partial(raises, NotFoundError),
}
COSTLY_LIMITS = {"max_seconds": 10.0, "max_memory_growth": 64.0}
LENGTH_AND_CHUNKS = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"

CASES = [
    *(
        Case(
            "B01",
            f"{variant}-by-{end_name}",
            every_connection(end(data)),
            corrupt_response(TRUNCATED, connections=4),
        )
        for variant, data in TRUNCATED_BODIES.items()
        for end_name, end in {"close": send_and_close, "reset": send_and_reset}.items()
    ),
    Case(
        "B01",
        "body-truncated-of-create",
        every_connection(send_and_close(TOO_LONG_LENGTH)),
        raises(MemsyResponseError, TRUNCATED, attempts=1, maybe_processed=True),
        create,
        reason="the service may have created the role; a retry would create another",
    ),
    *(
        Case(
            "B02",
            f"{variant}-once",
            first_connections(send_and_close(data)),
            returns(FOUND, attempts=2),
        )
        for variant, data in {**TRUNCATED_BODIES, **TRUNCATED_CHUNKS}.items()
    ),
    *(
        Case(
            "B03",
            variant,
            every_connection(send_and_close(data)),
            corrupt_response(TRUNCATED, connections=4),
        )
        for variant, data in TRUNCATED_CHUNKS.items()
    ),
    *(
        Case(
            "B03",
            f"chunk-size-{variant}",
            every_connection(
                send_in_two_parts(CHUNKED, size + b"\r\n" + FOUND_JSON + b"\r\n0\r\n\r\n")
            ),
            corrupt_response(TRUNCATED, connections=4),
            options={"timeout": 10},
        )
        for variant, size in {
            "not-hex": b"zz",
            "negative": b"-1",
            "0x2": b"0x2",
            "empty": b"",
            "of-17-digits": b"f" * 17,
        }.items()
    ),
    *(
        Case(
            "B03", f"chunk-{variant}", raw_responses(CHUNKED + chunk + b"0\r\n\r\n"), returns(FOUND)
        )
        for variant, chunk in {
            "size-with-leading-zeros": b"0" * 99 + CHUNK,
            "size-with-trailing-space": CHUNK.replace(b"\r", b" \r", 1),
            "with-extension": CHUNK.replace(b"\r", b";a=b\r", 1),
            "ends-in-bare-line-feed": CHUNK[:-2] + b"\n",
        }.items()
    ),
    *(
        Case(
            "B03",
            f"chunk-{variant}",
            raw_responses(CHUNKED + chunk + b"0\r\n\r\n"),
            corrupt_response(TRUNCATED, connections=4),
        )
        for variant, chunk in {
            "size-with-0x": b"0x" + CHUNK,
            "size-with-plus": b"+" + CHUNK,
            "size-with-leading-space": b" " + CHUNK,
            "size-with-leading-tab": b"\t" + CHUNK,
            "size-with-minus": b"-" + CHUNK,
            "size-followed-by-letter": CHUNK.replace(b"\r", b"g\r", 1),
            "size-followed-by-space-and-letter": CHUNK.replace(b"\r", b" a\r", 1),
            "without-line-end": CHUNK[:-2],
            "size-with-underscore": b"%x_%x" % divmod(len(FOUND_JSON), 16) + CHUNK[2:],
            "ends-in-garbage": CHUNK[:-2] + b"??",
            "size-line-ends-in-bare-line-feed": CHUNK.replace(b"\r\n", b"\n", 1),
        }.items()
    ),
    *(
        Case(
            "B03",
            f"trailers-{variant}",
            raw_responses(BEFORE_TRAILERS + trailers + b"\r\n"),
            returns(FOUND),
        )
        for variant, trailers in {
            "one": b"X: 1\r\n",
            "60-kb": b"X: " + b"x" * 60_000 + b"\r\n",
        }.items()
    ),
    *(
        Case(
            "B03",
            f"trailers-{variant}",
            raw_responses(BEFORE_TRAILERS + trailers + b"\r\n"),
            corrupt_response(TRUNCATED, connections=4),
        )
        for variant, trailers in {
            "100-kb": b"X: " + b"x" * 100_000 + b"\r\n",
            "1000": b"X: 1\r\n" * 1000,
            "without-colon": b"no colon here\r\n",
        }.items()
    ),
    *(
        Case(
            "B04",
            f"transfer-encoding-{variant}",
            raw_responses(_chunked_with(line) + CHUNK + b"0\r\n\r\n"),
            returns(FOUND),
            options={"timeout": 10},
        )
        for variant, line in {
            "with-spaces": b"Transfer-Encoding:\t chunked ",
            "with-tab-at-end": b"Transfer-Encoding: chunked\t",
            "with-spaces-and-tab-at-end": b"Transfer-Encoding: chunked \t ",
            "folded-before": b"Transfer-Encoding:\r\n\tchunked",
            "folded-after": b"Transfer-Encoding: chunked\r\n ",
            "in-capitals": b"TRANSFER-ENCODING:CHUNKED",
        }.items()
    ),
    *(
        Case(
            "B04",
            f"transfer-encoding-{variant}",
            raw_responses(_chunked_with(b"Transfer-Encoding: " + value) + CHUNK + b"0\r\n\r\n"),
            raises(
                MemsyConnectionError,
                "is not valid HTTP",
                attempts=4,
                connections=4,
                maybe_processed=True,
            ),
            options={"timeout": 10},
        )
        for variant, value in {
            "empty": b"",
            "of-empty-element-and-chunked": b", chunked",
            "of-chunked-and-empty-element": b"chunked,",
            "twice": b"chunked\r\nTransfer-Encoding: chunked",
            "in-quotes": b'"chunked"',
            "with-parameter": b"chunked;q=1",
            "with-vertical-tab": b"chunked\x0b",
            "with-no-break-space": b"chunked\xa0",
            "with-kelvin-sign": "chun\N{KELVIN SIGN}ed".encode(),
            "of-gzip-and-chunked": b"gzip, chunked",
        }.items()
    ),
    Case(
        "B04",
        "content-length-and-chunks",
        raw_responses(LENGTH_AND_CHUNKS + b"2\r\n{}\r\n0\r\n\r\n"),
        raises(
            MemsyConnectionError,
            "is not valid HTTP",
            attempts=4,
            connections=4,
            maybe_processed=True,
        ),
    ),
    Case(
        "B05",
        "body-longer-than-content-length",
        raw_responses(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + FOUND_JSON),
        corrupt_response("a body that is not JSON", FOUND_JSON[:5].decode(), connections=4),
    ),
    Case(
        "B06",
        "html-body",
        responses(http_response(200, b"<html>" + b"x" * 500, content_type="text/html")),
        corrupt_response("HTTP 200", "text/html", "<html>" + "x" * 194, never_shows=["x" * 500]),
    ),
    Case(
        "B06",
        "html-body-with-key-and-escape-sequences",
        responses(
            http_response(
                200, f"<h1>\x1b[2J\r\n\u2028{KEY}</h1>".encode(), content_type=f"text/{KEY}"
            )
        ),
        corrupt_response("(text/***)", "<h1>\\x1b[2J   ***</h1>", never_shows=[KEY]),
    ),
    Case(
        "B06",
        "html-body-once",
        responses(http_response(200, b"<html>", content_type="text/html"), FOUND_RESPONSE),
        returns(FOUND, attempts=2),
    ),
    Case(
        "B07",
        "status-204-to-search",
        responses(http_response(204)),
        corrupt_response("HTTP 204 with a body that is not JSON"),
    ),
    *(
        Case(
            "B07",
            f"{variant}-to-list",
            responses(http_response(status, body)),
            returns([]),
            list_roles,
            reason="the service sends an empty body for an empty list (wire contract, section 5.5)",
        )
        for variant, status, body in [
            ("empty-body", 200, b""),
            ("blank-body", 200, b" \r\n"),
            ("json-null", 200, b"null"),
            ("status-204", 204, b""),
        ]
    ),
    *(
        Case(
            matrix_id,
            variant,
            responses(http_response(200, body)),
            corrupt_response("HTTP 200 with a body that is not JSON"),
        )
        for matrix_id, bodies in NOT_JSON.items()
        for variant, body in bodies.items()
    ),
    *(
        Case(matrix_id, variant, responses(http_response(200, body)), unusable_response(message))
        for matrix_id, bodies in {"B11": WRONG_TYPES, "B12": WRONG_FIELDS}.items()
        for variant, (body, message) in bodies.items()
    ),
    Case(
        "B11",
        "field-null-for-array",
        responses(http_response(200, b'{"results":null}')),
        returns(SearchResponse([])),
        reason="the service sometimes sends null for an empty list",
    ),
    Case(
        "B11",
        "field-null-for-default",
        responses(http_response(200, b'{"status":"ok","version":null,"components":null}')),
        returns(HealthResponse("ok")),
        health,
        reason="a null means the default that the wire contract names",
    ),
    Case(
        "B12",
        "field-null-in-error-response",
        responses(http_response(200, b'{"results":[{"id":null,"content":"tea","score":1}]}')),
        unusable_response(
            "$.results[0].id: expected a string, got null",
            response=http_response(200, b'{"results":[{"id":null,"content":"tea","score":1}]}'),
        ),
        reason="the error holds the refused response",
    ),
    Case(
        "B12",
        "field-with-key-and-escape-sequences",
        responses(http_response(200, {"components": {f"\x1b[2J\r\n\u202e\ud800{KEY.upper()}": 7}})),
        unusable_response(
            "$.components.\\x1b[2J  \\u202e\\ud800***: expected a string, got a number",
            never_shows=[KEY, KEY.upper()],
        ),
        health,
    ),
    Case(
        "B12",
        "field-unknown",
        responses(http_response(200, {**json.loads(FOUND_JSON), "more": [{"of": "it"}]})),
        returns(FOUND),
    ),
    *(
        Case(
            matrix_id,
            variant,
            raw_responses(response(body, f"Content-Encoding: {encoding}")),
            corrupt_response(f"its body is {message}"),
        )
        for matrix_id, bodies in BAD_COMPRESSION.items()
        for variant, (body, encoding, message) in bodies.items()
    ),
    *(
        Case(
            "B16",
            f"content-encoding-{variant}",
            raw_responses(response(FOUND_JSON, f"Content-Encoding: {encoding}")),
            unusable_response(f"the client did not request its content encoding {encoding!r}"),
        )
        for variant, encoding in {
            "br": "br",
            "zstd": "zstd",
            "gzip-and-deflate": "gzip,deflate",
            "identity-and-gzip": "identity, gzip",
        }.items()
    ),
    *(
        Case("B18", f"body-{variant}", raw_responses(response(body, *headers)), returns(FOUND))
        for variant, (body, headers) in ACCEPTED_BODIES.items()
    ),
    *(
        Case(
            "B18",
            f"{variant}-body-until-close",
            every_connection(send_and_close(data)),
            returns(FOUND),
        )
        for variant, data in {
            "http-1.1": b"HTTP/1.1 200 OK\r\n\r\n" + FOUND_JSON,
            "http-1.0": b"HTTP/1.0 200 OK\r\n\r\n" + FOUND_JSON,
        }.items()
    ),
    *(
        Case(
            "B18",
            f"{variant}-twice",
            raw_responses(data),
            returns(FOUND, requests=2, connections=connections),
            [search, search],
        )
        for variant, data, connections in [
            ("http-1.0", FOUND_BYTES.replace(b"/1.1", b"/1.0"), 2),
            (
                "connection-close",
                FOUND_BYTES.replace(b"\r\n", b"\r\nConnection: close\r\n", 1),
                2,
            ),
            ("upgrade-h2c", FOUND_BYTES.replace(b"\r\n", b"\r\nUpgrade: h2c\r\n", 1), 1),
        ]
    ),
    Case(
        "B19",
        "gzip-bomb-200-mib",
        with_new_script(lambda: send_and_close(response(gzip_bomb(), GZIP))),
        unusable_response(
            f"larger than {MAX_BODY_BYTES} bytes",
            max_seconds=1.0,
            max_memory_growth=3 * MAX_BODY_BYTES / MIB,
        ),
        in_subprocess=True,
    ),
    Case(
        "B19",
        "gzip-in-gzip",
        raw_responses(response(gzipped(gzipped(FOUND_JSON)), "Content-Encoding: gzip, gzip")),
        unusable_response("the client did not request its content encoding 'gzip, gzip'"),
    ),
    Case(
        "B19",
        "gzip-in-undeclared-gzip",
        raw_responses(response(gzipped(gzipped(FOUND_JSON)), GZIP)),
        corrupt_response("a body that is not JSON"),
    ),
    Case(
        "B20",
        "body-of-200-mib",
        every_connection(send_200_mib),
        unusable_response(
            f"larger than {MAX_BODY_BYTES} bytes",
            max_seconds=2.0,
            max_memory_growth=3 * MAX_BODY_BYTES / MIB,
            connections=1,
        ),
        in_subprocess=True,
    ),
    Case(
        "B21",
        "gzip-with-20000-empty-members",
        raw_responses(response(gzipped(b"") * 20_000, GZIP)),
        unusable_response("its body continues after its end", max_seconds=0.5),
    ),
    Case(
        "B22",
        "event-ids-fewer-than-events",
        responses(http_response(200, {"event_ids": ["e1"]})),
        unusable_response("expected one id for each of 2 events, got 1", event_ids=["e1"]),
        ingesting("I like green tea.", "I like black tea."),
    ),
    *(
        Case(
            "B22",
            f"event-ids-{variant}",
            responses(http_response(200, body)),
            unusable_response(message, event_ids=event_ids, response=http_response(200, body)),
            ingesting("I like green tea.", "I like black tea."),
        )
        for variant, body, message, event_ids in [
            (
                "with-null",
                {"event_ids": ["e1", None]},
                "$.event_ids[1]: expected a string, got null",
                ["e1"],
            ),
            ("null", {"event_ids": None}, "expected one id for each of 2 events, got 0", []),
            ("missing", {}, "$.event_ids: is missing", []),
        ]
    ),
    Case(
        "B22",
        "event-ids-empty",
        responses(http_response(200, {"event_ids": []})),
        unusable_response("got 0", event_ids=[]),
        ingest,
    ),
    Case(
        "B22",
        "event-ids-more-than-events",
        responses(http_response(200, {"event_ids": ["e1", "e2"]})),
        unusable_response("got 2", event_ids=["e1", "e2"]),
        ingest,
    ),
    Case(
        "B23",
        "duplicate-keys",
        responses(
            http_response(
                200, b'{"results":7,"results":[{"id":"a","id":"b","content":"","score":1}]}'
            )
        ),
        returns(SearchResponse([SearchResult("b", "", 1)])),
        search,
        reason="the last value of a key counts, as in most JSON parsers",
    ),
    Case(
        "B23",
        "duplicate-keys-last-invalid",
        responses(http_response(200, b'{"status":"healthy","status":7}')),
        unusable_response("$.status: expected a string, got a number"),
        health,
    ),
    *(
        Case(
            "B24",
            f"costly-body-{variant}",
            costly_response(variant),
            expect(COSTLY_BODIES[variant].problem, **COSTLY_LIMITS),
            in_subprocess=True,
        )
        for variant, expect in COSTLY.items()
    ),
    Case(
        "B24",
        "costly-body-empty-lists-in-metadata",
        costly_response("empty-lists-in-metadata"),
        returns(**COSTLY_LIMITS),
        in_subprocess=True,
    ),
]
