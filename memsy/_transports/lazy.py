"""
Transports that load their HTTP library before the first call.

requests and aiohttp take longer to import than the rest of a client. A program may create a client
that it does not use.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.interrupts import is_interrupt
from memsy._core.settings import Settings
from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy._core.timeout import Deadline
from memsy._core.transport import AsyncTransport, Transport, client_closed_error
from memsy._fork import lazy_import
from memsy._transports.exhaustion import mapping_exhaustion
from memsy.exceptions import MemsyError

TransportT = TypeVar("TransportT", Transport, AsyncTransport)


class _Lazy(Generic[TransportT]):
    """The transport of one client, created on first use. Threads need no lock to use it."""

    def __init__(self, settings: Settings) -> None:
        self.clock: TimeSource = SYSTEM_TIME
        self._settings = settings
        self._ssl_context = _load_tls_files(settings)
        self._is_closed = False
        self._created: dict[str, TransportT] = {}
        """The transport. `dict.setdefault` keeps one, if two threads make the first call."""

    @property
    def peer(self) -> tuple[str, int] | None:
        return None if self._is_closed else self._settings.peer

    def load(self) -> None:
        """Create the transport. `send` repeats a failure, as an error of the call."""
        if self._created or self._is_closed:
            return
        try:
            self._transport()
        except MemsyError as error:
            if is_interrupt(error):
                raise

    def _transport(self) -> TransportT:
        transport = self._created.get("")
        if transport is None and not self._is_closed:
            with mapping_exhaustion("cannot load the HTTP library"), lazy_import():
                transport = self._created.setdefault("", self._create())
        # After `setdefault`: either `close` finds the transport, or this thread sees the flag.
        if transport is None or self._is_closed:
            raise client_closed_error()
        return transport

    @abstractmethod
    def _create(self) -> TransportT:
        """Import the HTTP library and return a transport."""


class LazyRequestsTransport(_Lazy[Transport]):
    """A `RequestsTransport` that is created on first use."""

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        return self._transport().send(request, deadline)

    def close(self) -> None:
        self._is_closed = True
        for transport in self._created.values():
            transport.close()

    def _create(self) -> Transport:
        from memsy._transports.requests.transport import RequestsTransport  # noqa: PLC0415 - loads requests

        return RequestsTransport(self._settings, self.clock, self._ssl_context)


class LazyAiohttpTransport(_Lazy[AsyncTransport]):
    """An `AiohttpTransport` that is created on first use."""

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        return await self._transport().send(request, deadline)

    async def close(self) -> None:
        self._is_closed = True
        for transport in self._created.values():
            await transport.close()

    def _create(self) -> AsyncTransport:
        from memsy._transports.aiohttp.transport import AiohttpTransport  # noqa: PLC0415 - loads aiohttp

        return AiohttpTransport(self._settings, self.clock, self._ssl_context)


def _load_tls_files(settings: Settings) -> Callable[[], Any] | None:
    """
    Load the TLS files of the caller, so that an unusable file is an error of the constructor.

    Returns:
        A function that returns the `ssl.SSLContext`, or None if the caller named no files.
    """
    connection = settings.connection
    if connection.authorities is None and connection.client_cert is None:
        return None
    with mapping_exhaustion(f"cannot create a client of {settings.base_url}"), lazy_import():
        from memsy._transports.tls import ssl_context_factory  # noqa: PLC0415 - loads ssl

        return ssl_context_factory(connection)
