"""The deadline ends slow connects, uploads, response heads and bodies."""

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
"""Seconds after the deadline in which a call must end. On an idle machine, 0.25 s suffice."""


@contextmanager
def times_out(message: str, *, maybe_processed: bool = True) -> Iterator[None]:
    started_at = time.monotonic()
    with pytest.raises(MemsyTimeoutError, match=f"^{re.escape(message)}$") as excinfo:
        yield
    assert time.monotonic() - started_at < TIMEOUT + GRACE
    assert excinfo.value.maybe_processed is maybe_processed


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


def interim_responses_only(peer: Peer) -> None:
    peer.read()
    while True:
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 500)


@pytest.mark.parametrize("script", [silent, slow_head, endless_head, interim_responses_only])
def test_unfinished_response_head_times_out(serve: Serve, connect: Connect, script: Script) -> None:
    sender = connect(serve(script))
    with times_out("no response within 0.2 s"):
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
def test_unfinished_response_body_times_out(serve: Serve, connect: Connect, script: Script) -> None:
    sender = connect(serve(script))
    with times_out("no complete response within 0.2 s"):
        sender.send(timeout=TIMEOUT)


def test_upload_that_the_server_does_not_read_times_out(serve: Serve, connect: Connect) -> None:

    def script(peer: Peer) -> None:
        peer.read_head()
        peer.pause()

    sender = connect(serve(script))
    with times_out("no response within 0.2 s"):
        sender.send(HTTPRequest("POST", "/ingest", bytes(8 * 2**20)), timeout=TIMEOUT)


def test_upload_that_the_server_reads_slowly_times_out(serve: Serve, connect: Connect) -> None:
    def script(peer: Peer) -> None:
        while True:
            peer.read_some()
            peer.pause(0.02)

    sender = connect(serve(script))
    with times_out("no response within 0.2 s"):
        sender.send(HTTPRequest("POST", "/ingest", bytes(16 * 2**20)), timeout=TIMEOUT)


@pytest.fixture
def full_backlog() -> Iterator[str]:
    """URL of a listener with a full backlog: further connection attempts get no reaction."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        pending = [socket.socket() for _ in range(4)]
        for sock in pending:
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
        yield f"http://127.0.0.1:{port}/v1"
        for sock in pending:
            sock.close()


def test_connect_times_out_and_was_not_processed(connect: Connect, full_backlog: str) -> None:
    sender = connect(full_backlog)
    peer = full_backlog.removeprefix("http://").removesuffix("/v1")
    with times_out(f"no connection to {peer} within 0.2 s", maybe_processed=False):
        sender.send(timeout=TIMEOUT)


def test_connect_timeout_ends_a_slow_connect(connect: Connect, full_backlog: str) -> None:
    sender = connect(full_backlog)
    peer = full_backlog.removeprefix("http://").removesuffix("/v1")
    with times_out(f"no connection to {peer} within 0.1 s", maybe_processed=False):
        sender.send(timeout=Timeout(total=5, connect=0.1))


def test_read_timeout_ends_a_wait_for_bytes(serve: Serve, connect: Connect) -> None:
    sender = connect(serve(silent))
    with times_out("no response within 0.1 s"):
        sender.send(timeout=Timeout(total=5, read=0.1))


def test_read_timeout_restarts_with_each_received_byte(serve: Serve, connect: Connect) -> None:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send_slowly(response(b"[]"), every=0.01)

    assert connect(serve(script)).send(timeout=Timeout(total=5, read=0.2)).content == b"[]"


def test_request_after_the_deadline_is_not_sent(serve: Serve, connect: Connect) -> None:
    server = serve(silent)
    sender = connect(server)
    with times_out(
        f"no connection to 127.0.0.1:{server.port} within 1e-09 s", maybe_processed=False
    ):
        sender.send(timeout=1e-9)
    assert server.requests == []


def test_connection_is_not_reused_after_a_timeout(serve: Serve, connect: Connect) -> None:
    """A late response must not become the response of the next request."""

    def script(peer: Peer) -> None:
        target = peer.read().split()[1]
        if peer.number == 1:
            peer.pause(0.2)
        peer.send(response(b'"%s"' % target))
        peer.wait_for_close()

    server = serve(script)
    sender = connect(server)
    with times_out("no response within 0.1 s"):
        sender.send(HTTPRequest("GET", "/1"), timeout=0.1)
    assert sender.send(HTTPRequest("GET", "/2")).content == b'"/v1/2"'
    assert server.connections == 2
