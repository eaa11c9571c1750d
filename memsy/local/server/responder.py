"""What becomes of a delivery on a socket: it arrives, or what was to befall it does."""

from __future__ import annotations

import asyncio

from aiohttp import web

from memsy._core.http import HTTPResponse
from memsy._version import __version__
from memsy.local.http.delivery import Delivery, DeliveryMode

_LOOK = 0.02
"""Seconds between two looks at whether anybody is waiting still, and between two drops."""


async def respond(request: web.BaseRequest, delivery: Delivery) -> web.StreamResponse:
    """Bring *delivery* to whoever asked with *request*, as far as it gets."""
    if delivery.mode is DeliveryMode.SILENT:
        while request.transport is not None:  # noqa: ASYNC110 - aiohttp has no event for its end
            await asyncio.sleep(_LOOK)
    await asyncio.sleep(delivery.delay)
    response = response_of(delivery.response)
    if delivery.mode is DeliveryMode.WHOLE:
        return response
    if delivery.mode is DeliveryMode.CUT:
        await _send_half(request, response, delivery.response.content)
    if delivery.mode is DeliveryMode.DRIPPING:
        await _drip(request, response)
    if request.transport is not None:
        request.transport.close()
    return response  # it finds that there is no connection to be sent on


def response_of(reply: HTTPResponse) -> web.Response:
    """*reply*, as aiohttp sends it."""
    headers = {**reply.headers, "server": f"memsy-local/{__version__}"}
    return web.Response(status=reply.status, headers=headers, body=reply.content)


async def _send_half(request: web.BaseRequest, whole: web.Response, content: bytes) -> None:
    """The head of the *whole* response, which tells its length, and half of its *content*."""
    half = web.StreamResponse(status=whole.status, headers=whole.headers)
    half.content_length = len(content)
    await half.prepare(request)
    await half.write(content[: len(content) // 2])


async def _drip(request: web.BaseRequest, whole: web.Response) -> None:
    """The head of the *whole* response, and blanks, for as long as somebody waits."""
    endless = web.StreamResponse(status=whole.status, headers=whole.headers)
    endless.content_length = 2**62
    await endless.prepare(request)
    while request.transport is not None:
        await endless.write(b" ")
        await asyncio.sleep(_LOOK)
