"""Request class of aiohttp: no added headers, a record of the sending, and a short way to send."""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.helpers import BaseTimerContext
from aiohttp.http import StreamWriter

from memsy._transports.headers import MAX_HEADERS, MAX_LINE_BYTES

MAX_BUFFERED_BYTES = 2**15
"""Largest body that is written at once. With its head, it fits into the write buffer."""


class TrackedRequest(aiohttp.ClientRequest):
    """A request that adds no header for its body, and records the transport that it is sent on."""

    GET_METHODS = aiohttp.ClientRequest.GET_METHODS | {"DELETE"}  # adds no Content-Length
    POST_METHODS = set[str]()  # noqa: RUF012  # adds no Content-Type; aiohttp has a mutable set, too

    transport: asyncio.Transport | None = None
    """None until the request is sent. After that, the service may have read a part of it."""
    queued_at: float | None = None
    """Start of the wait for a free connection, on the clock of the loop. None without a wait."""
    admitted_at: float | None = None
    """Start of a new connection, which ends the wait."""

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        self.transport = conn.transport
        return await super().send(conn)

    async def exchange(
        self,
        connection: Connection,
        body: bytes,
        timer: BaseTimerContext,
        read_timeout: float | None,
    ) -> aiohttp.ClientResponse:
        """
        Send the request on `connection`, and return the response when its head has arrived.

        Args:
            connection: Connection that the connector has opened for this request.
            body: Body of a request that was created without `data`, at most `MAX_BUFFERED_BYTES`.
            timer: Limit of the wait for head and body.
            read_timeout: Limit of the wait for the next bytes, in seconds.
        """
        protocol = connection.protocol
        assert protocol is not None  # None only after a release
        try:
            protocol.set_response_params(
                timer=timer,
                read_until_eof=True,
                auto_decompress=False,
                read_timeout=read_timeout,
                max_line_size=MAX_LINE_BYTES,
                max_field_size=MAX_LINE_BYTES,
                max_headers=MAX_HEADERS,
            )
            if self.body:
                response = await self.send(connection)
            else:
                response = await self._send_at_once(connection, protocol, body, timer)
            try:
                return await response.start(connection)
            except BaseException:
                response.close()  # cancels the task that writes the body
                raise
        except BaseException:
            connection.close()
            raise

    async def _send_at_once(
        self,
        connection: Connection,
        protocol: ResponseHandler,
        body: bytes,
        timer: BaseTimerContext,
    ) -> aiohttp.ClientResponse:
        """Send the request without the task that `send` starts for a body."""
        self.transport = connection.transport
        target = str(self.url) if self.proxy and not self.is_ssl() else self.url.raw_path_qs
        writer = StreamWriter(protocol, self.loop)
        await writer.write_headers(f"{self.method} {target} HTTP/1.1", self.headers)
        await writer.write(body, drain=False)
        writer.set_eof()
        protocol.start_timeout()
        return aiohttp.ClientResponse(
            self.method,
            self.url,
            writer=None,
            continue100=None,
            timer=timer,
            request_info=self.request_info,
            traces=[],
            loop=self.loop,
            session=self.session,
            stream_writer=writer,
        )
