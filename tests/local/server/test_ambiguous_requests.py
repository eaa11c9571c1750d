"""
Requests that HTTP parsers read in different ways: refused in JSON, and the connection is closed.

`make no-extensions` runs these tests with the Python parser of aiohttp, too. The parsers differ in
some requests that both may serve or refuse, so a row can have several statuses.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memsy.testing import LocalServer
from tests.support.raw_http import EVENT, connect

HOST = b"host: 127.0.0.1\r\nauthorization: Bearer msy_local\r\n"
BODY = json.dumps({"events": [EVENT]}).encode()
JSON = b"content-type: application/json\r\n"
LENGTH = b"content-length: %d\r\n" % len(BODY)
CHUNKED = b"transfer-encoding: chunked\r\n"
CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)


def get(line: bytes = b"GET /v1/health HTTP/1.1", headers: bytes = b"") -> bytes:
    return line + b"\r\n" + HOST + headers + b"\r\n"


def post(headers: bytes, body: bytes, version: bytes = b"HTTP/1.1") -> bytes:
    return b"POST /v1/ingest " + version + b"\r\n" + HOST + JSON + headers + b"\r\n" + body


LAST = get(b"GET /v1/orgs HTTP/1.1", b"connection: close\r\n")
"""Request that follows on the same connection."""

REFUSED: dict[str, tuple[bytes, set[int]]] = {
    # request line
    "HTTP/2.0": (get(b"GET /v1/health HTTP/2.0"), {400, 505}),
    "HTTP/3.0": (get(b"GET /v1/health HTTP/3.0"), {400, 505}),
    "HTTP/1.2": (get(b"GET /v1/health HTTP/1.2"), {400, 505}),
    "HTTP/1.10": (get(b"GET /v1/health HTTP/1.10"), {400}),
    "HTTP/0.9 with a version": (get(b"GET /v1/health HTTP/0.9"), {400, 505}),
    "HTTP/0.9": (b"GET /v1/health\r\n\r\n", {400, 505}),
    "the preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}),
    "http in lower case": (get(b"GET /v1/health http/1.1"), {400}),
    "a space after the version": (get(b"GET /v1/health HTTP/1.1 "), {400}),
    "tabs for spaces": (get(b"GET\t/v1/health\tHTTP/1.1"), {400}),
    "a space before the method": (b" " + get(), {400}),
    "an absolute target": (get(b"GET http://127.0.0.1/v1/health HTTP/1.1"), {400}),
    "an absolute target of another host": (get(b"GET http://evil/v1/health HTTP/1.1"), {400}),
    "an absolute target with a bad port": (get(b"GET http://a:99999999/ HTTP/1.1"), {400}),
    "an asterisk": (get(b"OPTIONS * HTTP/1.1"), {400}),
    "an asterisk with GET": (get(b"GET * HTTP/1.1"), {400}),
    "CONNECT": (get(b"CONNECT evil.example:443 HTTP/1.1"), {400}),
    "CONNECT to a path": (get(b"CONNECT /v1/health HTTP/1.1"), {400}),
    "a relative target": (get(b"GET v1/health HTTP/1.1"), {400}),
    # headers
    "no Host": (b"GET /v1/health HTTP/1.1\r\n\r\n", {400}),
    "no Host in HTTP/1.0": (b"GET /v1/health HTTP/1.0\r\n\r\n", {400}),
    "two Hosts": (get(headers=b"host: 127.0.0.1\r\n"), {400}),
    "a list of Hosts": (
        b"GET /v1/health HTTP/1.1\r\nhost: localhost, localhost\r\n\r\n",
        {403},
    ),
    "an empty Host": (b"GET /v1/health HTTP/1.1\r\nhost: \r\n\r\n", {403}),
    "a folded header": (get(headers=b"x: a\r\n b\r\n"), {400}),
    "a folded first header": (b"GET /v1/health HTTP/1.1\r\n " + HOST + b"\r\n", {400}),
    "a space before the colon": (get(headers=b"x : a\r\n"), {400}),
    "a header without a name": (get(headers=b": a\r\n"), {400}),
    "a header with a bad name": (get(headers=b"a(b: a\r\n"), {400}),
    "line feeds alone": (get().replace(b"\r\n", b"\n"), {400}),
    "a line feed in a header": (get(headers=b"x: a\ncontent-length: 9\r\n"), {400}),
    "a carriage return in a header": (get(headers=b"x: a\rb\r\n"), {400}),
    "NUL in a header": (get(headers=b"x: a\0b\r\n"), {400}),
    "an escape in a header": (get(headers=b"x: a\x1b[31mb\r\n"), {400}),
    "5,000 headers": (get(headers=b"".join(b"x%d: a\r\n" % n for n in range(5_000))), {400}),
    # framing
    "equal lengths": (post(LENGTH + LENGTH, BODY), {400}),
    "different lengths": (post(LENGTH + b"content-length: 1\r\n", BODY), {400}),
    "a list of lengths": (post(b"content-length: 1, 1\r\n", BODY), {400}),
    "a signed length": (post(b"content-length: +1\r\n", BODY), {400}),
    "a hexadecimal length": (post(b"content-length: 0x1\r\n", BODY), {400}),
    "an empty length": (post(b"content-length: \r\n", BODY), {400}),
    "a length of 2**70": (post(b"content-length: 1180591620717411303424\r\n", BODY), {400, 413}),
    "a length and chunks": (post(LENGTH + CHUNKED, CHUNKS), {400}),
    "gzip and chunks": (post(b"transfer-encoding: gzip, chunked\r\n", CHUNKS), {400}),
    "chunks and gzip": (post(b"transfer-encoding: chunked, gzip\r\n", CHUNKS), {400}),
    "gzip and chunks in two headers": (
        post(b"transfer-encoding: gzip\r\n" + CHUNKED, CHUNKS),
        {400},
    ),
    "chunks twice": (post(b"transfer-encoding: chunked, chunked\r\n", CHUNKS), {400}),
    "chunks in two headers": (post(CHUNKED + CHUNKED, CHUNKS), {400}),
    "identity and chunks": (post(b"transfer-encoding: identity, chunked\r\n", CHUNKS), {400}),
    "an empty coding and chunks": (post(b"transfer-encoding: , chunked\r\n", CHUNKS), {400}),
    "an empty transfer encoding": (post(b"transfer-encoding: \r\n" + LENGTH, BODY), {400}),
    "chunks with a parameter": (post(b"transfer-encoding: chunked;x=1\r\n", CHUNKS), {400}),
    "a Kelvin sign": (
        post("transfer-encoding: chun\u212aed\r\n".encode(), CHUNKS),
        {400},
    ),
    "chunks in HTTP/1.0": (post(CHUNKED, CHUNKS, b"HTTP/1.0"), {400}),
    "a signed chunk size": (post(CHUNKED, b"+" + CHUNKS), {400}),
    "a chunk size with a prefix": (post(CHUNKED, b"0x" + CHUNKS), {400}),
    "chunks with line feeds": (post(CHUNKED, CHUNKS.replace(b"\r\n", b"\n")), {400}),
    # expectations
    "100-continue in HTTP/1.0": (
        post(b"connection: keep-alive\r\nexpect: 100-continue\r\n" + LENGTH, BODY, b"HTTP/1.0"),
        {417},
    ),
    "an unknown expectation": (post(b"expect: 200-ok\r\n" + LENGTH, BODY), {417}),
    "an unknown expectation without a body": (get(headers=b"expect: tea\r\n"), {417}),
    "two expectations": (post(b"expect: 100-continue, tea\r\n" + LENGTH, BODY), {417}),
    "two expectation headers": (
        post(b"expect: 100-continue\r\nexpect: tea\r\n" + LENGTH, BODY),
        {417},
    ),
}

SERVED: dict[str, tuple[bytes, list[int]]] = {
    "an empty line before": (b"\r\n" + get() + LAST, [200, 200]),
    "HTTP/1.0": (get(b"GET /v1/health HTTP/1.0"), [200]),
    "HTTP/1.0 kept alive": (
        get(b"GET /v1/health HTTP/1.0", b"connection: keep-alive\r\n") + LAST,
        [200, 200],
    ),
    "a length with zeros": (post(LENGTH.replace(b": ", b": 000"), BODY) + LAST, [200, 200]),
    "chunks in capitals": (post(b"Transfer-Encoding: CHUNKED\r\n", CHUNKS) + LAST, [200, 200]),
    "a chunk extension": (
        post(CHUNKED, CHUNKS.replace(b"\r\n", b";a=b\r\n", 1)) + LAST,
        [200, 200],
    ),
    "a GET with a body": (get(headers=JSON + LENGTH) + BODY + LAST, [200, 200]),
    "a fragment": (get(b"GET /v1/health#x HTTP/1.1") + LAST, [404, 200]),
    "an expectation in capitals": (
        post(b"expect: 100-Continue\r\n" + LENGTH, BODY) + LAST,
        [100, 200, 200],
    ),
    # upgrades
    "an upgrade to websocket": (
        get(headers=b"connection: upgrade\r\nupgrade: websocket\r\n") + LAST,
        [200, 200],
    ),
    "an upgrade to h2c": (
        get(headers=b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n") + LAST,
        [200, 200],
    ),
    "an upgrade to TLS": (
        get(headers=b"connection: upgrade\r\nUPGRADE: TLS/1.2\r\n") + LAST,
        [200, 200],
    ),
    "two upgrades": (2 * get(headers=b"connection: upgrade\r\nupgrade: h2c\r\n") + LAST, [200] * 3),
    "an upgrade with a body": (
        post(b"connection: upgrade\r\nupgrade: h2c\r\n" + LENGTH, BODY) + LAST,
        [200],
    ),
}


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with LocalServer() as server:
        yield server


def responses(server: LocalServer, *pieces: bytes) -> tuple[list[int], bytes]:
    """Send data in pieces, and return the statuses and all data until the connection is closed."""
    received = b""
    with connect(server) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(ConnectionError):
            for piece in pieces:
                connection.sendall(piece)
            while part := connection.recv(65_536):
                received += part
    return [int(status) for status in re.findall(rb"HTTP/\d\.\d (\d{3}) ", received)], received


@pytest.mark.parametrize("name", REFUSED)
def test_ambiguous_request_is_refused_in_json_and_the_connection_closed(
    server: LocalServer, name: str
) -> None:
    request, allowed = REFUSED[name]
    before = server.service.events
    statuses, received = responses(server, request + LAST)
    head, _, body = received.partition(b"\r\n\r\n")
    assert len(statuses) == 1
    assert statuses[0] in allowed
    assert b"content-type: application/json" in head
    assert json.loads(body)["message"]
    assert server.service.events == before


@pytest.mark.parametrize("name", SERVED)
def test_unusual_request_is_served(server: LocalServer, name: str) -> None:
    request, statuses = SERVED[name]
    assert responses(server, request)[0] == statuses


def test_upgrade_with_a_body_closes_the_connection(server: LocalServer) -> None:
    """aiohttp drops the data after the body, so the client must know that they were not read."""
    request, _ = SERVED["an upgrade with a body"]
    assert b"Connection: close" in responses(server, request)[1]


@settings(max_examples=60, deadline=None)
@given(cuts=st.lists(st.integers(0, 400), max_size=4))
def test_upgrade_does_not_depend_on_the_pieces_of_the_data(cuts: list[int]) -> None:
    request, statuses = SERVED["two upgrades"]
    positions = [0, *sorted(min(cut, len(request)) for cut in cuts), len(request)]
    pieces = [request[start:end] for start, end in pairwise(positions)]
    with LocalServer() as server:
        assert responses(server, *pieces)[0] == statuses
