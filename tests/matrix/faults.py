"""What a server can do to a connection: scripts, in the order in which things may go wrong."""

from __future__ import annotations

import itertools
import json
from threading import Event

from tests.matrix.stage import FINE
from tests.raw_server import OK, Peer, Script, response

SOON = 0.03
"""Seconds between the bytes of one who is slow."""


def reset_at_once(peer: Peer) -> None:
    peer.reset()


def end_at_once(peer: Peer) -> None:
    """The script's end is the connection's."""


def reset_after_request(peer: Peer) -> None:
    peer.read()
    peer.reset()


def end_after_request(peer: Peer) -> None:
    peer.read()
    peer.finish()


def never_accept_a_byte(peer: Peer) -> None:
    peer.pause()


def read_head_only(peer: Peer) -> None:
    peer.read_head()
    peer.pause()


def be_silent(peer: Peer) -> None:
    peer.read()
    peer.pause()


def drip_head(peer: Peer) -> None:
    peer.read()
    peer.drip(OK, every=SOON)


def drip_headers(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        peer.send(b"X-%d: 1\r\n" % (number % 9))
        peer.pause(SOON)


def drip_body(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    peer.drip(b" " * 1000, every=SOON)


def drip_chunks(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        peer.send(b"1\r\n \r\n")
        peer.pause(SOON)


def drip_trailers(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
    while True:
        peer.send(b"X: 1\r\n")
        peer.pause(SOON)


def promise_only(peer: Peer) -> None:
    peer.read()
    while True:
        peer.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 500)


def send_headers_for_ever(peer: Peer) -> None:
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        peer.send(b"X: 1\r\n" * 1000)


def say_and_end(answer: bytes) -> Script:
    """*answer*, which is all."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(answer)
        peer.finish()

    return script


def say_and_reset(answer: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send(answer)
        peer.pause(SOON)  # a reset would overtake it
        peer.reset()

    return script


def say_and_wait(answer: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send(answer)
        peer.wait_for_end()

    return script


def say_in_two_parts(one: bytes, other: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send(one)
        peer.pause(SOON)
        peer.send(other)
        peer.wait_for_end()

    return script


def refuse_unread(peer: Peer) -> None:
    """Answer before the body has come, and read none of it until the client is done."""
    peer.read_head()
    peer.send(response(b'{"detail":"too large"}', status="413 Content Too Large"))
    peer.finish()


def answer_one(peer: Peer) -> None:
    peer.read()
    peer.send(FINE)


def end_on_reuse(peer: Peer) -> None:
    answer_one(peer)
    end_after_request(peer)


def reset_on_reuse(peer: Peer) -> None:
    answer_one(peer)
    reset_after_request(peer)


def repeated(request: bytes) -> bytes:
    """The answer to a search whose only result is its query."""
    query = json.loads(request.partition(b"\r\n\r\n")[2])["query"]
    result = {"id": "m1", "content": query, "score": 0.5}
    return response(json.dumps({"results": [result]}).encode())


STRAY = response(b'{"results":[{"id":"m9","content":"of nobody","score":1.0}]}')
"""An answer that nobody asked for."""


def answer_too_much(extra: bytes, sent: Event, *, apart: bool) -> Script:
    """Send *extra* after every answer: *apart* from it, or in the same segment."""

    def script(peer: Peer) -> None:
        while True:
            answer = repeated(peer.read())
            if apart:
                peer.send(answer)
                peer.pause(SOON)
                peer.send(extra)
            else:
                peer.send(answer + extra)
            sent.set()

    return script


def close_when_idle(end: Script, ended: Event) -> Script:
    """Answer once, and then *end*, unasked."""

    def script(peer: Peer) -> None:
        answer_one(peer)
        if peer.number == 1:
            ended.set()
            end(peer)
        else:
            peer.wait_for_end()

    return script


def hang_up_when_idle(ended: Event) -> Script:
    """Answer once, and then say, unasked, that no other question came in time."""

    def script(peer: Peer) -> None:
        answer_one(peer)
        if peer.number == 1:
            peer.pause(SOON)
            peer.send(response(b"", "Connection: close", status="408 Request Timeout"))
            ended.set()
            peer.finish()
        else:
            peer.wait_for_end()

    return script
