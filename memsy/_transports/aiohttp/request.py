"""Request class of aiohttp: no added headers, a record of the sending, and a short exchange."""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp.connector import Connection
from aiohttp.helpers import BaseTimerContext

from memsy._transports.headers import MAX_HEADERS, MAX_LINE_BYTES


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
        timer: BaseTimerContext,
        read_timeout: float | None,
    ) -> aiohttp.ClientResponse:
        """
        Send the request on `connection`, and return the response when its head has arrived.

        Args:
            connection: Connection that the connector has opened for this request.
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
            response = await self.send(connection)
            try:
                return await response.start(connection)
            except BaseException:
                response.close()  # cancels the task that writes the body
                raise
        except BaseException:
            connection.close()
            raise
