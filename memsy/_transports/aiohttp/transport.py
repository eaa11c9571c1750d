"""`AiohttpTransport`: sends requests with aiohttp and awaits the response."""

from __future__ import annotations

import asyncio
import io
import math
import ssl
import sys
import warnings
from collections.abc import Callable
from functools import lru_cache
from socket import gaierror
from types import FunctionType
from urllib.parse import urlsplit

import aiohttp
from aiohttp.helpers import TimerContext
from aiohttp.http import HttpProcessingError, HttpVersion10, HttpVersion11
from attrs import define
from yarl import URL

from memsy._core.event_loop import require_asyncio_task
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.response_body import BodyDecoder, ignore_errors_unless_ok
from memsy._core.settings import Settings
from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy._core.timeout import Deadline
from memsy._core.transport import client_closed_error
from memsy._transports.aiohttp.connection import StaleCheckConnector
from memsy._transports.aiohttp.request import TrackedRequest
from memsy._transports.aiohttp.sessions import Sessions
from memsy._transports.errors import (
    TransportFailure,
    waited_mostly_for_free_connection,
)
from memsy._transports.foreign import is_raised_elsewhere, raise_if_foreign
from memsy._transports.headers import (
    MAX_HEADERS,
    MAX_LINE_BYTES,
    has_unambiguous_framing,
    normalize,
    normalize_ascii,
    request_headers,
)
from memsy._transports.mocks import (
    decode_mock_body,
    is_defined_in,
    mock_response_error,
    plain_headers,
)
from memsy._transports.tls import ssl_context_factory
from memsy.exceptions import MemsyError

_LIBRARY_ERRORS = (
    aiohttp.ClientError,
    HttpProcessingError,
    asyncio.TimeoutError,
    OSError,
    ValueError,
    RuntimeError,
)
"""Base classes of all errors of aiohttp. A closed session raises `RuntimeError`."""

