"""An answer comes whole, or not at all: of bodies cut short, garbled, or without an end."""

from __future__ import annotations

import gzip
import resource
import sys
import time
import zlib

import pytest

from memsy._core.response_body import MAX_BODY_BYTES
from memsy.exceptions import MemsyResponseError
from tests._transports.colours import Sender
from tests._transports.conftest import Connect, Serve
from tests.support.raw_server import OK, Peer, Script, respond_with, response
from tests.support.server_scripts import send_and_close

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
GZIP = "Content-Encoding: gzip"
JSON = b'{"results":[]}'


def zipped(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


def rejected(sender: Sender, words: str, *, is_retryable: bool) -> None:
    with pytest.raises(MemsyResponseError) as caught:
        sender.send()
    error = caught.value
    assert str(error) == f"a response arrived, but {words}"
    assert (error.is_retryable, error.maybe_processed) == (is_retryable, True)
    assert error.__context__ is None or error.__suppress_context__


WAYS = {
    "chunked": CHUNKED + b"e\r\n" + JSON + b"\r\n0\r\n\r\n",
    "with a trailer": CHUNKED + b"E;ext=1\r\n" + JSON + b"\r\n0\r\nTrailer: 1\r\n\r\n",
    "by the byte": CHUNKED + b"".join(b"1\r\n%c\r\n" % byte for byte in JSON) + b"0\r\n\r\n",
    "until the end": b"HTTP/1.1 200 OK\r\n\r\n" + JSON,
    "as of old": b"HTTP/1.0 200 OK\r\n\r\n" + JSON,
    "gzip": response(zipped(JSON), GZIP),
    "x-gzip": response(zipped(JSON[:5]) + zipped(JSON[5:]), "Content-Encoding: x-gzip"),
    "deflate": response(zlib.compress(JSON), "content-encoding: Deflate"),
    "identity": response(JSON, "Content-Encoding: identity"),
    "charset": response(zipped(JSON), GZIP, "Content-Type: text/html; charset=bogus"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_body_may_come_in_many_ways(serve: Serve, connect: Connect, way: str) -> None:
    assert connect(serve(send_and_close(WAYS[way]))).send().content == JSON


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified", "200 OK"])
def test_a_body_may_be_missing(serve: Serve, connect: Connect, status: str) -> None:
    server = serve(respond_with(response(b"", GZIP, status=status)))
    sender = connect(server)
    assert sender.send().content == b""
    assert sender.send().content == b""
    assert server.connections == 1


@pytest.mark.parametrize("end", [Peer.finish, Peer.reset])
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + JSON,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + JSON[:5],
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
        CHUNKED,
        CHUNKED + b"e",
        CHUNKED + b"e\r\n" + JSON[:5],
        CHUNKED + b"e\r\n" + JSON,
        CHUNKED + b"e\r\n" + JSON + b"\r\n",
    ],
)
def test_a_connection_that_ends_too_early_spoils_the_answer(
    serve: Serve, connect: Connect, answer: bytes, end: Script
) -> None:
    """B01 and B03, whether or not what has come is good JSON."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(answer)
        peer.pause(0.05)
        end(peer)

    rejected(
        connect(serve(script)),
        "the connection broke in the middle of its body",
        is_retryable=True,
    )


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("size", [b"zz", b"-1", b"0x2", b"", b"f" * 17, b" "])
def test_a_chunk_of_no_size_spoils_the_answer(
    serve: Serve, connect: Connect, size: bytes, apart: bool
) -> None:
    """B03, whether it comes together with the head or later."""

    def script(peer: Peer) -> None:
        peer.read()
        if peer.number == 1:
            peer.send(CHUNKED)
            if apart:
                peer.pause(0.05)
            peer.send(size + b"\r\n" + JSON + b"\r\n0\r\n\r\n")
            peer.pause(0.05)
        else:
            peer.send(OK)

    server = serve(script)
    sender = connect(server)
    rejected(sender, "the connection broke in the middle of its body", is_retryable=True)
    assert sender.send().status == 200
    assert server.connections == 2


def test_a_body_of_many_small_chunks_comes_whole(serve: Serve, connect: Connect) -> None:
    """aiohttp pauses its parser over so many, and wakes it with a word that is no byte."""
    answer = CHUNKED + b"1\r\nx\r\n" * 50_000 + b"0\r\n\r\n"
    sender = connect(serve(respond_with(answer)))
    for _ in range(2):
        assert len(sender.send().content) == 50_000


def test_a_head_that_comes_in_two_is_known_by_its_end(serve: Serve, connect: Connect) -> None:
    """So what is wrong with the body is not taken for a fault of the head."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n")
        peer.pause(0.02)
        peer.send(b"\r\nno size\r\n")

    assert connect(serve(script)).send().status == 500


