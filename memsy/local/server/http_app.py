"""HTTP application of the local server: request checks, body limits and error responses."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Collection, Iterator

from aiohttp import HttpVersion10, HttpVersion11, StreamReader, web
from aiohttp.abc import AbstractAccessLogger, AbstractStreamWriter
from aiohttp.http import RawRequestMessage

from memsy._core.http import HTTPRequest
from memsy._core.plane import Plane
from memsy._core.text import excerpt, printable
from memsy.local._hosts import is_loopback
from memsy.local.http.errors import ErrorResponse, too_large
from memsy.local.http.json_body import MAX_BODY_BYTES
from memsy.local.server.admin import ADMIN_PREFIX, Admin
from memsy.local.server.responder import respond, to_aiohttp
from memsy.local.service import LocalService

_MAX_CONCURRENT_BODIES = 256
# Seconds in which the server reads and drops the rest of a rejected upload. After an immediate
# close, a client that is still sending gets a connection reset instead of the error response.
_LINGERING_TIME = 2.0

_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(?::\d*)?")
# In lower case, the Kelvin sign is a k: the pattern matches ASCII only.
_CHUNKED = re.compile("chunked", re.ASCII | re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"
_MAX_LOGGED = 200

_log = logging.getLogger("memsy.local")


class HTTPApp(web.Server):
    """
    HTTP application that passes each request to a service and sends the response.

    A web page can make a browser send requests to this machine. A hostile name may resolve to
    127.0.0.1, so the `Host` header must be one of `hosts`. Browsers add an `Origin` header, so a
    request with an origin outside `origins` gets a 403.

    The service runs in the thread of the event loop. The service has one lock and never waits, so
    further threads would only wait for that lock. The application reads at most 256 request bodies
    at the same time.

    Args:
        service: The served service.
        hosts: Allowed names in the `Host` header, in lower case and without a port.
        origins: Allowed values of the `Origin` header.
        body_timeout: Seconds within which a request body must be complete.
        idle_timeout: Seconds after which a connection without a request is closed.
        admin: Handler of the requests below `/__admin/`, if any.
    """

    def __init__(
        self,
        service: LocalService,
        *,
        hosts: Collection[str],
        origins: Collection[str],
        body_timeout: float,
        idle_timeout: float,
        admin: Admin | None = None,
    ) -> None:
        super().__init__(self._respond, request_factory=_create_request)
        self._service = service
        self._admin = admin
        self._hosts = hosts
        self._origins = origins
        self._body_timeout = body_timeout
        self._idle_timeout = idle_timeout
        self._body_slots = asyncio.Semaphore(_MAX_CONCURRENT_BODIES)

    def __call__(self) -> web.RequestHandler:
        return _Connection(
            self,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=self._idle_timeout,
            lingering_time=_LINGERING_TIME,
            # No Memsy client compresses a body, and decompression would need a size limit.
            auto_decompress=False,
            logger=_log,
            access_log=_log,
            access_log_class=_AccessLog,
        )

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            _check_protocol(request)
            self._check_host_and_origin(request)
            _check_head(request)
            body = await self._receive_body(request)
        except asyncio.TimeoutError:
            return await _respond_and_close(request, self._body_timeout_error())
        except (ConnectionError, web.RequestPayloadError):
            error = ErrorResponse(400, "bad_request", "the request body is incomplete")
            return await _respond_and_close(request, error)
        except ErrorResponse as error:
            response = _error_to_aiohttp(error)
            response.force_close()
            return response
        api_request = _to_request(request, body)
        if self._admin is not None and api_request.target.startswith(ADMIN_PREFIX):
            is_local = is_loopback(request.remote or "")
            return to_aiohttp(self._admin.handle(api_request, is_local=is_local))
        served = await respond(request, self._service.deliver(api_request))
        if body is not None and "upgrade" in request.headers:
            served.force_close()  # the parser drops the bytes after such a body
        return served

    def _check_host_and_origin(self, request: web.BaseRequest) -> None:
        hosts = request.headers.getall("host", [])
        if len(hosts) != 1:
            raise ErrorResponse(
                400, "bad_request", f"exactly one Host header is required, got {len(hosts)}"
            )
        match = _HOST.fullmatch(hosts[0])
        if match is None or match[1].lower() not in self._hosts:
            raise ErrorResponse(
                403,
                "host_not_allowed",
                f"the Host header must be one of {', '.join(sorted(self._hosts))}, "
                f"got {hosts[0]!r}; memsy serve --allowed-host adds a name",
            )
        origin = request.headers.get("origin")
        if origin is not None and origin not in self._origins:
            message = (
                f"web pages of the origin {origin!r} are not allowed; "
                "LocalServer(allowed_origins=[...]) adds an origin"
            )
            raise ErrorResponse(403, "origin_not_allowed", message)

    async def _receive_body(self, request: web.BaseRequest) -> bytes | None:
        if request.content.is_eof():
            return await _read_body(request)  # already complete, so no slot is needed
        if self._body_slots.locked():
            raise _busy_error()
        async with self._body_slots:
            return await asyncio.wait_for(_read_body(request), self._body_timeout)

    def _body_timeout_error(self) -> ErrorResponse:
        message = f"the request body was not complete after {self._body_timeout:g} s"
        return ErrorResponse(408, "request_timeout", message)


class _AccessLog(AbstractAccessLogger):
    """Access log without control characters and escape sequences of the client."""

    @property
    def enabled(self) -> bool:
        return self.logger.isEnabledFor(logging.INFO)

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        self.logger.info(
            '%s "%s" %d %d "%s"',
            request.remote,
            _for_log(f"{request.method} {request.raw_path}"),
            response.status,
            response.body_length,
            _for_log(request.headers.get("user-agent", "-")),
        )


def _for_log(text: str) -> str:
    return excerpt(printable(text), _MAX_LOGGED)


class _Connection(web.RequestHandler):
    """An aiohttp connection with JSON error responses that never repeat the request."""

    _last_bytes = b""
    _has_upgrade = False

    def data_received(self, data: bytes) -> None:
        """
        Pass data on to the parser, in pieces that end where a head ends.

        The C parser of aiohttp drops the rest of the data after a request with `Upgrade: h2c`.
        """
        last_bytes, self._last_bytes = self._last_bytes, (self._last_bytes + data[-6:])[-6:]
        self._has_upgrade = self._has_upgrade or b"upgrade" in (last_bytes + data).lower()
        start = 0
        if self._has_upgrade:
            for end in _head_ends(last_bytes[-3:], data):
                super().data_received(data[start:end])
                start = end
        super().data_received(data[start:])

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if status == 400:
            # The request may contain an API key, so neither log nor response repeat it.
            error = ErrorResponse(400, "bad_request", "the HTTP request is not well-formed")
        else:
            _log.error("the local server failed", exc_info=exc)
            error = ErrorResponse(
                500, "internal_error", "the local server failed; its log has the cause"
            )
        response = _error_to_aiohttp(error)
        response.force_close()
        return response


def _head_ends(last_bytes: bytes, data: bytes) -> Iterator[int]:
    """Yield the positions in `data` after each empty line. `last_bytes` are those before it."""
    position = (last_bytes + data[:3]).find(_HEAD_END)
    if position >= 0:
        yield position + len(_HEAD_END) - len(last_bytes)
    position = data.find(_HEAD_END)
    while position >= 0:
        yield position + len(_HEAD_END)
        position = data.find(_HEAD_END, position + len(_HEAD_END))


class _Request(web.BaseRequest):
    """A request, with its HTTP version as sent."""

    unknown_version: str | None = None
    """Sent HTTP version, if it is neither 1.0 nor 1.1."""


def _create_request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> _Request:
    """Create a request. aiohttp responds in its HTTP version, so an unknown one becomes 1.1."""
    major, minor = message.version
    is_known = message.version in (HttpVersion10, HttpVersion11)
    known = message if is_known else message._replace(version=HttpVersion11)
    loop = asyncio.get_running_loop()
    request = _Request(known, payload, protocol, writer, task, loop, client_max_size=MAX_BODY_BYTES)
    if not is_known:
        request.unknown_version = f"{major}.{minor}"
    return request


def _check_protocol(request: web.BaseRequest) -> None:
    """Reject a request that another HTTP parser may understand in another way."""
    if isinstance(request, _Request) and request.unknown_version is not None:
        message = f"the HTTP version must be 1.0 or 1.1, got {request.unknown_version}"
        raise ErrorResponse(505, "http_version_not_supported", message)
    if "transfer-encoding" not in request.headers and "expect" not in request.headers:
        return
    is_http_1_0 = request.version == HttpVersion10
    codings = request.headers.getall("transfer-encoding", ["chunked"])
    if (is_http_1_0 and "transfer-encoding" in request.headers) or not (
        len(codings) == 1 and _CHUNKED.fullmatch(codings[0])
    ):
        message = f"the transfer encoding must be chunked, in HTTP/1.1, got {', '.join(codings)!r}"
        raise ErrorResponse(400, "bad_request", message)
    expectations = request.headers.getall("expect", [])
    if expectations and (is_http_1_0 or [e.lower() for e in expectations] != ["100-continue"]):
        message = f"the expectation must be 100-continue, in HTTP/1.1, got {expectations[0]!r}"
        raise ErrorResponse(417, "expectation_failed", message)


def _check_head(request: web.BaseRequest) -> None:
    """Reject a request for its target or its headers, before the body is read."""
    if request.method == "CONNECT" or not request.raw_path.startswith("/"):
        raise ErrorResponse(
            400, "bad_request", "the request target must be a path: this server is not a proxy"
        )
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise too_large(MAX_BODY_BYTES)
    encoding = request.headers.get("content-encoding")
    if encoding is not None and encoding.lower() != "identity":
        message = f"the content encoding must be identity, got {encoding!r}"
        raise ErrorResponse(415, "unsupported_media_type", message)


async def _read_body(request: web.BaseRequest) -> bytes | None:
    if not request.body_exists:
        return None
    if "expect" in request.headers:  # its value is 100-continue
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # the final response has not started
    if request.content.is_eof():  # complete: `request.read()` takes three times as long
        return _limited(request.content.read_nowait())
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise too_large(MAX_BODY_BYTES) from None


def _limited(body: bytes) -> bytes:
    if len(body) > MAX_BODY_BYTES:
        raise too_large(MAX_BODY_BYTES)
    return body


def _to_request(request: web.BaseRequest, body: bytes | None) -> HTTPRequest:
    """Convert a request of aiohttp, with the raw target: the service itself decodes it."""
    headers = dict[str, str]()
    for name, value in request.headers.items():
        name = name.lower()  # noqa: PLW2901
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return HTTPRequest(request.method, request.raw_path, body, headers)


def _busy_error() -> ErrorResponse:
    message = f"{_MAX_CONCURRENT_BODIES} request bodies are already being read; try again later"
    error = ErrorResponse(503, "busy", message)
    error.headers = {"retry-after": "1"}
    return error


def _error_to_aiohttp(error: ErrorResponse) -> web.Response:
    # The plane is not known yet.
    return to_aiohttp(error.response(Plane.DATA))


async def _respond_and_close(request: web.BaseRequest, error: ErrorResponse) -> web.Response:
    """Send an error response, and close the connection without reading the rest of the body."""
    response = _error_to_aiohttp(error)
    response.force_close()
    try:
        await response.prepare(request)
        await response.write_eof()
    except ConnectionError:
        pass  # the client has disconnected
    request.protocol.force_close()
    return response
