"""Send a response of the service on a socket, delayed or broken as its delivery says."""

from __future__ import annotations

import asyncio

from aiohttp import web

from memsy._core.http import HTTPResponse
from memsy._version import __version__
from memsy.local.http.delivery import Delivery, DeliveryMode

_SERVER = f"memsy-local/{__version__}"
_CHECK_INTERVAL = 0.02
"""Seconds between two checks of the connection, and between two bytes of a dripping body."""


async def respond(request: web.BaseRequest, delivery: Delivery) -> web.StreamResponse:
    """Send the response of `delivery`, or the part that its mode allows."""
    if delivery.mode is DeliveryMode.NO_RESPONSE:
        while request.transport is not None:  # noqa: ASYNC110 - aiohttp has no disconnect event
            await asyncio.sleep(_CHECK_INTERVAL)
    if delivery.delay:
        await asyncio.sleep(delivery.delay)
    response = to_aiohttp(delivery.response)
    if delivery.mode is DeliveryMode.COMPLETE:
        return response
    if delivery.mode is DeliveryMode.TRUNCATED:
        await _send_half(request, response, delivery.response.content)
    if delivery.mode is DeliveryMode.DRIPPING:
        await _drip(request, response)
    if request.transport is not None:
        request.transport.close()
    return response  # the connection is closed, so aiohttp sends nothing


def to_aiohttp(response: HTTPResponse) -> web.Response:
    """Convert a response of the service for aiohttp, and add the `Server` header."""
    headers = {**response.headers, "server": _SERVER}
    return web.Response(status=response.status, headers=headers, body=response.content)


async def _send_half(request: web.BaseRequest, response: web.Response, content: bytes) -> None:
    """Send the headers with the full content length, and half of the content."""
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    stream.content_length = len(content)
    await stream.prepare(request)
    await stream.write(content[: len(content) // 2])


async def _drip(request: web.BaseRequest, response: web.Response) -> None:
    """Send the headers and then spaces, until the client disconnects."""
    stream = web.StreamResponse(status=response.status, headers=response.headers)
    stream.content_length = 2**62
    await stream.prepare(request)
    while request.transport is not None:
        await stream.write(b" ")
        await asyncio.sleep(_CHECK_INTERVAL)
