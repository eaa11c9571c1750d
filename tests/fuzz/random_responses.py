"""Random responses: valid, damaged or noise."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from random import Random

from attrs import evolve

from memsy import HTTPResponse
from tests.fuzz import http_mutations
from tests.fuzz.examples import ERROR_RESPONSES
from tests.fuzz.mutations import damaged, damaged_json, mutate, noise

_STATUSES = (
    *(
        b"HTTP/1.1 200 OK",
        b"HTTP/1.0 200 OK",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 ",
        b"HTTP/1.1  200 OK",
    ),
    *(
        b"http/1.1 200 OK",
        b"HTTP/2 200 OK",
        b"HTTP/1.2 200 OK",
        b"HTTP/0.9 200 OK",
        b"HTTP/11 200 OK",
    ),
    *(b"HTTP/1.1 20 OK", b"HTTP/1.1 2000 OK", b"HTTP/1.1 -200 OK", b"HTTP/1.1 +200 OK"),
    *(b"HTTP/1.1 000 OK", b"HTTP/1.1 99 OK", b"HTTP/1.1 600 OK", b"HTTP/1.1 999 OK"),
    *(
        b"HTTP/1.1 100 Continue",
        b"HTTP/1.1 101 Switching",
        b"HTTP/1.1 102 Wait",
        b"HTTP/1.1 103 Hints",
    ),
    *(b"HTTP/1.1 199 Early", b"HTTP/1.1 201 Created", b"HTTP/1.1 202 OK", b"HTTP/1.1 204 None"),
    *(b"HTTP/1.1 205 Reset", b"HTTP/1.1 206 Part", b"HTTP/1.1 299 OK", b"HTTP/1.1 300 Many"),
    *(b"HTTP/1.1 301 Moved", b"HTTP/1.1 304 Same", b"HTTP/1.1 307 There", b"HTTP/1.1 400 Bad"),
    *(
        b"HTTP/1.1 418 Teapot",
        b"HTTP/1.1 502 Bad",
        b"HTTP/1.1 504 Late",
        b"ICY 200 OK",
        b"HTTP/1.1",
    ),
    *(b"HTTP/1.1 200 \xff\xfe", b"HTTP/1.1 200 a\x00b", b"HTTP/1.1\t200 OK", b"HTTP/1.1 200\tOK"),
    *(
        b"HTTP/1.1 2 0 0 OK",
        b"HTTP/1.1 0x200 OK",
        "HTTP/1.1 ²00 OK".encode(),
        b"",
        b" HTTP/1.1 200 OK",
    ),
    *(
        b"HTTP/1.1 200 " + b"O" * 9000,
        b"HTTP/1.1 200 " + b"O" * 70_000,
        b"GET / HTTP/1.1",
        b"<html>",
    ),
    *(b"HTTP/1.1 " + b"2" * 5000 + b" OK", b"\x16\x03\x01\x02\x00", b"HTTP/1.1:200 OK", b"\r\n"),
)


def random_response(valid: HTTPResponse, random: Random) -> bytes:
    """Return bytes that derive from `valid`, from an error response, or from nothing."""
    if random.random() < 0.02:
        return noise(random)
    response = valid
    if random.random() < 0.15:
        status, body = random.choice(ERROR_RESPONSES)
        response = HTTPResponse(
            status, {"content-type": "application/json"}, json.dumps(body).encode()
        )
    if response.content and random.random() < 0.6:
        response = evolve(response, content=damaged_json(response.content, random))
    if random.random() < 0.05:
        response = evolve(response, content=damaged(response.content, random))
    data = serialized(response, random)
    if random.random() < 0.2:
        _, end, rest = data.partition(b"\r\n")
        data = random.choice(_STATUSES) + end + rest
    if random.random() < 0.35:
        data = mutate(http_mutations.MUTATIONS, data, random)
    if random.random() < 0.15:
        data = damaged(data, random)
    return _surrounded(data, random)


def serialized(response: HTTPResponse, random: Random) -> bytes:
    """Return the bytes of `response`, encoded or not, with a length, in chunks, or neither."""
    headers, body = dict(response.headers), response.content
    if body and random.random() < 0.25:
        headers, body = _encoded(headers, body, random)
    framing = random.random()
    if framing < 0.65:
        headers["content-length"] = str(len(body))
    elif framing < 0.9:
        headers["transfer-encoding"] = "chunked"
        body = http_mutations.chunked(body, random)
    return http_mutations.message(b"HTTP/1.1 %d OK" % response.status, headers, body)


def _encoded(
    headers: Mapping[str, str], body: bytes, random: Random
) -> tuple[dict[str, str], bytes]:
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    half = len(body) // 2
    encoding, encoded = random.choice(
        (
            ("gzip", gzip.compress(body, mtime=0)),
            ("x-gzip", gzip.compress(body, mtime=0)),
            ("gzip", gzip.compress(body[:half], mtime=0) + gzip.compress(body[half:], mtime=0)),
            ("deflate", zlib.compress(body)),
            ("deflate", raw.compress(body) + raw.flush()),
            ("identity", body),
            ("gzip", gzip.compress(gzip.compress(body, mtime=0), mtime=0)),
            ("gzip", body),
            ("br", body),
            ("gzip", gzip.compress(bytes(2**20) + body, mtime=0)),
            (
                "gzip",
                gzip.compress(b"", mtime=0) * random.choice((1, 5, 70))
                + gzip.compress(body, mtime=0),
            ),
        )
    )
    if random.random() < 0.3:
        encoded = damaged(encoded, random)
    return {**headers, "content-encoding": encoding}, encoded


def _surrounded(data: bytes, random: Random) -> bytes:
    """Return `data`, rarely with bytes before or after it."""
    match random.randrange(40):
        case 0:
            return b"HTTP/1.1 100 Continue\r\n\r\n" * random.choice((1, 2, 30)) + data
        case 1:
            return b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + data
        case 2:
            return random.choice((b"\r\n", b"\n", b"\r\n\r\n", b" ", b"\0")) + data
        case 3:
            return data + random.choice((b"\r\n", b"\0", b"HTTP/1.1 200 OK\r\n\r\n", data))
        case _:
            return data
