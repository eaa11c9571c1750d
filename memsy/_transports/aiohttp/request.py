"""Request class of aiohttp: no added headers, a record of the sending, and a short exchange."""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp.connector import Connection


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

    async def exchange(self, connection: Connection) -> aiohttp.ClientResponse:
        """Send the request on `connection`, and return the response when its head has arrived."""
        try:
            response = await self.send(connection)
            try:
                return await response.start(connection)
            except BaseException:
                response.close()  # cancels the task that writes the body
                raise
        except BaseException:
            connection.close()
            raise
