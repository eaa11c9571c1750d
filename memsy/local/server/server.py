"""`LocalServer`: serves a local service over HTTP, for Memsy clients of any language."""

from __future__ import annotations

import asyncio
import errno
import logging
import math
import re
import socket
import threading
from collections.abc import Collection
from concurrent.futures import Future
from types import TracebackType
from typing import Any

from aiohttp import web
from attrs import frozen
from typing_extensions import Self

from memsy._core.authority import HOST_RULE, normalize_authority
from memsy._core.plane import Plane
from memsy.exceptions import MemsyConfigurationError
from memsy.local._hosts import is_loopback, url_host
from memsy.local._real_time import real_monotonic
from memsy.local.server.admin import Admin
from memsy.local.server.http_app import HTTPApp
from memsy.local.service import LocalService

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_BACKLOG = 1024
# Seconds that a stopping server waits for requests in progress, and again for their tasks.
_SHUTDOWN_TIMEOUT = 0.5

# Errors of accept() that last until the process or the machine has freed resources.
_OUT_OF_RESOURCES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
# Seconds between two log lines about such errors.
_LOG_INTERVAL = 60.0

_log = logging.getLogger("memsy.local")

# Text that an HTTP header transmits unchanged.
_HEADER_TEXT = re.compile(r"[!-~](?:[ -~]*[!-~])?")


@frozen
class _ServerHandle:
    """Thread, port and stop request of a running server."""

    thread: threading.Thread
    stop_requested: Future[None]
    port: int


