"""Actors, as their memories show them."""

from __future__ import annotations

from memsy._core import encode
from memsy._core.json_codec import decode_as
from memsy._core.operation import Operation, ask
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import ActorListResponse, ActorResource, ActorSort
from memsy.parity import implements
from memsy.protocols import ActorsProtocol, AsyncActorsProtocol


def _get(actor_id: str, org_id: str | None) -> Operation[ActorResource]:
    return ask(
        "actors.get",
        "GET /actors/{actor_id}",
        decode_as(ActorResource),
        path={"actor_id": actor_id},
        query={"org_id": encode.identifier_or_none("org_id", org_id)},
    )


def _list(
    org_id: str | None, limit: int, offset: int, sort: ActorSort, q: str | None
) -> Operation[ActorListResponse]:
    return ask(
        "actors.list",
        "GET /actors",
        decode_as(ActorListResponse),
        query={
            "org_id": encode.identifier_or_none("org_id", org_id),
            "limit": encode.integer("limit", limit),
            "offset": encode.integer("offset", offset),
            "sort": sort,
            "q": q,
        },
    )


@implements(ActorsProtocol)
class ActorsResource(SyncAPIResource, ActorsProtocol):
    """`client.actors`, blocking."""

    __slots__ = ()

    def get(self, actor_id: str, org_id: str | None = None) -> ActorResource:
        return self._call(_get(actor_id, org_id))

    def list(
        self,
        org_id: str | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
        sort: ActorSort = "first_memory_desc",
        q: str | None = None,
    ) -> ActorListResponse:
        return self._call(_list(org_id, limit, offset, sort, q))


@implements(AsyncActorsProtocol)
class AsyncActorsResource(AsyncAPIResource, AsyncActorsProtocol):
    """`client.actors`, awaiting."""

    __slots__ = ()

    async def get(self, actor_id: str, org_id: str | None = None) -> ActorResource:
        return await self._call(_get(actor_id, org_id))

    async def list(
        self,
        org_id: str | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
        sort: ActorSort = "first_memory_desc",
        q: str | None = None,
    ) -> ActorListResponse:
        return await self._call(_list(org_id, limit, offset, sort, q))
