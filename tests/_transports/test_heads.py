"""Heads of responses that no server should write."""

from __future__ import annotations

import pytest

from memsy.exceptions import MemsyConnectionError
from tests._transports.conftest import Connect, Serve
from tests.support.raw_server import OK, Peer, respond_with


def head(*lines: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", *lines]) + b"\r\n\r\n"


HEADS = {
    "a header too long": head(b"X: " + b"x" * 100_000, b"Content-Length: 2"),
    "too many headers": head(*[b"X-%d: 1" % n for n in range(1000)], b"Content-Length: 2"),
    "no colon": head(b"no colon here", b"Content-Length: 2"),
    "no name": head(b": no name", b"Content-Length: 2"),
    "a negative length": head(b"Content-Length: -1"),
    "a length in words": head(b"Content-Length: two"),
    "a length with a sign": head(b"Content-Length: +2"),
    "lengths in one line": head(b"Content-Length: 2, 2"),
    "two lengths": head(b"Content-Length: 2", b"Content-Length: 1"),
    "a length twice": head(b"Content-Length: 2", b"Content-Length: 2"),
    "length and chunks": head(b"Content-Length: 2", b"Transfer-Encoding: chunked"),
    "compressed chunks": head(b"Transfer-Encoding: gzip, chunked"),
    "chunks of chunks": head(b"Transfer-Encoding: chunked, chunked"),
    "an unknown coding": head(b"Transfer-Encoding: identity", b"Content-Length: 2"),
}


@pytest.mark.parametrize("what", HEADS)
def test_what_can_be_read_in_more_than_one_way_is_not_read(
    serve: Serve, connect: Connect, what: str
) -> None:
    """B04, H01 to H03: and nothing else is read from that connection."""
    body = b"2\r\n{}\r\n0\r\n\r\n" if b"chunked" in HEADS[what] else b"{}"
    server = serve(respond_with(HEADS[what] + body, OK))
    sender = connect(server)
    with pytest.raises(MemsyConnectionError) as caught:
        sender.send()
    assert type(caught.value) is MemsyConnectionError
    assert str(caught.value) == f"what came from 127.0.0.1:{server.port} is no HTTP response"
    assert caught.value.maybe_processed
    assert sender.send().status == 200
    assert server.connections == 2


def test_a_head_without_an_end_is_cut_off(serve: Serve, connect: Connect) -> None:

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            peer.send(b"X: 1\r\n" * 100)

    with pytest.raises(MemsyConnectionError, match="is no HTTP response"):
        connect(serve(script)).send()


@pytest.mark.parametrize("length", [10_000, 60_000])
def test_a_long_header_can_be_read(serve: Serve, connect: Connect, length: int) -> None:
    server = serve(respond_with(head(b"X: " + b"x" * length, b"Content-Length: 2") + b"{}"))
    assert connect(server).send().header("x") == "x" * length


@pytest.mark.parametrize("status", [101, 299, 600, 999])
def test_a_status_out_of_the_ordinary_is_an_answer(
    serve: Serve, connect: Connect, status: int
) -> None:
    """C14, H03: what it means is for others to say."""
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
def test_a_status_line_that_is_not_quite_one_is_none(
    serve: Serve, connect: Connect, line: bytes
) -> None:
    """H03: http.client would take some of these, and aiohttp others."""
    server = serve(respond_with(line + b"\r\nContent-Length: 2\r\n\r\n{}"))
    with pytest.raises(MemsyConnectionError, match="is no HTTP response"):
        connect(server).send()


@pytest.mark.parametrize(
    "line",
    [
        *(b"HTTP/1.1 200", b"HTTP/1.1 200 ", b"HTTP/1.0 200 OK", b"\r\n\r\nHTTP/1.1 200 OK"),
        *(b"HTTP/1.1 200 \xff\xfe", b"HTTP/1.1 200 O K"),
    ],
)
def test_a_reason_is_not_asked_for(serve: Serve, connect: Connect, line: bytes) -> None:
    server = serve(respond_with(line + b"\r\nContent-Length: 2\r\n\r\n{}"))
    assert connect(server).send().content == b"{}"
