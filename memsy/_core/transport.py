"""The seam: what a client needs of whatever carries its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from memsy._core.http import HTTPRequest, HTTPResponse
    from memsy._core.time_source import TimeSource
    from memsy._core.timeout import Deadline


class Transport(Protocol):
    """
    Carries one request at a time, from any thread.

    `send` returns whatever the service answered, whole and decoded, of any status. It raises
    nothing but these, with `maybe_processed` set where the request may have been read:
    `MemsyTimeoutError`, `MemsyTLSError`, `MemsyConnectionError` for what befell the connection,
    `MemsyResponseError` for a body that cannot be brought whole (`is_retryable` if cut or garbled).
    """

    @property
    def clock(self) -> TimeSource: ...
    @property
    def peer(self) -> tuple[str, int] | None:
        """Host and port that `send` connects to; None if it opens no connection."""
        ...

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse: ...
    def close(self) -> None: ...


class AsyncTransport(Protocol):
    """The same, awaited, from any event loop."""

    @property
    def clock(self) -> TimeSource: ...
    @property
    def peer(self) -> tuple[str, int] | None: ...

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse: ...
    async def close(self) -> None: ...
