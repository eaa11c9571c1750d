"""Scripts for `RawServer`: the faults of a connection, in the order in which they may happen."""

from __future__ import annotations

import itertools
from threading import Event

from tests.support.raw_server import OK, Peer, Script, response
from tests.support.search_responses import FOUND_BYTES, echo_query

BYTE_INTERVAL = 0.03
"""Seconds between two bytes of a slow server."""


def reset_on_accept(peer: Peer) -> None:
    peer.reset()


def close_on_accept(peer: Peer) -> None:
    """Return at once: the server closes the connection when its script returns."""


def reset_after_request(peer: Peer) -> None:
    peer.read()
    peer.reset()


def close_after_request(peer: Peer) -> None:
    peer.read()
    peer.finish()


def read_nothing(peer: Peer) -> None:
    peer.pause()


def read_head_only(peer: Peer) -> None:
    peer.read_head()
    peer.pause()


def never_respond(peer: Peer) -> None:
    peer.read()
    peer.pause()


def send_head_slowly(peer: Peer) -> None:
    peer.read()
    peer.send_slowly(OK, every=BYTE_INTERVAL)


def send_endless_headers_slowly(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        peer.send(b"X-%d: 1\r\n" % (number % 9))
        peer.pause(BYTE_INTERVAL)


def send_body_slowly(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    peer.send_slowly(b" " * 1000, every=BYTE_INTERVAL)


def send_chunks_slowly(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        peer.send(b"1\r\n \r\n")
        peer.pause(BYTE_INTERVAL)


def send_trailers_slowly(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
    while True:
        peer.send(b"X: 1\r\n")
        peer.pause(BYTE_INTERVAL)


def send_endless_100_continue(peer: Peer) -> None:
    peer.read()
    while True:
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 500)


def send_endless_headers(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        peer.send(b"X: 1\r\n" * 1000)


def send_and_close(data: bytes) -> Script:
    """Return a script that sends `data` in response to a request and closes the connection."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(data)
        peer.finish()

    return script


def send_and_reset(data: bytes) -> Script:
    """Return a script that sends `data` in response to a request and resets the connection."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(data)
        peer.pause(BYTE_INTERVAL)  # without the pause, the reset overtakes the data
        peer.reset()

    return script


def send_and_wait(data: bytes) -> Script:
    """Return a script that sends `data` in response to a request and keeps the connection open."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(data)
        peer.wait_for_close()

    return script


def send_in_two_parts(first: bytes, second: bytes) -> Script:
    """Return a script that sends a response in two segments."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(first)
        peer.pause(BYTE_INTERVAL)
        peer.send(second)
        peer.wait_for_close()

    return script


def respond_413_unread(peer: Peer) -> None:
    """Respond before the body has arrived, and never read the body."""
    peer.read_head()
    peer.send(response(b'{"detail":"too large"}', status="413 Content Too Large"))
    peer.finish()


def respond_once(peer: Peer) -> None:
    peer.read()
    peer.send(FOUND_BYTES)


def close_on_reuse(peer: Peer) -> None:
    respond_once(peer)
    close_after_request(peer)


def reset_on_reuse(peer: Peer) -> None:
    respond_once(peer)
    reset_after_request(peer)


def echo_queries(peer: Peer) -> None:
    """Respond to every search with its query."""
    while True:
        peer.send(echo_query(peer.read()))


UNSOLICITED = response(b'{"results":[{"id":"m9","content":"not requested","score":1.0}]}')
"""Response to no request."""


def send_extra_bytes(extra: bytes, sent: Event, *, delayed: bool) -> Script:
    """
    Return a script that sends `extra` after every response.

    Args:
        extra: Bytes that belong to no response.
        sent: Set after the extra bytes were sent.
        delayed: Send the extra bytes later, instead of in the segment of the response.
    """

    def script(peer: Peer) -> None:
        while True:
            body = echo_query(peer.read())
            if delayed:
                peer.send(body)
                peer.pause(BYTE_INTERVAL)
                peer.send(extra)
            else:
                peer.send(body + extra)
            sent.set()

    return script


def close_when_idle(close: Script, closed: Event) -> Script:
    """Return a script that responds once and then runs `close`; `closed` is set before that."""

    def script(peer: Peer) -> None:
        respond_once(peer)
        if peer.number == 1:
            closed.set()
            close(peer)
        else:
            peer.wait_for_close()

    return script


def respond_408_when_idle(closed: Event) -> Script:
    """Return a script that responds once and then, without a request, sends 408 and closes."""

    def script(peer: Peer) -> None:
        respond_once(peer)
        if peer.number == 1:
            peer.pause(BYTE_INTERVAL)
            peer.send(response(b"", "Connection: close", status="408 Request Timeout"))
            closed.set()
            peer.finish()
        else:
            peer.wait_for_close()

    return script
