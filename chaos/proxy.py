"""What stands before a service, and lets its dice decide what a client sees of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from chaos.faults import Dice, End, Fault
from memsy import HTTPResponse
from memsy._core.http import HTTPRequest
from memsy.testing import LocalService
from tests.raw_server import Peer, RawServer


class Proxy:
    """
    The script of a server that takes ingests, and hands them, or not, to *service*.

    To a client that asks one thing after the other, the same dice do the same.
    """

    def __init__(self, service: LocalService, dice: Dice) -> None:
        self._service = service
        self._dice = dice
        self._lock = Lock()
        self.requests = 0
        self.faults = Counter[str]()
        """How often each has happened, by name."""
        self.met = Counter[str]()
        """How many befell an ingest, by the content of its first event."""

    def __call__(self, peer: Peer) -> None:
        while True:
            request = _read(peer.read())
            fault = self._next(request)
            if fault is None:
                peer.send(self._answer(request))
                continue
            peer.send(fault.says(self._answer(request) if fault.is_after else b""))
            if fault.end is End.RESET:
                peer.reset()
            if fault.end is not End.NONE:
                return

    def _next(self, request: HTTPRequest) -> Fault | None:
        with self._lock:
            self.requests += 1
            fault = self._dice.roll()
            if fault is not None:
                self.faults[fault.name] += 1
                self.met[json.loads(request.body or b"")["events"][0]["content"]] += 1
            return fault

    def _answer(self, request: HTTPRequest) -> bytes:
        return _written(self._service.handle(request))


@contextmanager
def standing(proxy: Proxy) -> Iterator[str]:
    """The base URL of a *proxy* at work."""
    with RawServer(proxy) as server:
        yield f"http://127.0.0.1:{server.port}/v1"


def _read(wire: bytes) -> HTTPRequest:
    head, _, body = wire.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    return HTTPRequest(method, target, body, dict(line.split(": ", 1) for line in lines))


def _written(response: HTTPResponse) -> bytes:
    lines = [f"{name}: {value}" for name, value in response.headers.items()]
    head = [f"HTTP/1.1 {response.status} Said", f"content-length: {len(response.content)}", *lines]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + response.content
