"""Ingested events: `GET /console/events`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import get_args

from memsy._core import encode
from memsy._core.operation import Endpoint, Operation
from memsy._core.pagination import AsyncPageIterator, PageIterator, PageLayout, Pagination
from memsy._core.plane import Plane
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import EventItemResponse, EventKind, EventListResponse, EventSort
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


_LAYOUT = PageLayout[EventListResponse, EventItemResponse](
    items=lambda page: page.items,
    item_id=lambda event: event.event_id,
    total=lambda page: page.total,
)


def _pagination(
    *,
    actor_id: str | None,
    session_id: str | None,
    kind: EventKind | None,
    sort: EventSort,
    page_size: int,
    max_items: int | None,
) -> Pagination[EventListResponse, EventItemResponse]:
    list_page = partial(_list, actor_id=actor_id, session_id=session_id, kind=kind, sort=sort)
    return Pagination(list_page, _LAYOUT, page_size=page_size, max_items=max_items)


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

    def iterate(
        self,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        kind: EventKind | None = None,
        sort: EventSort = "ts_desc",
        page_size: int = 100,
        max_items: int | None = None,
    ) -> Iterator[EventItemResponse]:
        return PageIterator(
            self._call,
            _pagination(
                actor_id=actor_id,
                session_id=session_id,
                kind=kind,
                sort=sort,
                page_size=page_size,
                max_items=max_items,
            ),
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

    def iterate(
        self,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        kind: EventKind | None = None,
        sort: EventSort = "ts_desc",
        page_size: int = 100,
        max_items: int | None = None,
    ) -> AsyncIterator[EventItemResponse]:
        return AsyncPageIterator(
            self._call,
            _pagination(
                actor_id=actor_id,
                session_id=session_id,
                kind=kind,
                sort=sort,
                page_size=page_size,
                max_items=max_items,
            ),
        )
