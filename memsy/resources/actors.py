"""Actors of an organisation: the endpoints under `/actors`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import get_args

from memsy._core import encode
from memsy._core.operation import Endpoint, Operation
from memsy._core.pagination import AsyncPageIterator, PageIterator, PageLayout, Pagination
from memsy._core.plane import Plane
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import ActorListResponse, ActorResource, ActorSort
from memsy.parity import implements
from memsy.protocols import ActorsProtocol, AsyncActorsProtocol

_SORTS = get_args(ActorSort)

_GET = Endpoint(
    name="actors.get",
    plane=Plane.DATA,
    method="GET",
    path="/actors/{actor_id}",
    response=ActorResource,
)


def _get(*, actor_id: str, org_id: str | None) -> Operation[ActorResource]:
    return _GET.operation(
        path_params={"actor_id": actor_id},
        query={"org_id": encode.identifier_or_none("org_id", org_id)},
    )


_LIST = Endpoint(
    name="actors.list",
    plane=Plane.DATA,
    method="GET",
    path="/actors",
    response=ActorListResponse,
)


def _list(
    *, org_id: str | None, limit: int, offset: int, sort: ActorSort, q: str | None
) -> Operation[ActorListResponse]:
    return _LIST.operation(
        query={
            "org_id": encode.identifier_or_none("org_id", org_id),
            "limit": encode.integer("limit", limit),
            "offset": encode.integer("offset", offset),
            "sort": encode.choice("sort", sort, _SORTS),
            "q": encode.text_or_none("q", q),
        },
    )


_LAYOUT = PageLayout[ActorListResponse, ActorResource](
    items=lambda page: page.items,
    item_id=lambda actor: actor.actor_id,
    total=lambda page: page.total,
)


def _pagination(
    *,
    org_id: str | None,
    sort: ActorSort,
    q: str | None,
    page_size: int,
    max_items: int | None,
) -> Pagination[ActorListResponse, ActorResource]:
    list_page = partial(_list, org_id=org_id, sort=sort, q=q)
    return Pagination(list_page, _LAYOUT, page_size=page_size, max_items=max_items)


@implements(ActorsProtocol)
class ActorsResource(SyncAPIResource, ActorsProtocol):
    """`client.actors`, sync."""

    __slots__ = ()

    def get(self, actor_id: str, org_id: str | None = None) -> ActorResource:
        return self._call(_get(actor_id=actor_id, org_id=org_id))

    def list(
        self,
        org_id: str | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
        sort: ActorSort = "first_memory_desc",
        q: str | None = None,
    ) -> ActorListResponse:
        return self._call(_list(org_id=org_id, limit=limit, offset=offset, sort=sort, q=q))

    def iterate(
        self,
        org_id: str | None = None,
        *,
        sort: ActorSort = "first_memory_desc",
        q: str | None = None,
        page_size: int = 100,
        max_items: int | None = None,
    ) -> Iterator[ActorResource]:
        return PageIterator(
            self._call,
            _pagination(
                org_id=org_id,
                sort=sort,
                q=q,
                page_size=page_size,
                max_items=max_items,
            ),
        )


@implements(AsyncActorsProtocol)
class AsyncActorsResource(AsyncAPIResource, AsyncActorsProtocol):
    """`client.actors`, async."""

    __slots__ = ()

    async def get(self, actor_id: str, org_id: str | None = None) -> ActorResource:
        return await self._call(_get(actor_id=actor_id, org_id=org_id))

    async def list(
        self,
        org_id: str | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
        sort: ActorSort = "first_memory_desc",
        q: str | None = None,
    ) -> ActorListResponse:
        return await self._call(_list(org_id=org_id, limit=limit, offset=offset, sort=sort, q=q))

    def iterate(
        self,
        org_id: str | None = None,
        *,
        sort: ActorSort = "first_memory_desc",
        q: str | None = None,
        page_size: int = 100,
        max_items: int | None = None,
    ) -> AsyncIterator[ActorResource]:
        return AsyncPageIterator(
            self._call,
            _pagination(
                org_id=org_id,
                sort=sort,
                q=q,
                page_size=page_size,
                max_items=max_items,
            ),
        )
