"""Sends with aiohttp, and awaits."""

from __future__ import annotations

import asyncio
import io
import math
import sys
import warnings
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
from aiohttp.http import HttpProcessingError, HttpVersion10, HttpVersion11
from attrs import define
from yarl import URL

from memsy._core.http import HTTPResponse
from memsy._core.response_body import BodyDecoder, ignore_errors_unless_ok
from memsy._core.time_source import SYSTEM_TIME
from memsy._transports.aiohttp.connection import Connector, StrictRequest
from memsy._transports.aiohttp.sessions import Sessions
from memsy._transports.errors import TransportFailure, client_closed_error
from memsy._transports.headers import (
    MAX_LINE_BYTES,
    has_unambiguous_framing,
    normalize,
    request_headers,
)
from memsy._transports.tls import ssl_context_factory
from memsy.exceptions import MemsyError

if TYPE_CHECKING:
    from memsy._core.http import HTTPRequest
    from memsy._core.settings import Settings
    from memsy._core.time_source import TimeSource
    from memsy._core.timeout import Deadline

_FOREIGN = (
    aiohttp.ClientError,
    HttpProcessingError,
    asyncio.TimeoutError,
    OSError,
    ValueError,
    RuntimeError,
)
"""All that comes from below; a RuntimeError is what a session closed meanwhile raises."""

_GARBLED = (aiohttp.ClientResponseError, HttpProcessingError, ValueError)

_MOST_HEADERS = 99
"""As many as http.client reads."""

_LARGE = 2**20

_NEXT_TO_NOTHING = 1e-6
"""Seconds; to aiohttp, 0 would mean for ever."""


class AiohttpTransport:
    """
    An `AsyncTransport` for any number of event loops, one after the other or at once.

    No request of it looks into the environment, a netrc file or a cookie jar, is redirected or
    repeated.
    """

    def __init__(self, settings: Settings, clock: TimeSource = SYSTEM_TIME) -> None:
        self.clock = clock
        self._sessions = Sessions()
        self._is_closed = False
        self._settings = settings
        self._context = ssl_context_factory(settings.connection)
        url = urlsplit(settings.base_url)
        self._is_secure = url.scheme == "https"
        self._peer = url.netloc
        if settings.connection.proxy:
            self._peer += " through the proxy"

    @property
    def peer(self) -> tuple[str, int] | None:
        return None if self._is_closed else self._settings.peer

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        if self._is_closed:
            raise client_closed_error()
        attempt = _Attempt(deadline, self._peer)
        try:
            response = await self._response(request, attempt)
            try:
                return await _reply(response, attempt)
            finally:
                response.close()
        finally:
            attempt.hang_up()

    async def close(self) -> None:
        self._is_closed = True
        await self._sessions.close()

    def __del__(self) -> None:
        is_forgotten = self._sessions.are_open and not sys.is_finalizing()
        self._sessions.let_go()  # before the warning, which may be an error
        if is_forgotten:
            warnings.warn(
                f"unclosed client of {self._settings.base_url}: "
                "await close(), or use it as a context manager",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )

    async def _response(self, request: HTTPRequest, attempt: _Attempt) -> aiohttp.ClientResponse:
        """Its head; the body is still to be read."""
        try:
            session = await self._sessions.here(self._start)
            return await session.request(
                request.method,
                URL(self._settings.base_url + request.target, encoded=True),
                data=_payload(request.body),
                headers={**self._settings.headers(), **request_headers(request)},
                proxy_headers=self._for_the_proxy(),
                allow_redirects=False,
                timeout=_timeout(attempt.deadline),
                middlewares=(attempt,),
            )
        except MemsyError as told:
            # Where it befell; frames of aiohttp, with the body in hand, are in between.
            raise told.with_traceback(None) from None
        except _FOREIGN as error:
            if self._is_closed and not attempt.was_sent:
                # By another task, while this one waited for a connection.
                raise client_closed_error() from None
            raise attempt.to_exception(error) from None

    def _for_the_proxy(self) -> dict[str, str] | None:
        proxy = self._settings.connection.proxy
        credentials = proxy.authorization() if proxy else None
        # Of the two headers for this, aiohttp knows the one and sends the other.
        return {"Authorization": credentials} if credentials else None

    def _start(self) -> aiohttp.ClientSession:
        proxy = self._settings.connection.proxy
        return aiohttp.ClientSession(
            connector=Connector(self._context() if self._is_secure else None),
            request_class=StrictRequest,
            cookie_jar=aiohttp.DummyCookieJar(),
            proxy=proxy.url if proxy else None,
            auto_decompress=False,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_LINE_BYTES,
            max_headers=_MOST_HEADERS,
        )


@define
class _Attempt:
    """One request on its way: how far it has come, and what stopped it there."""

    deadline: Deadline
    peer: str
    _request: aiohttp.ClientRequest | None = None

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        self._request = request
        try:
            return await handler(request)
        except _FOREIGN as error:
            # In its own dress, aiohttp would take it as a reason to send a GET or DELETE again.
            raise self.to_exception(error) from None

    @property
    def was_sent(self) -> bool:
        return self._transport is not None

    def to_exception(self, error: Exception, *, is_answered: bool = False) -> MemsyError:
        return TransportFailure(
            error,
            self.deadline,
            self.peer,
            was_sent=self.was_sent,
            is_answered=is_answered,
            is_garbled=isinstance(error, _GARBLED),
        ).to_exception()

    def hang_up(self, *, at_once: bool = False) -> None:
        """Let a connection that is to be closed not wait until the rest of a body is sent."""
        transport = self._transport
        if transport is not None and (at_once or transport.is_closing()):
            transport.abort()

    @property
    def _transport(self) -> asyncio.Transport | None:
        return self._request.transport if isinstance(self._request, StrictRequest) else None


async def _reply(response: aiohttp.ClientResponse, attempt: _Attempt) -> HTTPResponse:
    headers = normalize(response.raw_headers)
    if not (_is_http(response) and has_unambiguous_framing(headers)):
        attempt.hang_up(at_once=True)
        raise attempt.to_exception(HttpProcessingError())
    content = b""
    with ignore_errors_unless_ok(response.status):
        content = await _content(response, headers.get("content-encoding"), attempt)
    return HTTPResponse(response.status, headers, content)


def _is_http(response: aiohttp.ClientResponse) -> bool:
    """Whether it is of a version that we speak, with a status that there is."""
    return response.version in (HttpVersion10, HttpVersion11) and response.status >= 100


async def _content(
    response: aiohttp.ClientResponse, encoding: str | None, attempt: _Attempt
) -> bytes:
    body = BodyDecoder(encoding)
    try:
        while data := await response.content.readany():
            body.feed(data)
    except _FOREIGN as error:
        raise attempt.to_exception(error, is_answered=True) from None
    return body.finish()


def _payload(body: bytes | None) -> bytes | io.BytesIO | None:
    # As bytes, a large one would be sent in one piece, and aiohttp would warn of it.
    return io.BytesIO(body) if body is not None and len(body) > _LARGE else body


def _timeout(deadline: Deadline) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=deadline.remaining() or _NEXT_TO_NOTHING,
        sock_connect=deadline.timeout.connect,
        sock_read=deadline.timeout.read,
        ceil_threshold=math.inf,  # or else whole seconds would be waited for
    )
