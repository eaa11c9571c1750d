"""HTTP in front of a service: who is let in, how much they may bring, and how long it may take."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Collection

from aiohttp import web

from memsy._core.http import HTTPRequest
from memsy._core.plane import Plane
from memsy.local._hosts import is_loopback
from memsy.local.http.errors import ErrorResponse, too_large
from memsy.local.http.json_body import MAX_BODY_BYTES
from memsy.local.server.admin import PREFIX, Admin
from memsy.local.server.responder import respond, response_of
from memsy.local.service import LocalService

_MOST_AT_ONCE = 256
# How long a refused upload is still read and thrown away, in seconds: a peer that is busy sending
# would see a reset connection, and not why, if it were closed at once.
_LINGER = 2.0

_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(?::\d*)?")

_log = logging.getLogger("memsy.testing")


class HTTPApp(web.Server):
    """
    Takes a request off a socket, hands it to *service*, and sends what that answers.

    A page of the web can make a browser send requests to this machine. So whoever calls must
    address us by one of the *hosts*, for a hostile name may resolve to 127.0.0.1, and say no
    `Origin` but one of the *origins*, for only browsers have one. A body that is not here within
    *body_timeout* seconds is given up, and a connection without a request is closed after
    *idle_timeout* seconds. With an *admin*, what is asked below `/__admin/` is asked of it.

    The service answers in the thread of the loop: it has one lock and no waiting in it, so more
    threads would queue for the same work, and to go there and back would cost more than most
    answers do. So what is in progress at any time is bodies on their way, 256 of them at most.
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
        super().__init__(self._respond)
        self._service = service
        self._admin = admin
        self._hosts = hosts
        self._origins = origins
        self._body_timeout = body_timeout
        self._idle_timeout = idle_timeout
        self._places = asyncio.Semaphore(_MOST_AT_ONCE)

    def __call__(self) -> web.RequestHandler:
        return _Connection(
            self,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=self._idle_timeout,
            lingering_time=_LINGER,
            # What no Memsy client sends compressed need not be a way to send a bomb.
            auto_decompress=False,
            logger=_log,
            access_log=_log,
        )

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            self._check_caller(request)
            _check_form(request)
            body = await self._body(request)
        except asyncio.TimeoutError:
            return await _hang_up(request, self._too_late())
        except (ConnectionError, web.RequestPayloadError):
            return await _hang_up(request, ErrorResponse(400, "bad_request", "the body broke off"))
        except ErrorResponse as error:
            return _refusal(error)
        asked = _request(request, body)
        if self._admin is not None and asked.target.startswith(PREFIX):
            return response_of(self._admin.handle(asked, is_near=is_loopback(request.remote or "")))
        return await respond(request, self._service.deliver(asked))

    def _check_caller(self, request: web.BaseRequest) -> None:
        hosts = request.headers.getall("host", [])
        if len(hosts) != 1:
            raise ErrorResponse(
                400, "bad_request", f"one Host header is needed, there were {len(hosts)}"
            )
        name = _HOST.fullmatch(hosts[0])
        if name is None or name[1].lower() not in self._hosts:
            raise ErrorResponse(
                403,
                "host_not_allowed",
                f"this service answers to {', '.join(sorted(self._hosts))}, not to {hosts[0]!r}; "
                "memsy serve --allowed-host adds a name",
            )
        origin = request.headers.get("origin")
        if origin is not None and origin not in self._origins:
            raise ErrorResponse(403, "origin_not_allowed", f"no page of {origin!r} may call here")

    async def _body(self, request: web.BaseRequest) -> bytes | None:
        if request.content.is_eof():
            return await _read(request)  # all of it is here: this does not wait
        if self._places.locked():
            raise _busy()
        async with self._places:
            return await asyncio.wait_for(_read(request), self._body_timeout)

    def _too_late(self) -> ErrorResponse:
        message = f"the body was not complete after {self._body_timeout:g} s"
        return ErrorResponse(408, "request_timeout", message)


class _Connection(web.RequestHandler):
    """A connection as aiohttp has it, but what goes wrong is told in JSON, and in few words."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if status == 400:
            # Neither the log nor the reply repeats what was sent: a key may be in it.
            error = ErrorResponse(400, "bad_request", "this is not a well-formed HTTP request")
        else:
            _log.error("the local server failed", exc_info=exc)
            error = ErrorResponse(
                500, "internal_error", "the local server failed; its log says why"
            )
        response = _refusal(error)
        response.force_close()
        return response


def _check_form(request: web.BaseRequest) -> None:
    """Refuse what can be refused before the body is read."""
    if not request.raw_path.startswith("/"):
        raise ErrorResponse(
            400, "bad_request", "the request target must be a path: this is no proxy"
        )
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise too_large(MAX_BODY_BYTES)
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        message = f"bodies are read as they are, not with the encoding {encoding!r}"
        raise ErrorResponse(415, "unsupported_media_type", message)


async def _read(request: web.BaseRequest) -> bytes | None:
    if not request.body_exists:
        return None
    if request.headers.get("expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # the answer itself has not begun
    try:
        return await request.clone(client_max_size=MAX_BODY_BYTES).read()
    except web.HTTPRequestEntityTooLarge:
        raise too_large(MAX_BODY_BYTES) from None


def _request(request: web.BaseRequest, body: bytes | None) -> HTTPRequest:
    """What was asked, byte for byte: the service itself cuts and decodes the target."""
    headers = {name: ", ".join(request.headers.getall(name)) for name in request.headers}
    return HTTPRequest(request.method, request.raw_path, body, headers)


def _busy() -> ErrorResponse:
    error = ErrorResponse(503, "busy", f"{_MOST_AT_ONCE} bodies are on their way already")
    error.headers = {"retry-after": "1"}
    return error


def _refusal(error: ErrorResponse) -> web.Response:
    # The plane is not known yet.
    return response_of(error.response(Plane.DATA))


async def _hang_up(request: web.BaseRequest, error: ErrorResponse) -> web.Response:
    """Say no, and wait for nothing more of this peer."""
    response = _refusal(error)
    response.force_close()
    try:
        await response.prepare(request)
        await response.write_eof()
    except ConnectionError:
        pass  # nobody is there to hear it
    request.protocol.force_close()
    return response
