"""What aiohttp must be told, to send what we say and nothing else, on a connection that is good."""

from __future__ import annotations

import re
import select
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpProcessingError

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import Callable, Iterator

    from aiohttp.connector import Connection
    from aiohttp.http import RawResponseMessage
    from aiohttp.streams import StreamReader
    from aiohttp.tracing import Trace

_MOST_AT_ONCE = 256
"""Connections; who comes when all are taken waits for one, and the deadline does not."""

_EMPTY_LINES = re.compile(rb"[\r\n]*")
_END_OF_HEAD = re.compile(rb"\n\r?\n")
_LONGEST_END = 4
"""Bytes that tell, with the one to come, that a head ends: the last of its last line, and on."""


class Connector(aiohttp.TCPConnector):
    """A pool that gives out no connection on which something has happened since its last use."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        super().__init__(ssl=context or True, limit=_MOST_AT_ONCE)
        handler: Callable[..., ResponseHandler] = _StrictResponseHandler
        self._factory = partial(handler, loop=self._loop)
        self._used = WeakSet[ResponseHandler]()

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol = connection.protocol
            assert protocol is not None  # nobody has released it yet
            if protocol not in self._used:
                self._used.add(protocol)
                return connection
            if not _is_stale(protocol):
                return connection
            connection.close()

    def abort(self) -> None:
        """Close all connections at once, without waiting for anything."""
        for protocol in list(self._used):
            protocol.abort()

    def __del__(self, *_: object) -> None:
        """Silent, unlike aiohttp's own: whoever holds the pool says what was left open, once."""


class _StrictResponseHandler(ResponseHandler):
    """Keeps what is wrong with a body apart from the head before it, as aiohttp's own does not."""

    _is_answer = False
    """Whether the last head that has come is that of an answer, and no interim one."""
    _before = b""
    """The last bytes of a head that goes on; its end may have begun in them."""

    def set_response_params(self, **params: Any) -> None:  # noqa: ANN401 - as they are
        self._is_answer, self._before = False, b""
        super().set_response_params(**params)

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        self._is_answer = not 100 <= data[0].code < 200
        super().feed_data(data, size)

    def data_received(self, data: bytes) -> None:
        for piece in self._pieces(data):
            if piece and self._has_all():
                # The half of another answer, say: kept by a parser that nobody asks again.
                self.force_close()
                break
            super().data_received(piece)
        error, payload = self.exception(), self._payload
        if isinstance(error, HttpProcessingError) and payload is not None and not payload.is_eof():
            # Or whoever waits for the rest of the body would do so in vain; and again for the one
            # who was woken already, by what came before the error, and goes back to sleep.
            payload.set_exception(error)
            self._loop.call_soon(payload.set_exception, error)

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        if not data:
            yield data  # no bytes, but the word to a parser that paused to go on
            return
        # Fed to it at once, a good head would be forgotten for the sake of what follows it; and
        # whether the answer ends before the last byte of all that has come, it would not tell.
        text, fed, begin = self._before + data, len(self._before), 0
        while not self._is_answer and (end := _end_of_head(text, begin)):
            yield text[fed:end]
            fed = begin = end
        self._before = b"" if self._is_answer else text[max(begin, len(text) - _LONGEST_END) :]
        yield from filter(None, (text[fed:-1], text[max(fed, len(text) - 1) :]))

    def _has_all(self) -> bool:
        """Whether the last byte of the answer has come."""
        return self._is_answer and self._payload is not None and self._payload.is_eof()

    def connection_lost(self, exc: BaseException | None) -> None:
        transport = self.transport
        super().connection_lost(exc)
        if transport is not None:
            # Python 3.10 complains of a TLS transport that only the other side has closed.
            transport.close()


class StrictRequest(aiohttp.ClientRequest):
    """A request that adds nothing to what it is given, and tells when it sets out."""

    GET_METHODS = aiohttp.ClientRequest.GET_METHODS | {"DELETE"}  # no content, no length
    POST_METHODS = set[str]()  # noqa: RUF012  # no content, no type; aiohttp has it as a plain set

    transport: asyncio.Transport | None = None
    """What it was sent over; None as long as none of it can have been read."""

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        self.transport = conn.transport
        return await super().send(conn)


def _end_of_head(text: bytes, begin: int) -> int:
    """Where the head that begins there, perhaps after empty lines, ends; 0 if that is to come."""
    lines = _EMPTY_LINES.match(text, begin)
    end = _END_OF_HEAD.search(text, lines.end() if lines else begin)
    return end.end() if end else 0


def _is_stale(protocol: ResponseHandler) -> bool:
    """
    Whether bytes have come, or the end of the connection, after the answer to the last request.

    What is read from it next would be taken for the answer to another question.
    """
    if protocol.should_close or protocol.transport is None:
        return True
    sock = protocol.transport.get_extra_info("socket")
    return sock is not None and _is_readable(sock.fileno())


def _is_readable(descriptor: int) -> bool:
    """What the event loop will see only when it looks next, for we did not let it meanwhile."""
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
