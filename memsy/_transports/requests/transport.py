"""`RequestsTransport`: sends requests with the requests library and blocks until the response."""

from __future__ import annotations

import http.client
import os
import ssl
import sys
import warnings
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, cast
from urllib.parse import urlsplit
from weakref import ref

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPConnectionPool
from urllib3 import HTTPResponse as RawResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ClosedPoolError, HTTPError, InvalidHeader
from urllib3.util import Timeout

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.interrupts import raise_interrupt_behind
from memsy._core.response_body import BodyDecoder, ignore_errors_unless_ok
from memsy._core.settings import Settings
from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy._core.timeout import Deadline
from memsy._core.transport import client_closed_error, shutdown_error
from memsy._transports.errors import (
    TransportFailure,
    exception_chain,
    waited_mostly_for_free_connection,
)
from memsy._transports.foreign import is_raised_elsewhere, raise_if_foreign
from memsy._transports.headers import has_unambiguous_framing, request_headers
from memsy._transports.mocks import plain_headers
from memsy._transports.requests.mocks import (
    MOCK_ERRORS,
    is_adapter_wrapped,
    is_connect_error,
    is_mocked,
    is_real_response,
    read_mock_response,
    require_response,
    send_through_mock,
    standard_error,
)
from memsy._transports.requests.pool import (
    ConnectionLimit,
    DeadlineHTTPPool,
    DeadlineHTTPSPool,
    IdleConnections,
)
from memsy._transports.requests.state import RequestState, Ticket, current_request
from memsy._transports.tls import ssl_context_factory
from memsy.exceptions import MemsyError

_LIBRARY_ERRORS = (HTTPError, http.client.HTTPException, OSError, ValueError)
"""Base classes of all errors of the libraries. The exceptions of requests are `OSError`s."""

_MALFORMED_RESPONSE_ERRORS = (InvalidHeader, http.client.HTTPException, ValueError)

_READ_BYTES = 2**16

_NO_TIMEOUT = Timeout(connect=None, read=None)
"""The connections set the timeout of their socket before each operation."""


