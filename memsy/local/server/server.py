"""A local service on a socket of this machine, for Memsy clients of any language."""

from __future__ import annotations

import asyncio
import errno
import re
import socket
import threading
from collections.abc import Collection
from concurrent.futures import Future
from types import TracebackType
from typing import TYPE_CHECKING

from aiohttp import web
from attrs import frozen

from memsy._core.plane import Plane
from memsy.exceptions import MemsyConfigurationError
from memsy.local._hosts import in_url, is_loopback
from memsy.local.server.admin import Admin
from memsy.local.server.http_app import HTTPApp
from memsy.local.service import LocalService

if TYPE_CHECKING:
    from typing_extensions import Self

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_BACKLOG = 1024
# How long requests in progress may take to end when the server stops, and their tasks once more.
_DRAIN = 0.5

# What arrives in a header as it was sent.
_TOKEN = re.compile(r"[!-~](?:[ -~]*[!-~])?")


@frozen
class _Running:
    """What the outside holds of a server that runs."""

    thread: threading.Thread
    stopping: Future[None]
    port: int


class LocalServer:
    """
    Serves a `LocalService` over HTTP, from a thread of its own, for as long as a `with` lasts.

    Without *service* it makes one, in memory. *port* 0 is any free port. Requests must address
    it by a loopback name, by *host* or by one of *allowed_hosts* (names without a port); no
    web page may call it but those of *allowed_origins*. A body may take *body_timeout* seconds
    to arrive, and a connection may be idle for *idle_timeout* seconds. The service outlives the
    server, and is the caller's to close. With *admin_token*, whoever has it may script the
    misfortune of the service over HTTP (see `memsy.local.server.admin`), from this machine alone.
    """

    def __init__(
        self,
        service: LocalService | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        allowed_hosts: Collection[str] = (),
        allowed_origins: Collection[str] = (),
        body_timeout: float = 10.0,
        idle_timeout: float = 15.0,
        admin_token: str | None = None,
    ) -> None:
        if admin_token is not None and not _TOKEN.fullmatch(admin_token):
            raise MemsyConfigurationError(
                "admin_token must be printable ASCII, and neither begin nor end with a space"
            )
        self.service: LocalService = service or LocalService()
        self._host = host
        self._port = port
        self._allowed_hosts = allowed_hosts
        self._allowed_origins = allowed_origins
        self._body_timeout = body_timeout
        self._idle_timeout = idle_timeout
        self._admin = None if admin_token is None else Admin(self.service, admin_token)
        self._running: _Running | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<LocalServer {f'at {self._root}' if self._running else 'that is not running'}>"

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)

    @property
    def base_url(self) -> str:
        """Base URL of the data plane, such as `http://127.0.0.1:8765/v1`."""
        return Plane.DATA.url_at(self._root)

    @property
    def control_url(self) -> str:
        """Base URL of the control plane, such as `http://127.0.0.1:8765/api`."""
        return Plane.CONTROL.url_at(self._root)

    @property
    def api_key(self) -> str:
        """The key that the service lets in."""
        return self.service.api_key

    @property
    def is_loopback(self) -> bool:
        """Whether it listens to this machine alone."""
        return self._host == "localhost" or is_loopback(self._host)

    def start(self) -> None:
        """
        Listen. When this returns, the server answers.

        Raises:
            MemsyConfigurationError: it cannot listen there, as when the port is taken.
        """
        if self._running is not None:
            raise RuntimeError("the local server is running already")
        listener = _listen(self._host, self._port)
        stopping: Future[None] = Future()
        thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener, stopping)),
            name="memsy-server",
            daemon=True,
        )
        self._running = _Running(thread, stopping, listener.getsockname()[1])
        thread.start()
        _servers.add(self)

    def stop(self) -> None:
        """Let the requests in progress end, within 2 s, and close every connection."""
        running, self._running = self._running, None
        if running is not None:
            _servers.discard(self)
            running.stopping.set_result(None)
            running.thread.join()

    def listens_at(self, host: str, port: int) -> bool:
        """Whether it runs, and a connection from here to *host* and *port* would be one to it."""
        names = {self._host.lower(), in_url(self._host).strip("[]")}
        if not names.isdisjoint(_LOOPBACK):
            names.update(_LOOPBACK)
        return self._running is not None and self._running.port == port and host.lower() in names

    @property
    def _root(self) -> str:
        if self._running is None:
            raise RuntimeError("the local server has no address until it is started")
        return f"http://{in_url(self._host)}:{self._running.port}"

    async def _serve(self, listener: socket.socket, stopping: Future[None]) -> None:
        gateway = HTTPApp(
            self.service,
            hosts={in_url(host) for host in (*_LOOPBACK, self._host, *self._allowed_hosts)},
            origins=self._allowed_origins,
            body_timeout=self._body_timeout,
            idle_timeout=self._idle_timeout,
            admin=self._admin,
        )
        runner = web.ServerRunner(gateway, shutdown_timeout=_DRAIN)
        await runner.setup()
        try:
            await web.SockSite(runner, listener, backlog=_BACKLOG).start()
            await asyncio.wrap_future(stopping)
        finally:
            await runner.cleanup()


_servers = set[LocalServer]()
"""Those that run: each holds a thread, too, until it is stopped."""


def is_local_server(host: str, port: int) -> bool:
    """Whether a local server of this process listens there."""
    return any(server.listens_at(host, port) for server in tuple(_servers))


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65_535:
        raise MemsyConfigurationError(f"port must be 0 to 65535, got {port}")
    try:
        family, *_, (address, *_) = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
        return socket.create_server((str(address), port), family=family, backlog=_BACKLOG)
    except (OSError, ValueError) as error:
        raise MemsyConfigurationError(
            f"cannot listen on port {port} of {host!r}: {_reason(error)}"
        ) from None


def _reason(error: Exception) -> str:
    if not isinstance(error, OSError):
        return "that is no name of a host"
    if error.errno == errno.EADDRINUSE:
        return "it is taken; choose another, or 0 for any that is free"
    # Some Pythons go on to say the address.
    return (error.strerror or str(error)).partition(" (while ")[0]