def test_a_body_longer_than_was_said_ends_where_it_was_said(serve: Serve, connect: Connect) -> None:
    """B05: what is left of it is not taken for the next answer."""
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + JSON
    server = serve(respond_with(short, OK))
    sender = connect(server)
    assert sender.send().content == JSON[:5]
    assert sender.send().content == b'{"ok":true}'
    assert server.connections == 2


CUT, GARBLED = "its body is cut short", "its body is garbled"
COMPRESSED = {
    "gzip without its last bytes": (zipped(JSON)[:-4], "gzip", CUT),
    "gzip without most of it": (zipped(JSON)[:3], "gzip", CUT),
    "deflate without its last bytes": (zlib.compress(JSON)[:-4], "deflate", CUT),
    "gzip that is none": (JSON, "gzip", GARBLED),
    "gzip of a wrong length": (zipped(JSON)[:-4] + bytes(4), "gzip", GARBLED),
    "gzip and more": (zipped(JSON) + b"and more", "gzip", GARBLED),
    "deflate of a wrong sum": (zlib.compress(JSON)[:-4] + bytes(4), "deflate", GARBLED),
}


@pytest.mark.parametrize("case", COMPRESSED)
def test_a_compressed_body_must_be_whole_and_sound(
    serve: Serve, connect: Connect, case: str
) -> None:
    """B14 and B15: even where all of the JSON can be had."""
    body, encoding, words = COMPRESSED[case]
    server = serve(respond_with(response(body, f"Content-Encoding: {encoding}")))
    rejected(connect(server), words, is_retryable=True)


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "gzip,deflate", "zstd", "identity, gzip"])
def test_an_encoding_that_we_did_not_ask_for_is_refused(
    serve: Serve, connect: Connect, encoding: str
) -> None:
    server = serve(respond_with(response(JSON, f"Content-Encoding: {encoding}")))
    words = f"its content encoding {encoding!r} was not requested"
    rejected(connect(server), words, is_retryable=False)


def test_a_bomb_does_not_go_off(serve: Serve, connect: Connect) -> None:
    """B19: 200 KB that would be 200 MiB cost a second at most, and three times the largest body."""
    bomb = zipped(bytes(200 * 2**20))
    server = serve(respond_with(response(bomb, GZIP)))
    sender = connect(server)
    before, began = _peak(), time.monotonic()
    rejected(sender, f"its body is larger than {MAX_BODY_BYTES} bytes", is_retryable=False)
    assert time.monotonic() - began < 1
    assert _peak() - before <= 3 * MAX_BODY_BYTES


def test_a_body_without_an_end_is_cut_off(serve: Serve, connect: Connect) -> None:
    """B20: and the connection is closed, for else it would go on for ever."""
    sent = []

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (200 * 2**20))
        for _ in range(200):
            peer.send(bytes(2**20))
            sent.append(1)

    rejected(
        connect(serve(script)),
        f"its body is larger than {MAX_BODY_BYTES} bytes",
        is_retryable=False,
    )
    assert len(sent) < 64


def test_empty_members_do_not_keep_us_busy(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(response(zipped(b"") * 20_000, GZIP)))
    sender = connect(server)
    began = time.monotonic()
    rejected(sender, "its body continues after its end", is_retryable=False)
    assert time.monotonic() - began < 0.5


REFUSALS = {
    "garbled": response(JSON, GZIP, status="503 Service Unavailable"),
    "unknown": response(JSON, "Content-Encoding: br", status="503 Service Unavailable"),
    "large": response(zipped(bytes(40 * 2**20)), GZIP, status="503 Service Unavailable"),
    "cut": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 99\r\n\r\n" + JSON,
    "chunked": b"HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_is_one_whatever_becomes_of_its_body(
    serve: Serve, connect: Connect, case: str
) -> None:
    reply = connect(serve(send_and_close(REFUSALS[case]))).send()
    assert (reply.status, reply.content) == (503, b"")


def _peak() -> int:
    """The most memory that this process has ever had, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
