"""The seam: what a client needs of whatever carries its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from memsy._core.clock import Clock
    from memsy._core.deadline import Deadline
    from memsy._core.wire import Reply, Request


class Transport(Protocol):
    """
    Carries one request at a time, from any thread.

    `send` returns whatever the service answered, whole and decoded, of any status. It raises
    nothing but these, with `maybe_processed` set where the request may have been read:
    `MemsyTimeoutError`, `MemsyTLSError`, `MemsyConnectionError` for what befell the connection,
    `MemsyResponseError` for a body that cannot be brought whole (`is_retryable` if cut or garbled).
    """

    @property
    def clock(self) -> Clock: ...
    @property
    def peer(self) -> tuple[str, int] | None:
        """Host and port that `send` connects to; None if it opens no connection."""
        ...

    def send(self, request: Request, deadline: Deadline) -> Reply: ...
    def close(self) -> None: ...


class AsyncTransport(Protocol):
    """The same, awaited, from any event loop."""

    @property
    def clock(self) -> Clock: ...
    @property
    def peer(self) -> tuple[str, int] | None: ...

    async def send(self, request: Request, deadline: Deadline) -> Reply: ...
    async def close(self) -> None: ...
