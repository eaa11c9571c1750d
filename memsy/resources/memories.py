"""Memories, one by one, in pages, and in numbers."""

from __future__ import annotations

from memsy._core import encode
from memsy._core.json_codec import decode_as
from memsy._core.operation import Operation, ask
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import MemoryItemResource, MemoryListResponse, MemoryStatsResponse
from memsy.parity import implements
from memsy.protocols import AsyncMemoriesProtocol, MemoriesProtocol


def _stats() -> Operation[MemoryStatsResponse]:
    return ask("memories.stats", "GET /console/memories/stats", decode_as(MemoryStatsResponse))


def _get(memory_id: str) -> Operation[MemoryItemResource]:
    return ask(
        "memories.get",
        "GET /console/memories/{memory_id}",
        decode_as(MemoryItemResource),
        path={"memory_id": memory_id},
    )


def _list(
    actor_id: str | None,
    kind: str | None,
    type: str | None,
    status: str | None,
    sort: str,
    search: str | None,
    limit: int,
    offset: int,
) -> Operation[MemoryListResponse]:
    return ask(
        "memories.list",
        "GET /console/memories",
        decode_as(MemoryListResponse),
        query={
            "actor_id": encode.identifier_or_none("actor_id", actor_id),
            "kind": kind,
            "type": type,
            "status": status,
            "sort": sort,
            "search": search,
            "limit": encode.integer("limit", limit),
            "offset": encode.integer("offset", offset),
        },
    )


@implements(MemoriesProtocol)
class MemoriesResource(SyncAPIResource, MemoriesProtocol):
    """`client.memories`, blocking."""

    __slots__ = ()

    def stats(self) -> MemoryStatsResponse:
        return self._call(_stats())

    def get(self, memory_id: str) -> MemoryItemResource:
        return self._call(_get(memory_id))

    def list(
        self,
        *,
        actor_id: str | None = None,
        kind: str | None = None,
        type: str | None = None,
        status: str | None = None,
        sort: str = "observed_at_desc",
        search: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> MemoryListResponse:
        return self._call(_list(actor_id, kind, type, status, sort, search, limit, offset))


@implements(AsyncMemoriesProtocol)
class AsyncMemoriesResource(AsyncAPIResource, AsyncMemoriesProtocol):
    """`client.memories`, awaiting."""

    __slots__ = ()

    async def stats(self) -> MemoryStatsResponse:
        return await self._call(_stats())

    async def get(self, memory_id: str) -> MemoryItemResource:
        return await self._call(_get(memory_id))

    async def list(
        self,
        *,
        actor_id: str | None = None,
        kind: str | None = None,
        type: str | None = None,
        status: str | None = None,
        sort: str = "observed_at_desc",
        search: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> MemoryListResponse:
        return await self._call(_list(actor_id, kind, type, status, sort, search, limit, offset))
