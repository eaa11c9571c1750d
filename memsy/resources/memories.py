"""Memories: the endpoints under `/console/memories`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import get_args

from memsy._core import encode
from memsy._core.operation import Endpoint, Operation
from memsy._core.pagination import AsyncPageIterator, PageIterator, PageLayout, Pagination
from memsy._core.plane import Plane
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import MemoryItemResource, MemoryListResponse, MemorySort, MemoryStatsResponse
from memsy.parity import implements
from memsy.protocols import AsyncMemoriesProtocol, MemoriesProtocol

_SORTS = get_args(MemorySort)

_STATS = Endpoint(
    name="memories.stats",
    plane=Plane.DATA,
    method="GET",
    path="/console/memories/stats",
    response=MemoryStatsResponse,
)


def _stats() -> Operation[MemoryStatsResponse]:
    return _STATS.operation()


_GET = Endpoint(
    name="memories.get",
    plane=Plane.DATA,
    method="GET",
    path="/console/memories/{memory_id}",
    response=MemoryItemResource,
)


def _get(memory_id: str) -> Operation[MemoryItemResource]:
    return _GET.operation(path_params={"memory_id": memory_id})


_LIST = Endpoint(
    name="memories.list",
    plane=Plane.DATA,
    method="GET",
    path="/console/memories",
    response=MemoryListResponse,
)


def _list(
    *,
    actor_id: str | None,
    kind: str | None,
    type: str | None,
    status: str | None,
    sort: MemorySort,
    search: str | None,
    limit: int,
    offset: int,
) -> Operation[MemoryListResponse]:
    return _LIST.operation(
        query={
            "actor_id": encode.identifier_or_none("actor_id", actor_id),
            "kind": encode.text_or_none("kind", kind),
            "type": encode.text_or_none("type", type),
            "status": encode.text_or_none("status", status),
            "sort": encode.choice("sort", sort, _SORTS),
            "search": encode.text_or_none("search", search),
            "limit": encode.integer("limit", limit),
            "offset": encode.integer("offset", offset),
        },
    )


_LAYOUT = PageLayout[MemoryListResponse, MemoryItemResource](
    items=lambda page: page.items,
    item_id=lambda memory: memory.memory_id,
    total=lambda page: page.total,
)


def _pagination(
    *,
    actor_id: str | None,
    kind: str | None,
    type: str | None,
    status: str | None,
    sort: MemorySort,
    search: str | None,
    page_size: int,
    max_items: int | None,
) -> Pagination[MemoryListResponse, MemoryItemResource]:
    list_page = partial(
        _list,
        actor_id=actor_id,
        kind=kind,
        type=type,
        status=status,
        sort=sort,
        search=search,
    )
    return Pagination(list_page, _LAYOUT, page_size=page_size, max_items=max_items)


@implements(MemoriesProtocol)
class MemoriesResource(SyncAPIResource, MemoriesProtocol):
    """`client.memories`, sync."""

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
        sort: MemorySort = "observed_at_desc",
        search: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> MemoryListResponse:
        return self._call(
            _list(
                actor_id=actor_id,
                kind=kind,
                type=type,
                status=status,
                sort=sort,
                search=search,
                limit=limit,
                offset=offset,
            )
        )

    def iterate(
        self,
        *,
        actor_id: str | None = None,
        kind: str | None = None,
        type: str | None = None,
        status: str | None = None,
        sort: MemorySort = "observed_at_desc",
        search: str | None = None,
        page_size: int = 100,
        max_items: int | None = None,
    ) -> Iterator[MemoryItemResource]:
        return PageIterator(
            self._call,
            _pagination(
                actor_id=actor_id,
                kind=kind,
                type=type,
                status=status,
                sort=sort,
                search=search,
                page_size=page_size,
                max_items=max_items,
            ),
        )


@implements(AsyncMemoriesProtocol)
class AsyncMemoriesResource(AsyncAPIResource, AsyncMemoriesProtocol):
    """`client.memories`, async."""

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
        sort: MemorySort = "observed_at_desc",
        search: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> MemoryListResponse:
        return await self._call(
            _list(
                actor_id=actor_id,
                kind=kind,
                type=type,
                status=status,
                sort=sort,
                search=search,
                limit=limit,
                offset=offset,
            )
        )

    def iterate(
        self,
        *,
        actor_id: str | None = None,
        kind: str | None = None,
        type: str | None = None,
        status: str | None = None,
        sort: MemorySort = "observed_at_desc",
        search: str | None = None,
        page_size: int = 100,
        max_items: int | None = None,
    ) -> AsyncIterator[MemoryItemResource]:
        return AsyncPageIterator(
            self._call,
            _pagination(
                actor_id=actor_id,
                kind=kind,
                type=type,
                status=status,
                sort=sort,
                search=search,
                page_size=page_size,
                max_items=max_items,
            ),
        )
