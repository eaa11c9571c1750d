"""The events that were ingested."""

from __future__ import annotations

from memsy._core import encode
from memsy._core.json_codec import decode_as
from memsy._core.operation import Operation, ask
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
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
        decode_as(EventListResponse),
        query={
            "actor_id": encode.identifier_or_none("actor_id", actor_id),
            "session_id": encode.identifier_or_none("session_id", session_id),
            "kind": kind,
            "sort": sort,
            "limit": encode.integer("limit", limit),
            "offset": encode.integer("offset", offset),
        },
    )


@implements(EventsProtocol)
class EventsResource(SyncAPIResource, EventsProtocol):
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
class AsyncEventsResource(AsyncAPIResource, AsyncEventsProtocol):
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
