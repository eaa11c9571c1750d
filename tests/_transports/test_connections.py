"""Connection errors, connection reuse, interim responses, redirects and closing."""

from __future__ import annotations

import socket
import threading

import pytest

from memsy._core.http import HTTPRequest
from memsy.exceptions import (
    MemsyClientClosedError,
    MemsyConnectionError,
    MemsyError,
)
from tests._transports.conftest import Connect, Serve
from tests._transports.senders import Sender
from tests.support.raw_server import OK, Peer, Script, respond_with, response
from tests.support.server_scripts import (
    close_after_request,
    close_on_accept,
    reset_after_request,
    reset_on_accept,
)


def error_of(sender: Sender, request: HTTPRequest | None = None) -> MemsyError:
    with pytest.raises(MemsyError) as excinfo:
        sender.send(request) if request else sender.send()
    error = excinfo.value
    # No library error in the traceback: its frames hold the headers.
    assert error.__suppress_context__
    assert error.__cause__ is None
    return error


def test_refused_connection_was_not_processed(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = error_of(connect(f"http://127.0.0.1:{port}/v1"))
    assert type(error) is MemsyConnectionError
    assert (
        str(error) == f"127.0.0.1:{port} refused the connection; check the base URL and the proxy"
    )
    assert not error.maybe_processed


def test_unknown_host_name_was_not_processed(connect: Connect) -> None:
    error = error_of(connect("http://no-such-host.invalid/v1"))
    assert type(error) is MemsyConnectionError
    assert str(error) == (
        "the host name of no-such-host.invalid cannot be resolved; check the base URL and the proxy"
    )
    assert not error.maybe_processed


@pytest.mark.parametrize("script", [reset_on_accept, close_on_accept])
def test_connection_closed_at_once_is_a_connection_error(
    serve: Serve, connect: Connect, script: Script
) -> None:
    """The connection may close before or after the first byte is sent."""
    assert type(error_of(connect(serve(script)))) is MemsyConnectionError


@pytest.mark.usefixtures("in_both_adapter_modes")
@pytest.mark.parametrize("script", [reset_after_request, close_after_request])
def test_request_without_response_may_be_processed(
    serve: Serve, connect: Connect, script: Script
) -> None:
    server = serve(script)
    error = error_of(connect(server))
    assert type(error) is MemsyConnectionError
    assert str(error) == f"127.0.0.1:{server.port} closed the connection without a response"
    assert error.maybe_processed


@pytest.mark.parametrize(
    "head",
    [
        *(b"H", b"HTTP/1.1 2", b"HTTP/1.1 204", b"HTTP/1.1 204 No Content\r\n"),
        *(b"HTTP/1.1 200 OK\r\nContent-Le", b"\r", b"HTTP/1.1 100 Continue\r\n\r\nHT"),
    ],
)
def test_truncated_head_is_a_missing_response(serve: Serve, connect: Connect, head: bytes) -> None:

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(head)
        peer.finish()

    error = error_of(connect(serve(script)))
    assert type(error) is MemsyConnectionError
    assert str(error).endswith("closed the connection without a response")
    assert error.maybe_processed


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
@pytest.mark.parametrize("script", [reset_after_request, close_after_request])
def test_transport_never_sends_a_request_twice(
    serve: Serve, connect: Connect, method: str, script: Script
) -> None:
    """The retry policy decides on retries. By default, aiohttp re-sends a GET or DELETE itself."""
    server = serve(script)
    error_of(connect(server), HTTPRequest(method, "/a"))
    assert len(server.requests) == 1


@pytest.mark.parametrize("end", [Peer.finish, Peer.reset])
def test_connection_lost_on_reuse_fails_one_request(
    serve: Serve, connect: Connect, end: Script
) -> None:
    """The next request gets a new connection."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(OK)
        peer.read()
        if peer.number == 1:
            end(peer)
        peer.send(OK)

    server = serve(script)
    sender = connect(server)
    sender.send()
    error = error_of(sender)
    assert type(error) is MemsyConnectionError
    assert error.maybe_processed
    assert sender.send().status == 200
    assert server.connections == 2


@pytest.mark.parametrize("end", [Peer.finish, Peer.reset])
def test_connection_closed_while_idle_is_replaced(
    serve: Serve, connect: Connect, end: Script
) -> None:
    """The event loop does not run between the close and the next request."""
    ended = threading.Event()

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(OK)
        if peer.number == 1:
            end(peer)
            ended.set()
        else:
            peer.wait_for_close()

    server = serve(script)
    sender = connect(server)
    sender.send(HTTPRequest("GET", "/1"))
    # Peer.finish waits for the client, so `ended` is set only after a reset.
    ended.wait(0.05)
    assert sender.send(HTTPRequest("GET", "/2")).status == 200
    assert server.connections == 2


@pytest.mark.parametrize("separate", [False, True])
def test_extra_response_is_discarded(serve: Serve, connect: Connect, separate: bool) -> None:
    """The extra response arrives in the segment of the first one, or on the idle connection."""
    sent = threading.Event()

    def script(peer: Peer) -> None:
        target = peer.read().split()[1]
        extra = response(b'"extra"')
        if separate:
            peer.send(response(b'"%s"' % target))
            peer.send(extra)
        else:
            peer.send(response(b'"%s"' % target) + extra)
        sent.set()
        peer.wait_for_close()

    server = serve(script)
    sender = connect(server)
    assert sender.send(HTTPRequest("GET", "/1")).content == b'"/v1/1"'
    assert sent.wait(5)
    assert sender.send(HTTPRequest("GET", "/2")).content == b'"/v1/2"'


@pytest.mark.parametrize("extra", [b"H", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
def test_extra_bytes_in_the_last_segment_of_a_body_end_reuse(
    serve: Serve, connect: Connect, extra: bytes
) -> None:
    body = b'"%s"' % (b"x" * 100_000)

    def script(peer: Peer) -> None:
        while True:
            peer.read()
            peer.send(response(body)[:1000])
            peer.pause(0.05)
            peer.send(response(body)[1000:-10])
            peer.pause(0.05)
            peer.send(body[-10:] + extra)

    server = serve(script)
    sender = connect(server)
    assert [sender.send().content for _ in range(2)] == [body] * 2
    assert server.connections == 2


def test_part_of_an_extra_response_is_discarded(serve: Serve, connect: Connect) -> None:
    def script(peer: Peer) -> None:
        while True:
            target = peer.read().split()[1]
            peer.send(response(b'"%s"' % target) + b"HTTP/1.1 20")

    server = serve(script)
    sender = connect(server)
    assert sender.send(HTTPRequest("GET", "/1")).content == b'"/v1/1"'
    assert sender.send(HTTPRequest("GET", "/2")).content == b'"/v1/2"'
    assert server.connections == 2


def test_connection_close_header_ends_reuse(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(response(b"1", "Connection: close")))
    sender = connect(server)
    sender.send()
    sender.send()
    assert server.connections == 2


@pytest.mark.parametrize(
    "received",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"HTTP/1.1 twohundred OK\r\n\r\n",
        b"{}\r\n\r\n",
    ],
)
def test_bytes_that_are_not_http_are_an_error(
    serve: Serve, connect: Connect, received: bytes
) -> None:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send(received)

    server = serve(script)
    error = error_of(connect(server))
    assert type(error) is MemsyConnectionError
    assert str(error) == f"127.0.0.1:{server.port} sent a response that is not valid HTTP"
    assert error.maybe_processed


def test_interim_responses_are_skipped(serve: Serve, connect: Connect) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    server = serve(respond_with(b"HTTP/1.1 100 Continue\r\n\r\n" + hints + hints + OK))
    sender = connect(server)
    assert sender.send().status == 200
    assert sender.send().status == 200
    assert server.connections == 1


def test_error_response_is_read_during_the_upload(serve: Serve, connect: Connect) -> None:

    def script(peer: Peer) -> None:
        peer.read_head()
        peer.send(response(b'{"detail":"too large"}', status="413 Content Too Large"))
        peer.finish()

    received = connect(serve(script)).send(HTTPRequest("POST", "/ingest", bytes(8 * 2**20)))
    assert (received.status, received.content) == (413, b'{"detail":"too large"}')


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/v1/elsewhere", "file:///etc/passwd", None])
def test_redirect_is_returned_and_not_followed(
    serve: Serve, connect: Connect, status: int, location: str | None
) -> None:
    headers = [f"Location: {location}"] if location else []
    server = serve(respond_with(response(b"", *headers, status=f"{status} Moved"), OK))
    received = connect(server).send()
    assert (received.status, received.header("location")) == (status, location)
    assert len(server.requests) == 1


def test_send_after_close_raises(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(OK))
    sender = connect(server)
    sender.send()
    sender.close()
    sender.close()
    with pytest.raises(MemsyClientClosedError, match=r"used after close\(\)"):
        sender.send()
    assert len(server.requests) == 1


def test_close_closes_idle_connections(serve: Serve, connect: Connect) -> None:
    ended = threading.Event()

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(OK)
        peer.wait_for_close()
        ended.set()

    sender = connect(serve(script))
    sender.send()
    sender.close()
    assert ended.wait(5)
