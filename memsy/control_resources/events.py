"""The events that were ingested."""

from __future__ import annotations

from memsy._core import encode
from memsy._core.codec import reads
from memsy._core.operation import Operation, ask
from memsy._core.view import AsyncView, View
from memsy.models import EventListResponse
from memsy.parity import implements
from memsy.protocols import AsyncEventsProtocol, EventsProtocol


def _list(
    actor_id: str | None,
    session_id: str | None,
    kind: str | None,
    sort: str,
    limit: int,
    offset: int,
) -> Operation[EventListResponse]:
    return ask(
        "events.list",
        "GET /console/events",
        reads(EventListResponse),
        query={
            "actor_id": encode.identifier_or_none("actor_id", actor_id),
            "session_id": encode.identifier_or_none("session_id", session_id),
            "kind": kind,
            "sort": sort,
            "limit": encode.whole("limit", limit),
            "offset": encode.whole("offset", offset),
        },
    )


@implements(EventsProtocol)
class EventsResource(View, EventsProtocol):
    """`control.events`, blocking."""

    __slots__ = ()

    def list(
        self,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        kind: str | None = None,
        sort: str = "ts_desc",
        limit: int = 50,
        offset: int = 0,
    ) -> EventListResponse:
        return self._call(_list(actor_id, session_id, kind, sort, limit, offset))


@implements(AsyncEventsProtocol)
class AsyncEventsResource(AsyncView, AsyncEventsProtocol):
    """`control.events`, awaiting."""

    __slots__ = ()

    async def list(
        self,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        kind: str | None = None,
        sort: str = "ts_desc",
        limit: int = 50,
        offset: int = 0,
    ) -> EventListResponse:
        return await self._call(_list(actor_id, session_id, kind, sort, limit, offset))
