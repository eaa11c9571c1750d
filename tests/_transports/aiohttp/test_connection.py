"""What befalls connections: each accident has its own error, and no answer goes astray."""

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
from tests._transports.colours import Sender
from tests._transports.conftest import Connect, Serve
from tests.support.raw_server import OK, Peer, Script, respond_with, response
from tests.support.server_scripts import (
    close_after_request,
    close_on_accept,
    reset_after_request,
    reset_on_accept,
)


def failing(sender: Sender, request: HTTPRequest | None = None) -> MemsyError:
    with pytest.raises(MemsyError) as caught:
        sender.send(request) if request else sender.send()
    error = caught.value
    # What lies below is in no traceback, for its frames hold the headers.
    assert error.__suppress_context__
    assert error.__cause__ is None
    return error


def test_a_refused_connection_was_not_processed(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    error = failing(connect(f"http://127.0.0.1:{port}/v1"))
    assert type(error) is MemsyConnectionError
    assert str(error) == f"127.0.0.1:{port} refused the connection"
    assert not error.maybe_processed


def test_a_name_that_nobody_has_is_told_as_such(connect: Connect) -> None:
    error = failing(connect("http://no-such-host.invalid/v1"))
    assert type(error) is MemsyConnectionError
    assert str(error) == "the name of no-such-host.invalid cannot be resolved"
    assert not error.maybe_processed


@pytest.mark.parametrize("script", [reset_on_accept, close_on_accept])
def test_a_connection_that_ends_at_once_is_lost(
    serve: Serve, connect: Connect, script: Script
) -> None:
    """C02. Whether it ends before or after our first byte is a matter of luck."""
    assert type(failing(connect(serve(script)))) is MemsyConnectionError


@pytest.mark.parametrize("script", [reset_after_request, close_after_request])
def test_a_request_that_got_no_answer_may_have_been_processed(
    serve: Serve, connect: Connect, script: Script
) -> None:
    server = serve(script)
    error = failing(connect(server))
    assert type(error) is MemsyConnectionError
    assert str(error) == f"127.0.0.1:{server.port} closed the connection without an answer"
    assert error.maybe_processed


@pytest.mark.parametrize(
    "head",
    [
        *(b"H", b"HTTP/1.1 2", b"HTTP/1.1 204", b"HTTP/1.1 204 No Content\r\n"),
        *(b"HTTP/1.1 200 OK\r\nContent-Le", b"\r", b"HTTP/1.1 100 Continue\r\n\r\nHT"),
    ],
)
def test_a_head_cut_short_is_no_answer(serve: Serve, connect: Connect, head: bytes) -> None:
    """Whatever it says so far."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(head)
        peer.finish()

    error = failing(connect(serve(script)))
    assert type(error) is MemsyConnectionError
    assert str(error).endswith("closed the connection without an answer")
    assert error.maybe_processed


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
@pytest.mark.parametrize("script", [reset_after_request, close_after_request])
def test_nothing_is_sent_a_second_time(
    serve: Serve, connect: Connect, method: str, script: Script
) -> None:
    """Whether to ask again is decided elsewhere; aiohttp, left alone, would have its own mind."""
    server = serve(script)
    failing(connect(server), HTTPRequest(method, "/a"))
    assert len(server.requests) == 1


@pytest.mark.parametrize("end", [Peer.finish, Peer.reset])
def test_a_connection_lost_in_its_second_use_is_lost_to_that_request_alone(
    serve: Serve, connect: Connect, end: Script
) -> None:
    """C05: the next one gets a new connection."""

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
    error = failing(sender)
    assert type(error) is MemsyConnectionError
    assert error.maybe_processed
    assert sender.send().status == 200
    assert server.connections == 2


@pytest.mark.parametrize("end", [Peer.finish, Peer.reset])
def test_a_connection_closed_while_idle_is_replaced(
    serve: Serve, connect: Connect, end: Script
) -> None:
    """C06, with an event loop that had no time to see it happen."""
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
    # A server that ends in good order waits for us to follow; the reset one does not.
    ended.wait(0.05)
    assert sender.send(HTTPRequest("GET", "/2")).status == 200
    assert server.connections == 2


@pytest.mark.parametrize("apart", [False, True])
def test_an_answer_too_many_is_nobodys(serve: Serve, connect: Connect, apart: bool) -> None:
    """C15: whether it comes in one segment with the one before or while the connection is idle."""
    sent = threading.Event()

    def script(peer: Peer) -> None:
        asked = peer.read().split()[1]
        extra = response(b'"of nobody"')
        if apart:
            peer.send(response(b'"%s"' % asked))
            peer.send(extra)
        else:
            peer.send(response(b'"%s"' % asked) + extra)
        sent.set()
        peer.wait_for_close()

    server = serve(script)
    sender = connect(server)
    assert sender.send(HTTPRequest("GET", "/1")).content == b'"/v1/1"'
    assert sent.wait(5)
    assert sender.send(HTTPRequest("GET", "/2")).content == b'"/v1/2"'


def test_a_part_of_an_answer_too_many_is_nobodys(serve: Serve, connect: Connect) -> None:
    def script(peer: Peer) -> None:
        while True:
            asked = peer.read().split()[1]
            peer.send(response(b'"%s"' % asked) + b"HTTP/1.1 20")

    sender = connect(serve(script))
    assert sender.send(HTTPRequest("GET", "/1")).content == b'"/v1/1"'
    assert sender.send(HTTPRequest("GET", "/2")).content == b'"/v1/2"'


def test_a_connection_that_the_server_wants_closed_is_not_used_again(
    serve: Serve, connect: Connect
) -> None:
    server = serve(respond_with(response(b"1", "Connection: close")))
    sender = connect(server)
    sender.send()
    sender.send()
    assert server.connections == 2


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"HTTP/1.1 twohundred OK\r\n\r\n",
        b"{}\r\n\r\n",
    ],
)
def test_what_is_no_http_is_told_as_such(serve: Serve, connect: Connect, garbage: bytes) -> None:

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(garbage)

    server = serve(script)
    error = failing(connect(server))
    assert type(error) is MemsyConnectionError
    assert str(error) == f"what came from 127.0.0.1:{server.port} is no HTTP response"
    assert error.maybe_processed


def test_interim_answers_are_passed_over(serve: Serve, connect: Connect) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    server = serve(respond_with(b"HTTP/1.1 100 Continue\r\n\r\n" + hints + hints + OK))
    sender = connect(server)
    assert sender.send().status == 200
    assert sender.send().status == 200
    assert server.connections == 1


def test_a_refusal_is_heard_while_the_body_is_still_being_sent(
    serve: Serve, connect: Connect
) -> None:

    def script(peer: Peer) -> None:
        peer.read_head()
        peer.send(response(b'{"detail":"too large"}', status="413 Content Too Large"))
        peer.finish()

    reply = connect(serve(script)).send(HTTPRequest("POST", "/ingest", bytes(8 * 2**20)))
    assert (reply.status, reply.content) == (413, b'{"detail":"too large"}')


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/v1/elsewhere", "file:///etc/passwd", None])
def test_a_redirect_is_an_answer_like_any_other(
    serve: Serve, connect: Connect, status: int, location: str | None
) -> None:
    """D01 to D03: it is not followed."""
    headers = [f"Location: {location}"] if location else []
    server = serve(respond_with(response(b"", *headers, status=f"{status} Moved"), OK))
    reply = connect(server).send()
    assert (reply.status, reply.header("location")) == (status, location)
    assert len(server.requests) == 1


def test_a_closed_sender_sends_nothing(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(OK))
    sender = connect(server)
    sender.send()
    sender.close()
    sender.close()
    with pytest.raises(MemsyClientClosedError, match=r"used after close\(\)"):
        sender.send()
    assert len(server.requests) == 1


def test_closing_closes_connections(serve: Serve, connect: Connect) -> None:
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
