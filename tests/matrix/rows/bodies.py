"""B: answers that are not whole, or not what the service promises."""

from __future__ import annotations

import gzip
import json
import zlib
from functools import cache
from typing import Any

from memsy import MemsyConnectionError, MemsyResponseError
from memsy._core.response_body import MAX_BODY_BYTES
from memsy.models import SearchResponse, SearchResult
from tests.matrix.calls import FOUND, FOUND_JSON, create, health, ingest, ingesting, search
from tests.matrix.expecting import Expectation, answers, raises
from tests.matrix.faults import say_and_end, say_and_reset, say_in_two_parts
from tests.matrix.row import Row
from tests.matrix.stage import FINE, GOOD, always, first, replies, saying, says, serving
from tests.raw_server import Peer, response

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
SIZE = b"%x\r\n" % len(FOUND_JSON)
CHUNK = SIZE + FOUND_JSON + b"\r\n"
TRAILED = CHUNKED + CHUNK + b"0\r\n"
GZIP = "Content-Encoding: gzip"
LONGER = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"
BROKEN = "the connection broke in the middle of its body"
MiB = 2**20


def zipped(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


@cache
def bomb() -> bytes:
    return zipped(bytes(200 * MiB))


def spoilt(*words: str, **more: Any) -> Expectation:  # noqa: ANN401 - see raises
    """It may come whole the next time, and so is asked for again."""
    return raises(
        MemsyResponseError, *words, attempts=4, maybe_processed=True, is_retryable=True, **more
    )


def refused(*words: str, **more: Any) -> Expectation:  # noqa: ANN401 - see raises
    """It would be no better the next time."""
    return raises(
        MemsyResponseError, *words, attempts=1, maybe_processed=True, is_retryable=False, **more
    )


def send_200_mib(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (200 * MiB))
    for _ in range(200):
        peer.send(bytes(MiB))


CUT = {
    "cut after all of the JSON": LONGER + FOUND_JSON,
    "cut in the JSON": LONGER + FOUND_JSON[:9],
    "cut before the JSON": LONGER,
}
CUT_CHUNKS = {
    "cut before a size": CHUNKED,
    "cut in a size": CHUNKED + SIZE[:1],
    "cut in a chunk": CHUNKED + SIZE + FOUND_JSON[:9],
    "cut after a chunk": CHUNKED + SIZE + FOUND_JSON + b"\r\n",
}
WRONG_SHAPES = {
    "null": (b"null", "$: expected an object, got null"),
    "a list": (b"[]", "$: expected an object, got an array"),
    "a string": (b'"tea"', "$: expected an object, got a string"),
    "a field that is missing": (b'{"results":[{"id":"m1","score":1}]}', "$.results[0].content"),
    "a field of another type": (
        b'{"results":[{"id":"m1","content":7,"score":1}]}',
        "$.results[0].content: expected a string, got a number",
    ),
    "null for a text": (
        b'{"results":[{"id":null,"content":"tea","score":1}]}',
        "$.results[0].id: expected a string, got null",
    ),
    "a boolean for a number": (
        b'{"results":[{"id":"m1","content":"tea","score":true}]}',
        "$.results[0].score: expected a number, got a boolean",
    ),
    "an object for a list": (b'{"results":{}}', "$.results: expected an array, got an object"),
}
NO_JSON = {
    "B07": {"nothing": b""},
    "B08": {
        "no UTF-8": b'{"results":[{"id":"m1","content":"\xff","score":1}]}',
        "UTF-8 that is cut": b'{"results":[]}\xc3',
        "a surrogate in UTF-8": b'{"results":[{"id":"\xed\xa0\x80","content":"","score":1}]}',
    },
    "B09": {
        "NaN": b'{"results":[{"id":"m1","content":"tea","score":NaN}]}',
        "Infinity": b'{"results":[{"id":"m1","content":"tea","score":-Infinity}]}',
    },
    "B10": {"100,000 lists in each other": b"[" * 100_000 + b"]" * 100_000},
    "B13": {"a whole number of 5000 digits": b'{"results":[],"more":' + b"7" * 5000 + b"}"},
    "B17": {
        "a byte order mark": b"\xef\xbb\xbf" + FOUND_JSON,
        "UTF-16": FOUND_JSON.decode().encode("utf-16"),
        "UTF-32": FOUND_JSON.decode().encode("utf-32"),
    },
}
COMPRESSED = {
    "B14": {
        "gzip that is none": (FOUND_JSON, "gzip", "garbled"),
        "deflate that is none": (FOUND_JSON, "deflate", "garbled"),
        "gzip of a wrong length": (zipped(FOUND_JSON)[:-4] + bytes(4), "gzip", "garbled"),
        "gzip, and more that is none": (zipped(FOUND_JSON) + b"more", "gzip", "garbled"),
    },
    "B15": {
        "gzip without its end": (zipped(FOUND_JSON)[:-4], "gzip", "cut short"),
        "gzip without most of it": (zipped(FOUND_JSON)[:3], "gzip", "cut short"),
        "deflate without its end": (zlib.compress(FOUND_JSON)[:-4], "deflate", "cut short"),
    },
}
GOOD_WAYS = {
    "gzip": (zipped(FOUND_JSON), [GZIP]),
    "gzip in two members": (zipped(FOUND_JSON[:9]) + zipped(FOUND_JSON[9:]), [GZIP]),
    "deflate": (zlib.compress(FOUND_JSON), ["Content-Encoding: deflate"]),
    "gzip, and no such charset": (zipped(FOUND_JSON), [GZIP, "Content-Type: text/html;charset=no"]),
    "no content type": (FOUND_JSON, []),
    "another content type": (FOUND_JSON, ["Content-Type: image/png"]),
}
UNCONTENTED = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"

ROWS = [
    *(
        Row("B01", f"{what}, by {how}", always(end(answer)), spoilt(BROKEN, connections=4))
        for what, answer in CUT.items()
        for how, end in {"an end": say_and_end, "a reset": say_and_reset}.items()
    ),
    Row(
        "B01",
        "cut, of another write",
        always(say_and_end(LONGER)),
        raises(MemsyResponseError, BROKEN, attempts=1, maybe_processed=True),
        create,
        why="it may have been done, and would be done twice",
    ),
    *(
        Row("B02", f"{what}, once", first(say_and_end(answer)), answers(FOUND, attempts=2))
        for what, answer in {**CUT, **CUT_CHUNKS}.items()
    ),
    *(
        Row("B03", what, always(say_and_end(answer)), spoilt(BROKEN, connections=4))
        for what, answer in CUT_CHUNKS.items()
    ),
    *(
        Row(
            "B03",
            f"a chunk of size {size.decode()[:9]!r}",
            always(say_in_two_parts(CHUNKED, size + b"\r\n" + FOUND_JSON + b"\r\n0\r\n\r\n")),
            spoilt(BROKEN, connections=4),
            options={"timeout": 10},
        )
        for size in (b"zz", b"-1", b"0x2", b"", b"f" * 17)
    ),
    *(
        Row("B03", f"a chunk that {what}", saying(CHUNKED + chunk + b"0\r\n\r\n"), answers(FOUND))
        for what, chunk in {
            "has zeros before its size": b"0" * 99 + CHUNK,
            "has a space after its size": CHUNK.replace(b"\r", b" \r", 1),
            "has more to say of itself": CHUNK.replace(b"\r", b";a=b\r", 1),
            "ends in a line feed alone": CHUNK[:-2] + b"\n",
        }.items()
    ),
    *(
        Row(
            "B03",
            f"a chunk that {what}",
            saying(CHUNKED + chunk + b"0\r\n\r\n"),
            spoilt(BROKEN, connections=4),
        )
        for what, chunk in {
            "has a 0x before its size": b"0x" + CHUNK,
            "has a plus before its size": b"+" + CHUNK,
            "has a space before its size": b" " + CHUNK,
            "has a tab before its size": b"\t" + CHUNK,
            "has a minus before its size": b"-" + CHUNK,
            "has letters after its size": CHUNK.replace(b"\r", b"g\r", 1),
            "has a space and a letter after its size": CHUNK.replace(b"\r", b" a\r", 1),
            "is followed by nothing": CHUNK[:-2],
            "has an underscore in its size": b"%x_%x" % divmod(len(FOUND_JSON), 16) + CHUNK[2:],
            "ends in something else": CHUNK[:-2] + b"??",
            "has a size in a line that ends in a line feed alone": CHUNK.replace(b"\r\n", b"\n", 1),
        }.items()
    ),
    *(
        Row("B03", f"trailers: {what}", saying(TRAILED + trailers + b"\r\n"), answers(FOUND))
        for what, trailers in {
            "one": b"X: 1\r\n",
            "60 KB": b"X: " + b"x" * 60_000 + b"\r\n",
        }.items()
    ),
    *(
        Row(
            "B03",
            f"trailers: {what}",
            saying(TRAILED + trailers + b"\r\n"),
            spoilt(BROKEN, connections=4),
        )
        for what, trailers in {
            "100 KB": b"X: " + b"x" * 100_000 + b"\r\n",
            "1000": b"X: 1\r\n" * 1000,
            "one without a colon": b"no colon here\r\n",
        }.items()
    ),
    Row(
        "B04",
        "chunks, and spaces around that word",
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding:\t chunked \r\n\r\n" + CHUNK + b"0\r\n\r\n"),
        answers(FOUND),
        options={"timeout": 10},
    ),
    Row(
        "B04",
        "a length, and chunks",
        saying(UNCONTENTED + b"2\r\n{}\r\n0\r\n\r\n"),
        raises(
            MemsyConnectionError,
            "is no HTTP response",
            attempts=4,
            connections=4,
            maybe_processed=True,
        ),
    ),
    Row(
        "B05",
        "longer than it says",
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + FOUND_JSON),
        spoilt("a body that is no JSON", repr(FOUND_JSON[:5].decode()), connections=4),
    ),
    Row(
        "B06",
        "HTML",
        replies(says(200, b"<html>" + b"x" * 500, content_type="text/html")),
        spoilt("HTTP 200", "text/html", "<html>" + "x" * 194, hides=["x" * 195]),
    ),
    Row(
        "B06",
        "HTML, once",
        replies(says(200, b"<html>", content_type="text/html"), GOOD),
        answers(FOUND, attempts=2),
    ),
    Row(
        "B07",
        "204 where an answer is due",
        replies(says(204)),
        spoilt("HTTP 204 with a body that is no JSON"),
    ),
    *(
        Row(id, what, replies(says(200, body)), spoilt("HTTP 200 with a body that is no JSON"))
        for id, bodies in NO_JSON.items()
        for what, body in bodies.items()
    ),
    *(
        Row("B11" if body[:1] != b"{" else "B12", what, replies(says(200, body)), refused(words))
        for what, (body, words) in WRONG_SHAPES.items()
    ),
    Row(
        "B11",
        "null for a list",
        replies(says(200, b'{"results":null}')),
        answers(SearchResponse([])),
        why="the service writes an empty list so, at times",
    ),
    Row(
        "B12",
        "fields that nobody knows",
        replies(says(200, {**json.loads(FOUND_JSON), "more": [{"of": "it"}]})),
        answers(FOUND),
    ),
    *(
        Row(
            id,
            what,
            saying(response(body, f"Content-Encoding: {encoding}")),
            spoilt(f"its body is {words}"),
        )
        for id, bodies in COMPRESSED.items()
        for what, (body, encoding, words) in bodies.items()
    ),
    *(
        Row(
            "B16",
            encoding,
            saying(response(FOUND_JSON, f"Content-Encoding: {encoding}")),
            refused(f"its content encoding {encoding!r} is not one that we asked for"),
        )
        for encoding in ("br", "zstd", "gzip,deflate", "identity, gzip")
    ),
    *(
        Row("B18", what, saying(response(body, *headers)), answers(FOUND))
        for what, (body, headers) in GOOD_WAYS.items()
    ),
    *(
        Row("B18", f"{what}, by its end", always(say_and_end(answer)), answers(FOUND))
        for what, answer in {
            "HTTP/1.1": b"HTTP/1.1 200 OK\r\n\r\n" + FOUND_JSON,
            "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\n" + FOUND_JSON,
        }.items()
    ),
    *(
        Row(
            "B18",
            f"{what}, twice",
            saying(answer),
            answers(FOUND, requests=2, connections=connections),
            [search, search],
        )
        for what, answer, connections in [
            ("HTTP/1.0", FINE.replace(b"/1.1", b"/1.0"), 2),
            ("Connection: close", FINE.replace(b"\r\n", b"\r\nConnection: close\r\n", 1), 2),
            ("Upgrade: h2c", FINE.replace(b"\r\n", b"\r\nUpgrade: h2c\r\n", 1), 1),
        ]
    ),
    Row(
        "B19",
        "200 MiB of nothing, in gzip",
        serving(lambda: say_and_end(response(bomb(), GZIP))),
        refused(f"larger than {MAX_BODY_BYTES} bytes", within=1.0, grows=3 * MAX_BODY_BYTES),
        is_fresh=True,
    ),
    Row(
        "B19",
        "gzip in gzip",
        saying(response(zipped(zipped(FOUND_JSON)), "Content-Encoding: gzip, gzip")),
        refused("its content encoding 'gzip, gzip' is not one that we asked for"),
    ),
    Row(
        "B19",
        "gzip in gzip, said to be gzip",
        saying(response(zipped(zipped(FOUND_JSON)), GZIP)),
        spoilt("a body that is no JSON"),
    ),
    Row(
        "B20",
        "200 MiB as they are",
        always(send_200_mib),
        refused(
            f"larger than {MAX_BODY_BYTES} bytes",
            within=2.0,
            grows=3 * MAX_BODY_BYTES,
            connections=1,
        ),
        is_fresh=True,
    ),
    Row(
        "B21",
        "20,000 empty members of gzip",
        saying(response(zipped(b"") * 20_000, GZIP)),
        refused("its body goes on after its end", within=0.5),
    ),
    Row(
        "B22",
        "one id for two events",
        replies(says(200, {"event_ids": ["e1"]})),
        refused("expected one for each of 2 events, got 1", event_ids=["e1"]),
        ingesting("I like green tea.", "I like black tea."),
    ),
    Row(
        "B22",
        "no id for an event",
        replies(says(200, {"event_ids": []})),
        refused("got 0", event_ids=[]),
        ingest,
    ),
    Row(
        "B22",
        "two ids for one event",
        replies(says(200, {"event_ids": ["e1", "e2"]})),
        refused("got 2", event_ids=["e1", "e2"]),
        ingest,
    ),
    Row(
        "B23",
        "equal keys",
        replies(says(200, b'{"results":7,"results":[{"id":"a","id":"b","content":"","score":1}]}')),
        answers(SearchResponse([SearchResult("b", "", 1)])),
        search,
        why="the last one wins, as it does in most readers of JSON",
    ),
    Row(
        "B23",
        "equal keys, where the last is wrong",
        replies(says(200, b'{"status":"healthy","status":7}')),
        refused("$.status: expected a string, got a number"),
        health,
    ),
]