_MOCK_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""Base classes of network errors that a mock may raise."""

_CONNECT_ERRORS = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    ConnectionRefusedError,
    gaierror,
)

_MALFORMED_RESPONSE_ERRORS = (aiohttp.ClientResponseError, HttpProcessingError, ValueError)

_MAX_UNSPLIT_BYTES = 2**20
"""Size of the largest request body that is written in one piece."""

_MIN_TIMEOUT = 1e-6
"""Seconds. aiohttp takes 0 for no timeout."""


class AiohttpTransport:
    """
    An `AsyncTransport` for any number of event loops, one after the other or concurrently.

    It ignores environment variables, netrc files and cookies, follows no redirect and never
    retries.
    """

    def __init__(
        self,
        settings: Settings,
        clock: TimeSource = SYSTEM_TIME,
        ssl_context: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        self.clock = clock
        self._sessions = Sessions()
        self._is_closed = False
        self._settings = settings
        self._ssl_context = ssl_context or ssl_context_factory(settings.connection)
        url = urlsplit(settings.base_url)
        self._is_https = url.scheme == "https"
        self._peer = url.netloc
        self._proxy_url: URL | None = None
        if settings.connection.proxy:
            self._proxy_url = URL(settings.connection.proxy.url)
            self._peer += " through the proxy"

    @property
    def peer(self) -> tuple[str, int] | None:
        return None if self._is_closed else self._settings.peer

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        if self._is_closed:
            raise client_closed_error()
        require_asyncio_task()
        tracker = _RequestTracker(
            deadline,
            self._peer,
            self._settings.connection.max_connections,
            f"{request.method} {self._settings.base_url}{request.target}" if _is_mocked() else None,
        )
        try:
            response = await self._send_head(request, tracker)
            if not isinstance(response, aiohttp.ClientResponse):
                raise mock_response_error(response)
            try:
                if tracker.mocked_request and not tracker.was_sent:
                    return await _read_mock_response(response, tracker)
                return await _read_response(response, tracker)
            finally:
                if response.connection is not None:  # not released at the end of the body
                    response.close()
        finally:
            tracker.finish()

    async def close(self) -> None:
        self._is_closed = True
        await self._sessions.close()

    def __del__(self) -> None:
        is_unclosed = self._sessions.has_open_session and not sys.is_finalizing()
        self._sessions.release_all()  # before the warning, which a filter may turn into an error
        if is_unclosed:
            warnings.warn(
                f"unclosed client of {self._settings.base_url}: "
                "await close(), or use it as a context manager",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )

    async def _send_head(
        self, request: HTTPRequest, tracker: _RequestTracker
    ) -> aiohttp.ClientResponse:
        try:
            session = await self._sessions.for_running_loop(self._create_session)
            if tracker.mocked_request or _is_traced(session):
                return await self._send_with_session(session, request, tracker)
            return await self._send_directly(session, request, tracker)
        except MemsyError as error:
            # Drop the traceback: frames of aiohttp hold the request body.
            raise error.with_traceback(None) from None
        except _LIBRARY_ERRORS as error:
            tracker.raise_if_foreign(error)
            if self._is_closed and not tracker.was_sent:
                # Another task closed the client while this task waited for a connection.
                raise client_closed_error() from None
            raise tracker.to_exception(error) from None

    async def _send_with_session(
        self, session: aiohttp.ClientSession, request: HTTPRequest, tracker: _RequestTracker
    ) -> aiohttp.ClientResponse:
        return await session.request(
            request.method,
            self._url(request),
            data=_payload(request.body),
            headers=plain_headers(self._headers(request))
            if tracker.mocked_request
            else self._headers(request),
            proxy_headers=self._proxy_headers(),
            allow_redirects=False,
            timeout=_client_timeout(tracker.deadline),
            middlewares=(tracker,),
        )

    async def _send_directly(
        self, session: aiohttp.ClientSession, request: HTTPRequest, tracker: _RequestTracker
    ) -> aiohttp.ClientResponse:
        """Send the request below `ClientSession`, which costs more than the request itself."""
        timeout = tracker.deadline.timeout
        loop = asyncio.get_running_loop()
        timer = TimerContext(loop)
        tracker.expiry = loop.call_later(tracker.deadline.remaining(), timer.timeout)
        tracked_request = tracker.request = TrackedRequest(
            request.method,
            self._url(request),
            data=_payload(request.body),
            headers=self._headers(request),
            loop=loop,
            proxy=self._proxy_url,
            proxy_headers=self._proxy_headers(),
            session=session,
            timer=timer,
        )
        assert session.connector is not None  # None only in a closed session
        with timer:
            connection = await session.connector.connect(
                tracked_request, [], _connect_timeout(timeout.connect)
            )
            assert connection.protocol is not None  # None only after a release
            connection.protocol.set_response_params(
                timer=timer,
                read_until_eof=True,
                auto_decompress=False,
                read_timeout=timeout.read,
                max_line_size=MAX_LINE_BYTES,
                max_field_size=MAX_LINE_BYTES,
                max_headers=MAX_HEADERS,
            )
            return await tracked_request.exchange(connection)

    def _url(self, request: HTTPRequest) -> URL:
        return URL(self._settings.base_url + request.target, encoded=True)

    def _headers(self, request: HTTPRequest) -> dict[str, str]:
        return {**self._settings.headers(), **request_headers(request)}

    def _proxy_headers(self) -> dict[str, str] | None:
        proxy = self._settings.connection.proxy
        credentials = proxy.authorization() if proxy else None
        # aiohttp expects Authorization here, and sends it as Proxy-Authorization.
        return {"Authorization": credentials} if credentials else None

    def _create_session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=StaleCheckConnector(
                self._ssl_context() if self._is_https else None,
                self._settings.connection.max_connections,
            ),
            request_class=TrackedRequest,
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=self._proxy_url,
            auto_decompress=False,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_LINE_BYTES,
            max_headers=MAX_HEADERS,
        )


@define
class _RequestTracker:
    """
    Progress of one request, and the mapping of its errors.

    The tracker is the client middleware of a request that is sent with `ClientSession`.
    """

    deadline: Deadline
    peer: str
    max_connections: int
    mocked_request: str | None
    """Method and URL of the request, if an HTTP mock has replaced the functions of aiohttp."""
    request: aiohttp.ClientRequest | None = None
    expiry: asyncio.TimerHandle | None = None
    """Raises `TimeoutError` in the request at the deadline, until `finish()`."""

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        self.request = request
        try:
            return await handler(request)
        except _LIBRARY_ERRORS as error:
            self.raise_if_foreign(error)
            # aiohttp re-sends a GET or DELETE after an error of its own, so raise a MemsyError.
            raise self.to_exception(error) from None

    @property
    def was_sent(self) -> bool:
        return self._transport is not None

    def raise_if_foreign(self, error: Exception) -> None:
        raise_if_foreign(error, _MOCK_ERRORS if self.mocked_request else ())

    def to_exception(self, error: Exception, *, has_response_head: bool = False) -> MemsyError:
        is_raised_by_mock = self.mocked_request is not None and is_raised_elsewhere(error)
        return TransportFailure(
            error,
            self.deadline,
            self.peer,
            was_sent=self.was_sent
            or (is_raised_by_mock and not isinstance(error, _CONNECT_ERRORS)),
            has_response_head=has_response_head,
            is_malformed=isinstance(error, _MALFORMED_RESPONSE_ERRORS),
            max_connections=self.max_connections if self._waited_mostly else None,
            mocked_request=self.mocked_request if is_raised_by_mock else None,
        ).to_exception()

    @property
    def _waited_mostly(self) -> bool:
        request = self.request
        return isinstance(request, TrackedRequest) and waited_mostly_for_free_connection(
            queued_at=request.queued_at,
            admitted_at=request.admitted_at,
            now=asyncio.get_running_loop().time(),
        )

    def abort(self) -> None:
        """Close the connection without waiting until the request body is sent."""
        if self._transport is not None:
            self._transport.abort()

    def finish(self) -> None:
        """Stop the timer. Abort a closing connection: it would wait until the body is sent."""
        if self.expiry is not None:
            self.expiry.cancel()
        if self._transport is not None and self._transport.is_closing():
            self._transport.abort()

    @property
    def _transport(self) -> asyncio.Transport | None:
        return self.request.transport if isinstance(self.request, TrackedRequest) else None


async def _read_response(
    response: aiohttp.ClientResponse, tracker: _RequestTracker
) -> HTTPResponse:
    headers = normalize_ascii(list(response.headers.items()))
    if headers is None:
        headers = normalize(response.raw_headers)
    if not (_has_valid_status_line(response) and has_unambiguous_framing(headers)):
        tracker.abort()
        raise tracker.to_exception(HttpProcessingError())
    content = b""
    with ignore_errors_unless_ok(response.status, headers):
        content = await _read_body(response, headers.get("content-encoding"), tracker)
    return HTTPResponse(response.status, headers, content)


async def _read_mock_response(
    response: aiohttp.ClientResponse, tracker: _RequestTracker
) -> HTTPResponse:
    headers = normalize(response.raw_headers)
    content = b""
    with ignore_errors_unless_ok(response.status, headers):
        try:
            content = decode_mock_body(await response.read(), headers.get("content-encoding"))
        except _LIBRARY_ERRORS as error:
            tracker.raise_if_foreign(error)
            raise tracker.to_exception(error, has_response_head=True) from None
    return HTTPResponse(response.status, headers, content)


def _has_valid_status_line(response: aiohttp.ClientResponse) -> bool:
    """Return True for HTTP/1.0 or HTTP/1.1 and a status of at least 100."""
    return response.version in (HttpVersion10, HttpVersion11) and response.status >= 100


async def _read_body(
    response: aiohttp.ClientResponse, encoding: str | None, tracker: _RequestTracker
) -> bytes:
    body = BodyDecoder(encoding)
    try:
        while not response.content.at_eof():
            body.feed(await response.content.readany())
    except _LIBRARY_ERRORS as error:
        raise_if_foreign(error)
        raise tracker.to_exception(error, has_response_head=True) from None
    return body.finish()


def _is_mocked() -> bool:
    """Return True if a mock has replaced a method that sends requests."""
    return not (
        is_defined_in("aiohttp.client", getattr(aiohttp.ClientSession, "_request", None))
        and is_defined_in("aiohttp.client", getattr(aiohttp.ClientSession, "request", None))
    )


def _is_traced(session: aiohttp.ClientSession) -> bool:
    """Return True if a tracing tool records the requests of the session."""
    # OpenTelemetry and Sentry add to the trace configs. ddtrace and New Relic wrap the method in
    # an object, which has the attributes of the function.
    method = getattr(aiohttp.ClientSession, "_request", None)
    return bool(session.trace_configs) or type(method) is not FunctionType


def _payload(body: bytes | None) -> bytes | io.BytesIO | None:
    # aiohttp writes bytes in one piece, and warns if they are large.
    return io.BytesIO(body) if body is not None and len(body) > _MAX_UNSPLIT_BYTES else body


@lru_cache(maxsize=16)
def _connect_timeout(seconds: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(sock_connect=seconds, ceil_threshold=math.inf)


def _client_timeout(deadline: Deadline) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=deadline.remaining() or _MIN_TIMEOUT,
        sock_connect=deadline.timeout.connect,
        sock_read=deadline.timeout.read,
        ceil_threshold=math.inf,  # aiohttp would round longer timeouts up to whole seconds
    )
