"""Transport of a client that shares the connections of another client."""

from __future__ import annotations

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.time_source import TimeSource
from memsy._core.timeout import Deadline
from memsy._core.transport import AsyncTransport, Transport, client_closed_error, loader_of


class SharedTransport:
    """A `Transport` over the connections of another one. `close` leaves them open."""

    def __init__(self, transport: Transport) -> None:
        self._is_closed: bool = False
        self._transport: Transport = transport
        if isinstance(transport, SharedTransport):
            # Not a chain: it would become slower with each derived client.
            self._is_closed = transport._is_closed
            self._transport = transport._transport
        self.load = loader_of(self._transport)

    @property
    def clock(self) -> TimeSource:
        return self._transport.clock

    @property
    def peer(self) -> tuple[str, int] | None:
        return None if self._is_closed else self._transport.peer

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        if self._is_closed:
            raise client_closed_error()
        return self._transport.send(request, deadline)

    def close(self) -> None:
        self._is_closed = True


class AsyncSharedTransport:
    """An `AsyncTransport` over the connections of another one. `close` leaves them open."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._is_closed: bool = False
        self._transport: AsyncTransport = transport
        if isinstance(transport, AsyncSharedTransport):
            self._is_closed = transport._is_closed
            self._transport = transport._transport
        self.load = loader_of(self._transport)

    @property
    def clock(self) -> TimeSource:
        return self._transport.clock

    @property
    def peer(self) -> tuple[str, int] | None:
        return None if self._is_closed else self._transport.peer

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        if self._is_closed:
            raise client_closed_error()
        return await self._transport.send(request, deadline)

    async def close(self) -> None:
        self._is_closed = True
