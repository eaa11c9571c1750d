"""Async client of the control plane, on aiohttp."""

from __future__ import annotations

from memsy._base_client import AsyncClientBase
from memsy._core.plane import Plane
from memsy.control import MemsyControlClient
from memsy.control_resources import (
    AsyncBillingResource,
    AsyncConnectorsResource,
    AsyncEventsResource,
    AsyncInterestResource,
    AsyncKeysResource,
    AsyncUsageResource,
    client_operations,
)
from memsy.models import HealthResponse, MeResponse
from memsy.parity import implements, mirrors
from memsy.protocols import AsyncMemsyControlClientProtocol


@mirrors(MemsyControlClient)
@implements(AsyncMemsyControlClientProtocol)
class AsyncMemsyControlClient(AsyncClientBase, AsyncMemsyControlClientProtocol):
    """
    Async client of the control plane, for `asyncio`: usage, billing, API keys, events, connectors.

    Use one client for all tasks and event loops. It can be created before a loop runs. Close it at
    the end, or use it as an async context manager. The client sends nothing before the first call.
    """

    _plane = Plane.CONTROL

    @property
    def usage(self) -> AsyncUsageResource:
        return AsyncUsageResource(self._call)

    @property
    def billing(self) -> AsyncBillingResource:
        return AsyncBillingResource(self._call)

    @property
    def keys(self) -> AsyncKeysResource:
        return AsyncKeysResource(self._call)

    @property
    def events(self) -> AsyncEventsResource:
        return AsyncEventsResource(self._call)

    @property
    def interest(self) -> AsyncInterestResource:
        return AsyncInterestResource(self._call)

    @property
    def connectors(self) -> AsyncConnectorsResource:
        return AsyncConnectorsResource(self._call)

    async def me(self) -> MeResponse:
        return await self._call(client_operations.me())

    async def health(self) -> HealthResponse:
        return await self._call(client_operations.health())
