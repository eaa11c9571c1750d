"""Async client of the data plane, on aiohttp."""

from __future__ import annotations

from collections.abc import Sequence

from memsy._base_client import AsyncClientBase
from memsy._core.plane import Plane
from memsy.client import MemsyClient
from memsy.models import (
    ClearResponse,
    EventPayload,
    HealthResponse,
    IngestResponse,
    SearchResponse,
    StatusResponse,
)
from memsy.parity import implements, mirrors
from memsy.protocols import AsyncMemsyClientProtocol
from memsy.resources import (
    AsyncActorsResource,
    AsyncMemoriesResource,
    AsyncOrgsResource,
    AsyncRolesResource,
    AsyncTeamsResource,
    client_operations,
)
from memsy.resources.ingest import ingest
from memsy.resources.processing import wait_until_processed


@mirrors(MemsyClient)
@implements(AsyncMemsyClientProtocol)
class AsyncMemsyClient(AsyncClientBase, AsyncMemsyClientProtocol):
    """
    Async client of the data plane, for `asyncio`: ingest events, search memories.

    Use one client for all tasks and event loops. It can be created before a loop runs. Close it at
    the end, or use it as an async context manager. The client sends nothing before the first call.
    """

    _plane = Plane.DATA

    @property
    def orgs(self) -> AsyncOrgsResource:
        return AsyncOrgsResource(self._call)

    @property
    def roles(self) -> AsyncRolesResource:
        return AsyncRolesResource(self._call)

    @property
    def teams(self) -> AsyncTeamsResource:
        return AsyncTeamsResource(self._call)

    @property
    def memories(self) -> AsyncMemoriesResource:
        return AsyncMemoriesResource(self._call)

    @property
    def actors(self) -> AsyncActorsResource:
        return AsyncActorsResource(self._call)

    async def ingest(self, events: Sequence[EventPayload]) -> IngestResponse:
        return await self._call.send_batches(ingest(events))

    async def search(
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
        return await self._call(
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

    async def status(self, event_ids: list[str]) -> StatusResponse:
        return await self._call.send_batches(client_operations.status(event_ids))

    async def wait_until_processed(
        self, event_ids: Sequence[str], *, timeout: float = 300.0, poll_interval: float = 3.0
    ) -> StatusResponse:
        return await self._call.poll(
            wait_until_processed(event_ids=event_ids, timeout=timeout, poll_interval=poll_interval)
        )

    async def health(self) -> HealthResponse:
        return await self._call(client_operations.health())

    async def clear(self, container_tag: str) -> ClearResponse:
        return await self._call(client_operations.clear(container_tag))
