"""The third transport: it hands requests to a `LocalService`, without a socket between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attrs import evolve

from memsy._transports.failure import closed
from memsy._transports.headers import headers_for

if TYPE_CHECKING:
    from memsy._core.clock import Clock
    from memsy._core.deadline import Deadline
    from memsy._core.settings import Settings
    from memsy._core.wire import Reply, Request
    from memsy.testing.service import LocalService


class _Line:
    """A line to a service: what it carries arrives as it would have over HTTP."""

    def __init__(self, service: LocalService, settings: Settings) -> None:
        self.clock: Clock = service.clock
        self._service = service
        self._settings = settings
        self._prefix = urlsplit(settings.base_url).path
        self._is_open = True

    def _answer(self, request: Request) -> Reply:
        if not self._is_open:
            raise closed()
        return self._service.answer(
            evolve(
                request,
                target=self._prefix + request.target,
                headers={**self._settings.headers(), **headers_for(request)},
            )
        )


class ServiceTransport(_Line):
    """Blocks for as long as the service thinks, which is no time."""

    def send(self, request: Request, deadline: Deadline) -> Reply:
        return self._answer(request)

    def close(self) -> None:
        self._is_open = False


class AsyncServiceTransport(_Line):
    """Lets other tasks run once for each request, as any real transport would."""

    async def send(self, request: Request, deadline: Deadline) -> Reply:
        await asyncio.sleep(0)
        return self._answer(request)

    async def close(self) -> None:
        self._is_open = False
