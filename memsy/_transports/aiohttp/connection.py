"""
aiohttp subclasses: no stale connections, exact response ends.

The connector returns no stale connection, and the protocol detects the exact end of a response.
"""

from __future__ import annotations

import asyncio
import re
import select
import ssl
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError, RawResponseMessage
from aiohttp.http_parser import HttpResponseParserPy
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader
from aiohttp.tracing import Trace

from memsy._core.timeout import MAX_IDLE_SECONDS
from memsy._core.transport import client_closed_error
from memsy._transports.aiohttp.python_parser import StrictPythonParser
from memsy._transports.aiohttp.request import TrackedRequest
from memsy._transports.headers import CONTENT_LENGTH, is_chunked
from memsy._transports.sockets import open_socket

_EMPTY_LINES = re.compile(rb"[\r\n]*")
_END_OF_HEAD = re.compile(rb"\n\r?\n")
_MAX_HEAD_END_BYTES = 4
"""Number of bytes before the current byte that may belong to the end of a head."""


class StaleCheckConnector(aiohttp.TCPConnector):
    """A connector that never returns a connection with unread bytes or a closed peer."""

    def __init__(self, context: ssl.SSLContext | None, max_connections: int) -> None:
        super().__init__(
            ssl=context or True,
            limit=max_connections,
            keepalive_timeout=MAX_IDLE_SECONDS,
            socket_factory=open_socket,
        )
        handler: Callable[..., ResponseHandler] = _StrictResponseHandler
        self._factory = partial(handler, loop=self._loop)
        self._transports = WeakSet[asyncio.Transport]()

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        while True:
            connection = await self._connect(req, traces, timeout)
            protocol = connection.protocol
            assert protocol is not None  # None only after a release
            transport = protocol.transport
            if transport is None:
                return connection  # the peer has closed a new connection already
            if transport not in self._transports:
                self._transports.add(transport)
                return connection
            if not _is_stale(protocol):
                return connection
            connection.close()

    async def _connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        assert isinstance(req, TrackedRequest)  # the request class of the session
        if self._available_connections(req.connection_key) <= 0:
            req.queued_at = self._loop.time()
        try:
            return await super().connect(req, traces, timeout)
        except asyncio.CancelledError:
            # On close, aiohttp cancels the wait for a free connection. The task is not cancelled.
            if self.closed and not _is_cancelled(asyncio.current_task()):
                raise client_closed_error() from None
            raise

    async def _create_connection(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> ResponseHandler:
        assert isinstance(req, TrackedRequest)
        req.admitted_at = self._loop.time()
        return await super()._create_connection(req, traces, timeout)

    def abort(self) -> None:
        """Close all connections immediately. Call this in the event loop of the connector."""
        for transport in list(self._transports):
            transport.abort()

    def close_sockets(self) -> None:
        """Close all connections of a closed event loop."""
        for transport in list(self._transports):
            _close_socket(transport)

    def __del__(self, *_: object) -> None:
        """Do nothing: aiohttp would warn of open connections, but the transport already warns."""


class _StrictResponseHandler(ResponseHandler):
    """
    A protocol that gives its parser each head separately, and detects bytes after the response.

    So the parser keeps the valid head before a malformed body. A body without Content-Length may
    end anywhere, so the parser gets the last byte of the data separately.
    """

    _has_final_head = False
    """True if the last parsed head belongs to the final response, not to an interim one."""
    _head_tail = b""
    """The last bytes of an unfinished head, in which its end may have begun."""
    _missing_bytes = 0
    """Number of bytes that the body lacks, by its Content-Length."""

    def set_response_params(self, **params: Any) -> None:  # noqa: ANN401 - the parameters of aiohttp
        self._has_final_head, self._head_tail, self._missing_bytes = False, b"", 0
        early_data, self._tail = self._tail, b""  # aiohttp would give it to the parser at once
        super().set_response_params(**params)
        if type(self._parser) is HttpResponseParserPy:
            StrictPythonParser.adopt(self._parser)
        if early_data:
            self.data_received(early_data)

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        message, payload = data
        self._has_final_head = not 100 <= message.code < 200
        coding = message.headers.get("Transfer-Encoding", "").strip(" \t\r\n")
        if is_chunked(coding) and not message.chunked and payload is not EMPTY_PAYLOAD:
            self._parser = StrictPythonParser.for_chunked_body(self, self._loop, payload)
        length = message.headers.get("Content-Length", "")
        if CONTENT_LENGTH.fullmatch(length) and not coding and payload is not EMPTY_PAYLOAD:
            self._missing_bytes = int(length)
        super().feed_data(data, size)

    def data_received(self, data: bytes) -> None:
        for piece in self._pieces(data):
            if piece and self._is_complete():
                # Close: the parser would keep these bytes, such as half of another response.
                self.force_close()
                break
            super().data_received(piece)
        error, payload = self.exception(), self._payload
        if isinstance(error, HttpProcessingError) and payload is not None and not payload.is_eof():
            # Without the error, a reader waits for the rest of the body forever. Set the error
            # again in the next iteration of the loop: a reader that was already awake waits again.
            payload.set_exception(error)
            self._loop.call_soon(payload.set_exception, error)

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        if not data:
            yield data  # no bytes: aiohttp resumes a paused parser in this way
            return
        # The parser reports no head if an error follows the head in the same data. It also does
        # not report that the response ended before the last byte of the data. Within a body with
        # Content-Length, neither can happen.
        text, parsed, begin = self._head_tail + data, len(self._head_tail), 0
        while not self._has_final_head and (end := _end_of_head(text, begin)):
            yield text[parsed:end]
            parsed = begin = end
        tail = text[max(begin, len(text) - _MAX_HEAD_END_BYTES) :]
        self._head_tail = b"" if self._has_final_head else tail
        rest = text[parsed:]
        if 0 < len(rest) <= self._missing_bytes:
            self._missing_bytes -= len(rest)
            yield rest
        else:
            yield from filter(None, (rest[:-1], rest[-1:]))

    def _is_complete(self) -> bool:
        """Return True if the last byte of the response was received."""
        return self._has_final_head and self._payload is not None and self._payload.is_eof()

    def connection_lost(self, exc: BaseException | None) -> None:
        transport = self.transport
        super().connection_lost(exc)
        if transport is not None:
            # Python 3.10 warns of a TLS transport that only the peer has closed.
            transport.close()


def _is_cancelled(task: asyncio.Task[object] | None) -> bool:
    """Return True if `task` is cancelled. Python 3.10 does not tell, so the result is False."""
    return bool(task and sys.version_info >= (3, 11) and task.cancelling())


def _close_socket(transport: Any) -> None:  # noqa: ANN401 - private members of asyncio
    """
    Close the socket of a transport whose event loop is closed.

    `abort()` would let the loop close the socket, and the destructor of an open transport warns.
    uvloop closes the sockets itself, and its transports have other members.
    """
    tls_protocol = getattr(transport, "_ssl_protocol", None)
    if tls_protocol is not None:
        transport._closed = True
        transport = tls_protocol._transport
    if getattr(transport, "_sock", None) is not None:
        transport.set_protocol(asyncio.Protocol())  # the protocol of aiohttp would use the loop
        transport._call_connection_lost(None)


def _end_of_head(text: bytes, begin: int) -> int:
    """Return the end of the head that begins at `begin`, or 0 if the head is unfinished."""
    empty_lines = _EMPTY_LINES.match(text, begin)
    end = _END_OF_HEAD.search(text, empty_lines.end() if empty_lines else begin)
    return end.end() if end else 0


def _is_stale(protocol: ResponseHandler) -> bool:
    """
    Return True if bytes or the end of the connection followed the last response.

    The next request would read these bytes as its response.
    """
    if protocol.should_close or protocol.transport is None:
        return True
    sock = protocol.transport.get_extra_info("socket")
    return sock is not None and _is_readable(sock.fileno())


def _is_readable(descriptor: int) -> bool:
    """
    Return True if the socket has unread bytes, or if the peer has closed the connection.

    The event loop notices these changes only after the current task pauses.
    """
    if sys.platform == "win32":
        # On other platforms, select() takes no descriptor from 1024 on.
        return bool(select.select([descriptor], [], [], 0)[0])
    if not hasattr(select, "poll"):  # eventlet removes it
        return False
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
