"""Ingested events: `GET /console/events`."""

from __future__ import annotations

from typing import get_args

from memsy._core import encode
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import EventKind, EventListResponse, EventSort
from memsy.models.events import EVENT_KINDS
from memsy.parity import implements
from memsy.protocols import AsyncEventsProtocol, EventsProtocol

_SORTS = get_args(EventSort)

_LIST = Endpoint(
    name="events.list",
    plane=Plane.CONTROL,
    method="GET",
    path="/console/events",
    response=EventListResponse,
)


def _list(
    *,
    actor_id: str | None,
    session_id: str | None,
    kind: EventKind | None,
    sort: EventSort,
    limit: int,
    offset: int,
) -> Operation[EventListResponse]:
    return _LIST.operation(
        query={
            "actor_id": encode.identifier_or_none("actor_id", actor_id),
            "session_id": encode.identifier_or_none("session_id", session_id),
            "kind": None if kind is None else encode.choice("kind", kind, EVENT_KINDS),
            "sort": encode.choice("sort", sort, _SORTS),
            "limit": encode.integer("limit", limit),
            "offset": encode.integer("offset", offset),
        },
    )


@implements(EventsProtocol)
class EventsResource(SyncAPIResource, EventsProtocol):
    """`control.events`, sync."""

    __slots__ = ()

    def list(
        self,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        kind: EventKind | None = None,
        sort: EventSort = "ts_desc",
        limit: int = 50,
        offset: int = 0,
    ) -> EventListResponse:
        return self._call(
            _list(
                actor_id=actor_id,
                session_id=session_id,
                kind=kind,
                sort=sort,
                limit=limit,
                offset=offset,
            )
        )


@implements(AsyncEventsProtocol)
class AsyncEventsResource(AsyncAPIResource, AsyncEventsProtocol):
    """`control.events`, async."""

    __slots__ = ()

    async def list(
        self,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        kind: EventKind | None = None,
        sort: EventSort = "ts_desc",
        limit: int = 50,
        offset: int = 0,
    ) -> EventListResponse:
        return await self._call(
            _list(
                actor_id=actor_id,
                session_id=session_id,
                kind=kind,
                sort=sort,
                limit=limit,
                offset=offset,
            )
        )
