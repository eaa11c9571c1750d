"""A server that hundreds may ask at once, and that knows how many do."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

import attrs

from memsy.models import OrgResource
from tests.matrix.faults import repeated
from tests.raw_server import response

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)
_ADVICE = {
    b'"busy': response(b"{}", "Retry-After: 20", status="503 Service Unavailable"),
    b'"throttled': response(b"{}", "Retry-After: 20", status="429 Too Many Requests"),
}


def org(org_id: str) -> OrgResource:
    """The organisation of that id."""
    return OrgResource(org_id, "Tea", "green", "Promote what is green.", "2026-01-01", "2026-01-01")


def echo(request: bytes) -> bytes:
    """The answer to a search that finds its query, or to a question for an `org`."""
    method, target, _ = request.split(b" ", 2)
    if method == b"POST":
        return repeated(request)
    return response(json.dumps(attrs.asdict(org(target.decode().rpartition("/")[2]))).encode())


class Crowd:
    """
    Answers what it is asked with an `echo`, *delay* seconds later.

    A query that begins with "never" gets no answer, one with "half" only a part of it. One with
    "busy" or "throttled" is told to come again in 20 s; one with "together" gets its answer when
    *together* of them wait for theirs.
    """

    def __init__(self, *, delay: float = 0.0, together: int = 0) -> None:
        self.connections = self.requests = 0
        """How many there ever were."""
        self.open = set[_Talk]()
        self.waiting = set[_Talk]()
        """To whom an answer is owed."""
        self._delay = delay
        self._together = together
        self._gathered: list[Callable[[], None]] = []
        self._over: Future[None] = Future()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set_result(None)
        self._thread.join(timeout=10)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Talk(self), sock=self._listener, backlog=1024)
        await asyncio.wrap_future(self._over)
        server.close()
        for talk in self.open:
            talk.end()
        await asyncio.sleep(0)

    def hear(self, request: bytes, answer: Callable[[bytes], None]) -> None:
        """Give the *answer* to *request* when it is time."""
        whole = echo(request)
        self.requests += 1
        advice = [told for word, told in _ADVICE.items() if word in whole]
        if advice:
            answer(advice[0])
        elif b'"half' in whole:
            answer(whole[:-5])
        elif b'"together' in whole:
            self._gathered.append(lambda: answer(whole))
            if len(self._gathered) == self._together:
                for give in self._gathered:
                    give()
                self._gathered.clear()
        elif b'"never' not in whole:
            asyncio.get_running_loop().call_later(self._delay, answer, whole)


class _Talk(asyncio.Protocol):
    """One connection."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._ahead = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._crowd.connections += 1
        self._crowd.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.open.discard(self)
        self._crowd.waiting.discard(self)

    def data_received(self, data: bytes) -> None:
        self._ahead += data
        head, end, body = self._ahead.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if end and len(body) == (int(length[1]) if length else 0):
            request, self._ahead = self._ahead, b""
            self._crowd.waiting.add(self)
            self._crowd.hear(request, self._answer)

    def end(self) -> None:
        assert self._transport is not None
        self._transport.abort()

    def _answer(self, answer: bytes) -> None:
        if self in self._crowd.open:
            assert self._transport is not None
            self._crowd.waiting.discard(self)
            self._transport.write(answer)


async def until(is_so: Callable[[], bool]) -> None:
    """Let others work until it is."""
    for _ in range(1000):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to that")
