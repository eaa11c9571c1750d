"""Sync client of the control plane, on requests."""

from __future__ import annotations

from memsy._base_client import SyncClientBase
from memsy._core.plane import Plane
from memsy.control_resources import (
    BillingResource,
    ConnectorsResource,
    EventsResource,
    InterestResource,
    KeysResource,
    UsageResource,
    client_operations,
)
from memsy.models import HealthResponse, MeResponse
from memsy.parity import implements
from memsy.protocols import MemsyControlClientProtocol


@implements(MemsyControlClientProtocol)
class MemsyControlClient(SyncClientBase, MemsyControlClientProtocol):
    """
    Sync client of the control plane: usage, billing, API keys, events, connectors.

    Use one client for the whole process and all its threads. Close it at the end, or use it as a
    context manager. The client sends nothing before the first call.
    """

    _plane = Plane.CONTROL

    @property
    def usage(self) -> UsageResource:
        return UsageResource(self._call)

    @property
    def billing(self) -> BillingResource:
        return BillingResource(self._call)

    @property
    def keys(self) -> KeysResource:
        return KeysResource(self._call)

    @property
    def events(self) -> EventsResource:
        return EventsResource(self._call)

    @property
    def interest(self) -> InterestResource:
        return InterestResource(self._call)

    @property
    def connectors(self) -> ConnectorsResource:
        return ConnectorsResource(self._call)

    def me(self) -> MeResponse:
        return self._call(client_operations.me())

    def health(self) -> HealthResponse:
        return self._call(client_operations.health())
