"""Both transports behind one sync interface, so that each test is written once for both."""

from __future__ import annotations

import asyncio
from typing import Protocol

from attrs import evolve

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.plane import Plane
from memsy._core.secret import wrap_secret
from memsy._core.settings import Settings, resolve_settings
from memsy._core.time_source import SYSTEM_TIME
from memsy._core.timeout import Deadline, Timeout
from memsy._transports.aiohttp.transport import AiohttpTransport
from memsy._transports.requests.transport import RequestsTransport

SEARCH = HTTPRequest("POST", "/search", b'{"query":"tea"}')
KEY = "msy_secret_of_the_tests"


class Sender(Protocol):
    """A transport for use outside of event loops."""

    def __init__(self, settings: Settings) -> None: ...

    def send(
        self, request: HTTPRequest = SEARCH, timeout: float | Timeout = 5.0
    ) -> HTTPResponse: ...

    def close(self) -> None: ...

    def dispose(self) -> None:
        """Close the transport and the resources of the sender."""


class SyncSender:
    """`RequestsTransport`."""

    def __init__(self, settings: Settings) -> None:
        self._transport = RequestsTransport(settings)

    def send(self, request: HTTPRequest = SEARCH, timeout: float | Timeout = 5.0) -> HTTPResponse:
        return self._transport.send(request, deadline_in(timeout))

    def close(self) -> None:
        self._transport.close()

    dispose = close


class AsyncSender:
    """`AiohttpTransport` in an event loop that runs only during `send()` and `close()`."""

    def __init__(self, settings: Settings) -> None:
        self._transport = AiohttpTransport(settings)
        self._loop = asyncio.new_event_loop()

    def send(self, request: HTTPRequest = SEARCH, timeout: float | Timeout = 5.0) -> HTTPResponse:
        return self._loop.run_until_complete(self._transport.send(request, deadline_in(timeout)))

    def close(self) -> None:
        self._loop.run_until_complete(self._transport.close())

    def dispose(self) -> None:
        self.close()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


def deadline_in(timeout: float | Timeout) -> Deadline:
    """Return a deadline that starts now."""
    return Deadline.start(SYSTEM_TIME, Timeout.coerce(timeout))


def settings_for(
    base_url: str,
    *,
    proxy: str | None = None,
    ca_file: str | None = None,
    client_cert: str | tuple[str, str] | None = None,
) -> Settings:
    """Return the settings of a client of the data plane that does not retry."""
    return resolve_settings(
        Plane.DATA,
        base_url,
        wrap_secret(KEY),
        5.0,
        0,
        0.0,
        None,
        proxy=wrap_secret(proxy),
        ca_file=ca_file,
        client_cert=client_cert,
        trust_environment=False,
    )


def limit_connections(settings: Settings, max_connections: int) -> Settings:
    """Return settings with another connection limit."""
    return evolve(settings, connection=evolve(settings.connection, max_connections=max_connections))