class RequestsTransport:
    """
    A `Transport` for any number of threads, and for parent and child after a fork.

    It ignores environment variables, netrc files and cookies, follows no redirect and never
    retries. The deadline does not end a host name lookup.
    """

    def __init__(
        self,
        settings: Settings,
        clock: TimeSource = SYSTEM_TIME,
        ssl_context: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        self.clock = clock
        self._adapters: dict[int, _Adapter] = {}
        """Adapters by process id."""
        self._is_closed = False
        self._settings = settings
        self._ssl_context = ssl_context or ssl_context_factory(settings.connection)
        url = urlsplit(settings.base_url)
        self._is_https = url.scheme == "https"
        self._peer, self._target_prefix = url.netloc, url.path
        if settings.connection.proxy:
            self._peer += " through the proxy"
            if not self._is_https:
                self._target_prefix = settings.base_url  # a forwarding proxy needs the whole URL

    @property
    def peer(self) -> tuple[str, int] | None:
        return None if self._is_closed else self._settings.peer

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        if self._is_closed:
            raise client_closed_error()
        ticket = Ticket()
        state = RequestState(
            deadline, self._target_prefix + request.target, ref(ticket), is_mocked()
        )
        token = current_request.set(state)
        try:
            if state.is_mocked:
                return self._exchange_through_mock(request, state)
            return self._exchange(request, state)
        finally:
            del ticket  # first: after a call, a signal handler could raise
            self._notify_waiting()
            current_request.reset(token)

    def close(self) -> None:
        self._is_closed = True
        adapter = self._adapters.pop(os.getpid(), None)
        if adapter is not None:
            adapter.close()

    def __del__(self) -> None:
        if os.getpid() in self._adapters and not sys.is_finalizing():
            self.close()
            warnings.warn(
                f"unclosed client of {self._settings.base_url}: "
                "call close(), or use it as a context manager",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )

    def _exchange(self, request: HTTPRequest, state: RequestState) -> HTTPResponse:
        handled = sys.exc_info()[1]
        try:
            raw = self._send_to_pool(request)
        except ImportError:
            # urllib3 imports modules lazily, which fails in destructors at interpreter shutdown.
            if not sys.is_finalizing():
                raise
            raise shutdown_error() from None
        except Exception as error:
            raise_interrupt_behind(error, handled)
            if not isinstance(error, _LIBRARY_ERRORS):
                raise
            raise self._to_exception(error, state) from None
        return self._read_and_release(raw, state)

    def _send_to_pool(self, request: HTTPRequest) -> RawResponse:
        adapter, headers = self._adapter(), self._headers(request)
        if is_adapter_wrapped():
            prepared = _prepared_request(request, self._settings.base_url, headers)
            return cast("RawResponse", adapter.send(prepared, stream=True).raw)
        return adapter.open(request.method, request.body, headers)

    def _exchange_through_mock(self, request: HTTPRequest, state: RequestState) -> HTTPResponse:
        handled = sys.exc_info()[1]
        has_response_head = False
        try:
            response = send_through_mock(
                self._adapter(),
                _prepared_request(
                    request, self._settings.base_url, plain_headers(self._headers(request))
                ),
                state.deadline,
            )
            has_response_head = True
            if not is_real_response(response):
                return read_mock_response(response)
        except MemsyError:
            raise
        except _LIBRARY_ERRORS as error:
            raise_interrupt_behind(error, handled)
            raise_if_foreign(error, MOCK_ERRORS)
            state.was_sent = not is_connect_error(error)
            raise self._to_exception(
                standard_error(error),
                state,
                has_response_head=has_response_head,
                mocked_request=f"{request.method} {self._settings.base_url}{request.target}"
                if any(map(is_raised_elsewhere, exception_chain(error)))
                else None,
            ) from None
        return self._read_and_release(response.raw, state)

    def _headers(self, request: HTTPRequest) -> dict[str, str]:
        return {**self._settings.headers(), **request_headers(request)}

    def _read_and_release(self, raw: RawResponse, state: RequestState) -> HTTPResponse:
        """Read a response, and keep its connection, except after errors that are not ours."""
        connection = cast("HTTPConnection", raw.connection)
        try:
            with closing(raw):
                result = self._read_response(raw, state)
        except MemsyError:
            self._keep_connection(connection)
            raise
        except BaseException:
            connection.close()
            raise
        self._keep_connection(connection)
        return result

    def _read_response(self, raw: RawResponse, state: RequestState) -> HTTPResponse:
        headers = state.response_headers
        if not has_unambiguous_framing(headers):
            raise self._to_exception(InvalidHeader(), state)
        content = b""
        with ignore_errors_unless_ok(raw.status, headers):
            content = self._read_body(raw, headers.get("content-encoding"), state)
        return HTTPResponse(raw.status, headers, content)

    def _read_body(self, raw: RawResponse, encoding: str | None, state: RequestState) -> bytes:
        body = BodyDecoder(encoding)
        handled = sys.exc_info()[1]
        try:
            while data := raw.read1(_READ_BYTES, decode_content=False):
                body.feed(data)
                if raw.length_remaining == 0:
                    break
        except Exception as error:
            raise_interrupt_behind(error, handled)
            if not isinstance(error, _LIBRARY_ERRORS):
                raise
            raise self._to_exception(error, state, has_response_head=True) from None
        return body.finish()

    def _keep_connection(self, connection: HTTPConnection) -> None:
        """Add a connection to the idle ones, unless it was closed: its response is incomplete."""
        adapter = self._adapters.get(os.getpid())
        if adapter is None or sys.is_finalizing():
            connection.close()  # another thread has closed the client, or no call follows
        elif not connection.is_closed:
            adapter.keep(connection, self.clock.monotonic())

    def _notify_waiting(self) -> None:
        adapter = self._adapters.get(os.getpid())
        if adapter is not None:
            adapter.limit.notify()

    def _to_exception(
        self,
        error: Exception,
        state: RequestState,
        *,
        has_response_head: bool = False,
        mocked_request: str | None = None,
    ) -> MemsyError:
        causes = list(exception_chain(error))
        if any(isinstance(cause, ClosedPoolError) for cause in causes):
            return client_closed_error()
        return TransportFailure(
            error,
            state.deadline,
            self._peer,
            was_sent=state.was_sent,
            has_response_head=has_response_head,
            is_malformed=any(isinstance(cause, _MALFORMED_RESPONSE_ERRORS) for cause in causes)
            and not any(isinstance(cause, ConnectionError) for cause in causes),
            max_connections=self._settings.connection.max_connections
            if waited_mostly_for_free_connection(
                queued_at=state.queued_at,
                admitted_at=state.admitted_at,
                now=self.clock.monotonic(),
            )
            else None,
            mocked_request=mocked_request,
        ).to_exception()

    def _adapter(self) -> _Adapter:
        """Return the adapter of this process: parent and child must not share a socket."""
        process = os.getpid()
        adapter = self._adapters.get(process)
        if adapter is None:
            adapter = self._adapters.setdefault(
                process, _Adapter(self._settings, self._ssl_context() if self._is_https else None)
            )
        return adapter


def _prepared_request(
    request: HTTPRequest, base_url: str, headers: Mapping[str, str]
) -> requests.PreparedRequest:
    # PreparedRequest.prepare() would read the netrc file and rewrite the URL.
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = base_url + request.target
    prepared.headers = CaseInsensitiveDict(headers)
    prepared.body = request.body
    return prepared


class _Adapter(HTTPAdapter):
    """requests adapter with one connection pool, for one base URL."""

    def __init__(self, settings: Settings, context: ssl.SSLContext | None) -> None:
        # 0 means that the pool does not limit the connections: `limit` does.
        super().__init__(pool_maxsize=0)
        self.limit = ConnectionLimit(settings.connection.max_connections)
        self._proxy = settings.connection.proxy
        manager = self.proxy_manager_for(self._proxy.url) if self._proxy else self.poolmanager
        manager.pool_classes_by_scheme = {"http": DeadlineHTTPPool, "https": DeadlineHTTPSPool}
        self._pool: HTTPConnectionPool = manager.connection_from_url(
            settings.base_url, pool_kwargs={"ssl_context": context}
        )
        idle: Any = self._pool.pool
        self._idle: IdleConnections = idle

    def send(
        self,
        request: requests.PreparedRequest,
        *args: Any,  # noqa: ANN401 - as in requests
        **options: Any,  # noqa: ANN401
    ) -> requests.Response:
        """Send a request as requests does. Mocks and tracing tools replace functions of it."""
        state = current_request.get()
        self._admit(state)
        response = super().send(request, *args, **options)
        if state.is_mocked:
            require_response(response)
        return response

    def open(self, method: str, body: bytes | None, headers: dict[str, str]) -> RawResponse:
        """Send a request as `HTTPAdapter.send` does, without the request and response of it."""
        state = current_request.get()
        self._admit(state)
        # By keyword, as `HTTPAdapter` calls it: tracing tools look for the headers there.
        response = self._pool.urlopen(
            method=method,
            url=state.target,
            body=body,
            headers=headers,
            retries=self.max_retries,
            redirect=False,
            assert_same_host=False,
            timeout=_NO_TIMEOUT,
            preload_content=False,
            decode_content=False,
        )
        return cast("RawResponse", response)

    def _admit(self, state: RequestState) -> None:
        self.limit.enter(state)
        if state.is_mocked:
            self._idle.close_all()  # the mock would not see the request on such a connection
        self._idle.discard_stale(state.deadline.clock.monotonic())

    def keep(self, connection: HTTPConnection, now: float) -> None:
        """Keep an idle connection for a later request."""
        self._idle.add(connection, now)
        if self._pool.pool is None:
            self._idle.close_all()  # another thread has closed the pool

    def close(self) -> None:
        super().close()
        self._pool.close()
        self.limit.close()

    def get_connection_with_tls_context(self, *_: object, **__: object) -> HTTPConnectionPool:
        return self._pool

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """
        Return the credentials for the proxy.

        requests would take them from the proxy URL, and every `repr` shows that URL.
        """
        credentials = self._proxy.authorization() if self._proxy else None
        return {"Proxy-Authorization": credentials} if credentials else {}

    def request_url(self, request: object, proxies: object) -> str:
        return current_request.get().target

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """Do nothing: the TLS context verifies, and requests would add certificates to it."""
