"""Sync client of the data plane, on requests."""

from __future__ import annotations

from collections.abc import Sequence

from memsy._base_client import SyncClientBase
from memsy._core.plane import Plane
from memsy.models import (
    ClearResponse,
    EventPayload,
    HealthResponse,
    IngestResponse,
    SearchResponse,
    StatusResponse,
)
from memsy.parity import implements
from memsy.protocols import MemsyClientProtocol
from memsy.resources import (
    ActorsResource,
    MemoriesResource,
    OrgsResource,
    RolesResource,
    TeamsResource,
    client_operations,
)
from memsy.resources.ingest import ingest
from memsy.resources.processing import wait_until_processed


@implements(MemsyClientProtocol)
class MemsyClient(SyncClientBase, MemsyClientProtocol):
    """
    Sync client of the data plane: ingest events, search memories.

    Use one client for the whole process and all its threads. Close it at the end, or use it as a
    context manager. The client sends nothing before the first call.
    """

    _plane = Plane.DATA

    @property
    def orgs(self) -> OrgsResource:
        return OrgsResource(self._call)

    @property
    def roles(self) -> RolesResource:
        return RolesResource(self._call)

    @property
    def teams(self) -> TeamsResource:
        return TeamsResource(self._call)

    @property
    def memories(self) -> MemoriesResource:
        return MemoriesResource(self._call)

    @property
    def actors(self) -> ActorsResource:
        return ActorsResource(self._call)

    def ingest(self, events: Sequence[EventPayload]) -> IngestResponse:
        return self._call.send_batches(ingest(events))

    def search(
        self,
        query: str,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        exclude_session_id: str | None = None,
        limit: int = 10,
        threshold: float = 0.0,
        include_source_events: bool = False,
        role_ids: list[str] | None = None,
        team_ids: list[str] | None = None,
    ) -> SearchResponse:
        return self._call(
            client_operations.search(
                query=query,
                actor_id=actor_id,
                session_id=session_id,
                exclude_session_id=exclude_session_id,
                limit=limit,
                threshold=threshold,
                include_source_events=include_source_events,
                role_ids=role_ids,
                team_ids=team_ids,
            )
        )

    def status(self, event_ids: list[str]) -> StatusResponse:
        return self._call.send_batches(client_operations.status(event_ids))

    def wait_until_processed(
        self, event_ids: Sequence[str], *, timeout: float = 300.0, poll_interval: float = 3.0
    ) -> StatusResponse:
        return self._call.poll(
            wait_until_processed(event_ids=event_ids, timeout=timeout, poll_interval=poll_interval)
        )

    def health(self) -> HealthResponse:
        return self._call(client_operations.health())

    def clear(self, container_tag: str) -> ClearResponse:
        return self._call(client_operations.clear(container_tag))
