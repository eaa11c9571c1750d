"""Server that handles hundreds of concurrent connections and counts them."""

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
from tests.support.raw_server import response
from tests.support.search_responses import echo_query

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)
_ERRORS = {
    b'"busy': response(b"{}", "Retry-After: 20", status="503 Service Unavailable"),
    b'"throttled': response(b"{}", "Retry-After: 20", status="429 Too Many Requests"),
}


def org(org_id: str) -> OrgResource:
    """Return the organisation of that id."""
    return OrgResource(org_id, "Tea", "green", "Promote what is green.", "2026-01-01", "2026-01-01")


def echo(request: bytes) -> bytes:
    """Return the response to a search, with its query, or to a GET of an organisation."""
    method, target, _ = request.split(b" ", 2)
    if method == b"POST":
        return echo_query(request)
    return response(json.dumps(attrs.asdict(org(target.decode().rpartition("/")[2]))).encode())


class EchoServer:
    """
    Server that responds to each request with its `echo`.

    The first word of a query selects another behaviour: "never" gets no response, "half" a part
    of one, "busy" a 503 and "throttled" a 429 with `Retry-After: 20`. A "together" gets its
    response when as many of them wait as `together` says.
    """

    def __init__(self, *, delay: float = 0.0, together: int = 0) -> None:
        """
        Listen on a free port of 127.0.0.1.

        Args:
            delay: Seconds before a response.
            together: Number of "together" queries that are responded to at once.
        """
        self.connections = self.requests = 0
        """Totals since the start."""
        self.open = set[_Connection]()
        self.waiting = set[_Connection]()
        """Connections with a request but no response yet."""
        self._delay = delay
        self._together = together
        self._gathered: list[Callable[[], None]] = []
        self._stopped: Future[None] = Future()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set_result(None)
        self._thread.join(timeout=10)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: _Connection(self), sock=self._listener, backlog=1024
        )
        await asyncio.wrap_future(self._stopped)
        server.close()
        for connection in self.open:
            connection.abort()
        await asyncio.sleep(0)

    def handle(self, request: bytes, respond: Callable[[bytes], None]) -> None:
        """Call `respond` with the response to `request` when it is due."""
        whole = echo(request)
        self.requests += 1
        errors = [error for word, error in _ERRORS.items() if word in whole]
        if errors:
            respond(errors[0])
        elif b'"half' in whole:
            respond(whole[:-5])
        elif b'"together' in whole:
            self._gathered.append(lambda: respond(whole))
            if len(self._gathered) == self._together:
                for release in self._gathered:
                    release()
                self._gathered.clear()
        elif b'"never' not in whole:
            asyncio.get_running_loop().call_later(self._delay, respond, whole)


class _Connection(asyncio.Protocol):
    """One connection of the server."""

    def __init__(self, server: EchoServer) -> None:
        self._server = server
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections += 1
        self._server.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.open.discard(self)
        self._server.waiting.discard(self)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if end and len(body) == (int(length[1]) if length else 0):
            request, self._received = self._received, b""
            self._server.waiting.add(self)
            self._server.handle(request, self._respond)

    def abort(self) -> None:
        assert self._transport is not None
        self._transport.abort()

    def _respond(self, data: bytes) -> None:
        if self in self._server.open:
            assert self._transport is not None
            self._server.waiting.discard(self)
            self._transport.write(data)


async def wait_until(condition: Callable[[], bool]) -> None:
    """Yield to other tasks until `condition` holds; fail after 10 s."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"the condition did not hold within 10 s: {condition}")
