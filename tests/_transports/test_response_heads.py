"""Malformed and unusual response heads."""

from __future__ import annotations

import pytest

from memsy.exceptions import MemsyConnectionError
from tests._transports.conftest import Connect, Serve
from tests.support.raw_server import OK, Peer, respond_with


def head(*lines: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", *lines]) + b"\r\n\r\n"


MALFORMED_HEADS = {
    "long header": head(b"X: " + b"x" * 100_000, b"Content-Length: 2"),
    "too many headers": head(*[b"X-%d: 1" % n for n in range(1000)], b"Content-Length: 2"),
    "header without colon": head(b"no colon here", b"Content-Length: 2"),
    "header without name": head(b": no name", b"Content-Length: 2"),
    "negative length": head(b"Content-Length: -1"),
    "length in letters": head(b"Content-Length: two"),
    "length with a sign": head(b"Content-Length: +2"),
    "two lengths in one header": head(b"Content-Length: 2, 2"),
    "two different lengths": head(b"Content-Length: 2", b"Content-Length: 1"),
    "two equal lengths": head(b"Content-Length: 2", b"Content-Length: 2"),
    "length and chunked": head(b"Content-Length: 2", b"Transfer-Encoding: chunked"),
    "gzip, chunked": head(b"Transfer-Encoding: gzip, chunked"),
    "chunked, chunked": head(b"Transfer-Encoding: chunked, chunked"),
    "unknown transfer coding": head(b"Transfer-Encoding: identity", b"Content-Length: 2"),
}


@pytest.mark.parametrize("case", MALFORMED_HEADS)
def test_malformed_or_ambiguous_head_is_an_error(serve: Serve, connect: Connect, case: str) -> None:
    """The connection is not used again."""
    malformed = MALFORMED_HEADS[case]
    body = b"2\r\n{}\r\n0\r\n\r\n" if b"chunked" in malformed else b"{}"
    server = serve(respond_with(malformed + body, OK))
    sender = connect(server)
    with pytest.raises(MemsyConnectionError) as excinfo:
        sender.send()
    assert type(excinfo.value) is MemsyConnectionError
    assert str(excinfo.value) == f"127.0.0.1:{server.port} sent a response that is not valid HTTP"
    assert excinfo.value.maybe_processed
    assert sender.send().status == 200
    assert server.connections == 2


def test_endless_head_is_an_error(serve: Serve, connect: Connect) -> None:

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            peer.send(b"X: 1\r\n" * 100)

    with pytest.raises(MemsyConnectionError, match="is not valid HTTP"):
        connect(serve(script)).send()


@pytest.mark.parametrize("length", [10_000, 60_000])
def test_long_header_is_read(serve: Serve, connect: Connect, length: int) -> None:
    server = serve(respond_with(head(b"X: " + b"x" * length, b"Content-Length: 2") + b"{}"))
    assert connect(server).send().header("x") == "x" * length


def test_99_headers_are_read(serve: Serve, connect: Connect) -> None:
    lines = [b"X-%d: 1" % number for number in range(98)]
    server = serve(respond_with(head(*lines, b"Content-Length: 2") + b"{}"))
    assert len(connect(server).send().headers) == 99


@pytest.mark.parametrize("status", [101, 299, 600, 999])
def test_unusual_status_is_returned(serve: Serve, connect: Connect, status: int) -> None:
    """The transport does not interpret the status."""
    server = serve(respond_with(b"HTTP/1.1 %d Strange\r\nContent-Length: 0\r\n\r\n" % status))
    assert connect(server).send().status == status


@pytest.mark.parametrize(
    "line",
    [
        *(b"HTTP/2.0 200 OK", b"HTTP/2 200 OK", b"HTTP/3.1 200 OK", b"HTTP/0.9 200 OK"),
        *(b"HTTP/1.2 200 OK", b"HTTP/1.10 200 OK", b"http/1.1 200 OK", b" HTTP/1.1 200 OK"),
        *(b"HTTP/1.1  200 OK", b"HTTP/1.1\t200 OK", b"HTTP/1.1 0200 OK", b"HTTP/1.1 099 OK"),
        *(b"HTTP/1.1 20 OK", b"HTTP/1.1 2000 OK", b"HTTP/1.1 +20 OK", b"HTTP/1.1 OK"),
    ],
)
def test_malformed_status_line_is_an_error(serve: Serve, connect: Connect, line: bytes) -> None:
    """http.client accepts some of these lines, and aiohttp accepts others."""
    server = serve(respond_with(line + b"\r\nContent-Length: 2\r\n\r\n{}"))
    with pytest.raises(MemsyConnectionError, match="is not valid HTTP"):
        connect(server).send()


@pytest.mark.parametrize(
    "line",
    [
        *(b"HTTP/1.1 200", b"HTTP/1.1 200 ", b"HTTP/1.0 200 OK", b"\r\n\r\nHTTP/1.1 200 OK"),
        *(b"HTTP/1.1 200 \xff\xfe", b"HTTP/1.1 200 O K"),
    ],
)
def test_reason_phrase_is_optional_and_may_hold_any_bytes(
    serve: Serve, connect: Connect, line: bytes
) -> None:
    server = serve(respond_with(line + b"\r\nContent-Length: 2\r\n\r\n{}"))
    assert connect(server).send().content == b"{}"