class LocalServer:
    """
    HTTP server for a `LocalService`, in a background thread.

    Use the server in a `with` or an `async with` statement, or call `start()` and `stop()`. The
    server does not close the service.

    The `Host` header of a request must be a loopback name, `host` or one of `allowed_hosts`, so
    that a web page cannot reach the server with DNS rebinding.

    Args:
        service: Service to serve, by default a new service in memory.
        host: Address or name to listen on.
        port: TCP port; 0 chooses a free port.
        allowed_hosts: Further names that the `Host` header may have, without a port.
        allowed_origins: Origins of web pages that may call the server, such as
            `https://app.example`. All other requests with an `Origin` header get a 403.
        body_timeout: Seconds within which a request body must be complete.
        idle_timeout: Seconds after which a connection without a request is closed.
        admin_token: Enables the admin endpoints for requests from this machine with this bearer
            token (see `memsy.local.server.admin`).

    Raises:
        MemsyConfigurationError: `admin_token` cannot be sent in a header.

    Example:
        >>> from memsy import MemsyClient
        >>> with LocalServer() as server, MemsyClient(server.base_url, server.api_key) as memsy:
        ...     memsy.health().status
        'ok'
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
        if admin_token is not None and not _HEADER_TEXT.fullmatch(admin_token):
            raise MemsyConfigurationError(
                "admin_token must be printable ASCII without a space at either end"
            )
        self.service: LocalService = service or LocalService()
        """The service that the server serves."""
        self._host = host
        self._port = port
        self._allowed_hosts = allowed_hosts
        self._allowed_origins = allowed_origins
        self._body_timeout = body_timeout
        self._idle_timeout = idle_timeout
        self._admin = None if admin_token is None else Admin(self.service, admin_token)
        self._running: _ServerHandle | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<LocalServer {f'at {self._root_url}' if self._running else 'not running'}>"

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)

    @property
    def base_url(self) -> str:
        """Base URL of the data plane, such as `http://127.0.0.1:8765/v1`."""
        return Plane.DATA.base_url(self._root_url)

    @property
    def control_url(self) -> str:
        """Base URL of the control plane, such as `http://127.0.0.1:8765/api`."""
        return Plane.CONTROL.base_url(self._root_url)

    @property
    def api_key(self) -> str:
        """API key of the service."""
        return self.service.api_key

    @property
    def is_loopback(self) -> bool:
        """True if only this machine can connect to the server."""
        return self._host == "localhost" or is_loopback(self._host)

    def start(self) -> None:
        """
        Start the server; it accepts connections when this method returns.

        Raises:
            MemsyConfigurationError: The host or the port is not available.
            RuntimeError: The server is already running.
        """
        if self._running is not None:
            raise RuntimeError("the local server is already running: call stop() first")
        listener = _listen(self._host, self._port)
        stop_requested: Future[None] = Future()
        thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener, stop_requested)),
            name="memsy-server",
            daemon=True,
        )
        self._running = _ServerHandle(thread, stop_requested, listener.getsockname()[1])
        thread.start()
        _running_servers.add(self)

    def stop(self) -> None:
        """
        Finish the requests in progress, within 2 seconds, and close all connections.

        The method has no effect if the server is not running. The service stays open.
        """
        running, self._running = self._running, None
        if running is not None:
            _running_servers.discard(self)
            running.stop_requested.set_result(None)
            running.thread.join()

    def listens_on(self, host: str, port: int) -> bool:
        """Return True if a connection from this machine to `host` and `port` reaches the server."""
        names = {self._host.lower(), url_host(self._host).strip("[]")}
        if not names.isdisjoint(_LOOPBACK):
            names.update(_LOOPBACK)
        return self._running is not None and self._running.port == port and host.lower() in names

    @property
    def _root_url(self) -> str:
        if self._running is None:
            raise RuntimeError("the local server has no address yet: call start() first")
        return f"http://{url_host(self._host)}:{self._running.port}"

    async def _serve(self, listener: socket.socket, stop_requested: Future[None]) -> None:
        # freezegun stops the time of an event loop, and with it all timeouts of the server.
        vars(asyncio.get_running_loop())["time"] = real_monotonic
        app = HTTPApp(
            self.service,
            hosts={url_host(host) for host in (*_LOOPBACK, self._host, *self._allowed_hosts)},
            origins=self._allowed_origins,
            body_timeout=self._body_timeout,
            idle_timeout=self._idle_timeout,
            admin=self._admin,
        )
        asyncio.get_running_loop().set_exception_handler(_LoopErrorLog())
        runner = web.ServerRunner(app, shutdown_timeout=_SHUTDOWN_TIMEOUT)
        await runner.setup()
        try:
            # asyncio calls accept() `backlog` times in a row. Without file descriptors, each call
            # logs an error.
            await web.SockSite(runner, listener, backlog=1).start()
            listener.listen(_BACKLOG)
            await asyncio.wrap_future(stop_requested)
        finally:
            await runner.cleanup()


class _LoopErrorLog:
    """Exception handler of the event loop that logs a lack of descriptors once a minute."""

    def __init__(self) -> None:
        self._silent_until = -math.inf

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in _OUT_OF_RESOURCES:
            loop.default_exception_handler(context)
        elif loop.time() >= self._silent_until:
            self._silent_until = loop.time() + _LOG_INTERVAL
            _log.error(
                "the local server cannot accept connections: %s; it tries again every second. "
                "Close files and clients that are not used, or raise the limit (ulimit -n)",
                error.strerror,
            )


_running_servers = set[LocalServer]()


def is_local_server(host: str, port: int) -> bool:
    """Return True if a connection to `host` and `port` reaches a local server of this process."""
    return any(server.listens_on(host, port) for server in tuple(_running_servers))


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65_535:
        raise MemsyConfigurationError(f"port must be 0 to 65535, got {port}")
    try:
        if normalize_authority(url_host(host), default_port=80) is None:
            raise ValueError  # the clients reject the host in a base URL
        family, *_, (address, *_) = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
        return socket.create_server((str(address), port), family=family, backlog=_BACKLOG)
    except (OSError, ValueError) as error:
        raise MemsyConfigurationError(
            f"cannot listen on port {port} of {host!r}: {_listen_error_text(error)}"
        ) from None


def _listen_error_text(error: Exception) -> str:
    if not isinstance(error, OSError):
        return HOST_RULE
    if error.errno == errno.EADDRINUSE:
        return "the port is in use; choose another port, or 0 for a free port"
    # Some Python versions append the address.
    return (error.strerror or str(error)).partition(" (while ")[0]
