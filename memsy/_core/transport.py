"""Transport interfaces: each sends one request and returns the response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.time_source import TimeSource
from memsy._core.timeout import Deadline
from memsy.exceptions import MemsyClientClosedError


@runtime_checkable
class Transport(Protocol):
    """
    Sync transport. It sends one request at a time and may be used from any thread.

    `send` returns the complete, decoded response of any status. It raises only these errors, with
    `maybe_processed` set if the service may have read the request:

    - `MemsyTimeoutError`, `MemsyTLSError`, `MemsyConnectionError` for a failed connection.
    - `MemsyResponseError` for an incomplete or undecodable body, with `is_retryable` set if the
      body is cut short or garbled.
    - `MemsyClientClosedError` after `close`.
    """

    @property
    def clock(self) -> TimeSource: ...
    @property
    def peer(self) -> tuple[str, int] | None:
        """Host and port that `send` connects to; None if it opens no connection."""
        ...

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse: ...
    def close(self) -> None: ...


@runtime_checkable
class AsyncTransport(Protocol):
    """Async transport, with the behaviour of `Transport`. It may be used from any event loop."""

    @property
    def clock(self) -> TimeSource: ...
    @property
    def peer(self) -> tuple[str, int] | None:
        """Host and port that `send` connects to; None if it opens no connection."""
        ...

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse: ...
    async def close(self) -> None: ...


@runtime_checkable
class Loadable(Protocol):
    """A transport that loads its HTTP library later than it is created."""

    def load(self) -> None:
        """Load the library, if it is not loaded yet. `send` reports a failure."""


def loader_of(transport: Transport | AsyncTransport) -> Callable[[], None]:
    """Return the function to call before the deadline of a call starts."""
    return transport.load if isinstance(transport, Loadable) else _do_nothing


def _do_nothing() -> None: ...


def client_closed_error() -> MemsyClientClosedError:
    """Return the error of a call that follows `close()`."""
    return MemsyClientClosedError("the client was used after close(); create a new client")


def shutdown_error() -> MemsyClientClosedError:
    """Return the error of a call that needs an import at interpreter shutdown."""
    return MemsyClientClosedError(
        "the client was used at interpreter shutdown; finish all calls before"
    )
