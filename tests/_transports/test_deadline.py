"""Whatever is slow, the deadline ends it."""

from __future__ import annotations

import itertools
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from memsy._core.http import HTTPRequest
from memsy._core.timeout import Timeout
from memsy.exceptions import MemsyTimeoutError
from tests._transports.conftest import Connect, Serve
from tests.support.raw_server import OK, Peer, Script, response

TIMEOUT = 0.2
GRACE = 5.0
"""How much later than that a call may end here; on a machine that is not busy, 0.25 s."""


@contextmanager
def timed_out(words: str, *, maybe_processed: bool = True) -> Iterator[None]:
    began = time.monotonic()
    with pytest.raises(MemsyTimeoutError, match=f"^{re.escape(words)}$") as caught:
        yield
    assert time.monotonic() - began < TIMEOUT + GRACE
    assert caught.value.maybe_processed is maybe_processed


def silent(peer: Peer) -> None:
    peer.read()
    peer.pause()


def slow_head(peer: Peer) -> None:
    peer.read()
    peer.send_slowly(OK, every=0.05)


def endless_head(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        peer.send(b"X-%d: 1\r\n" % (number % 9))
        peer.pause(0.05)


def promises_only(peer: Peer) -> None:
    peer.read()
    while True:
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 500)


@pytest.mark.parametrize("script", [silent, slow_head, endless_head, promises_only])
def test_an_answer_that_does_not_begin_is_given_up(
    serve: Serve, connect: Connect, script: Script
) -> None:
    sender = connect(serve(script))
    with timed_out("no answer within 0.2 s"):
        sender.send(timeout=TIMEOUT)


def slow_body(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    peer.send_slowly(b" " * 100, every=0.05)


def slow_chunks(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        peer.send(b"1\r\n \r\n")
        peer.pause(0.05)


def endless_trailers(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
    while True:
        peer.send(b"X: 1\r\n")
        peer.pause(0.05)


@pytest.mark.parametrize("script", [slow_body, slow_chunks, endless_trailers])
def test_an_answer_that_does_not_end_is_given_up(
    serve: Serve, connect: Connect, script: Script
) -> None:
    sender = connect(serve(script))
    with timed_out("no whole answer within 0.2 s"):
        sender.send(timeout=TIMEOUT)


def test_a_body_that_nobody_reads_is_given_up(serve: Serve, connect: Connect) -> None:

    def script(peer: Peer) -> None:
        peer.read_head()
        peer.pause()

    sender = connect(serve(script))
    with timed_out("no answer within 0.2 s"):
        sender.send(HTTPRequest("POST", "/ingest", bytes(8 * 2**20)), timeout=TIMEOUT)


def test_a_body_that_is_read_slowly_is_given_up(serve: Serve, connect: Connect) -> None:
    def script(peer: Peer) -> None:
        while True:
            peer.read_some()
            peer.pause(0.02)

    sender = connect(serve(script))
    with timed_out("no answer within 0.2 s"):
        sender.send(HTTPRequest("POST", "/ingest", bytes(16 * 2**20)), timeout=TIMEOUT)


@pytest.fixture
def full() -> Iterator[str]:
    """The URL of one who takes no more connections: further ones are never answered at all."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
        yield f"http://127.0.0.1:{port}/v1"
        for sock in waiting:
            sock.close()


def test_a_connection_that_is_never_made_was_not_processed(connect: Connect, full: str) -> None:
    sender = connect(full)
    peer = full.removeprefix("http://").removesuffix("/v1")
    with timed_out(f"no connection to {peer} within 0.2 s", maybe_processed=False):
        sender.send(timeout=TIMEOUT)


def test_connecting_may_have_a_limit_of_its_own(connect: Connect, full: str) -> None:
    sender = connect(full)
    peer = full.removeprefix("http://").removesuffix("/v1")
    with timed_out(f"no connection to {peer} within 0.1 s", maybe_processed=False):
        sender.send(timeout=Timeout(total=5, connect=0.1))


def test_reading_may_have_a_limit_of_its_own(serve: Serve, connect: Connect) -> None:
    sender = connect(serve(silent))
    with timed_out("no answer within 0.1 s"):
        sender.send(timeout=Timeout(total=5, read=0.1))


def test_a_limit_on_reading_is_for_each_wait(serve: Serve, connect: Connect) -> None:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send_slowly(response(b"[]"), every=0.01)

    assert connect(serve(script)).send(timeout=Timeout(total=5, read=0.2)).content == b"[]"


def test_who_comes_too_late_sends_nothing(serve: Serve, connect: Connect) -> None:
    server = serve(silent)
    sender = connect(server)
    with timed_out(
        f"no connection to 127.0.0.1:{server.port} within 1e-09 s", maybe_processed=False
    ):
        sender.send(timeout=1e-9)
    assert server.requests == []


def test_a_connection_given_up_is_not_used_again(serve: Serve, connect: Connect) -> None:
    """Else the answer that came too late would be taken for the one to the next question."""

    def script(peer: Peer) -> None:
        asked = peer.read().split()[1]
        if peer.number == 1:
            peer.pause(0.2)
        peer.send(response(b'"%s"' % asked))
        peer.wait_for_close()

    server = serve(script)
    sender = connect(server)
    with timed_out("no answer within 0.1 s"):
        sender.send(HTTPRequest("GET", "/1"), timeout=0.1)
    assert sender.send(HTTPRequest("GET", "/2")).content == b'"/v1/2"'
    assert server.connections == 2
