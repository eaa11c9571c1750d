"""
Events in the console: list them with filters and pages (wire contract 6.11).

* `GET /console/events`
"""

from __future__ import annotations

from sqlite3 import Row

from attrs import asdict, frozen

from memsy.local import timestamps
from memsy.local.http import metadata
from memsy.local.http.context import RequestContext
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import route_with_input

# `seq` is the last sort key, so pages neither repeat nor skip an event.
_SORTS = {"ts_desc": "ts DESC, seq DESC", "ts_asc": "ts, seq"}


@frozen
class ListEventsParams:
    """Query of `GET /console/events`. A filter of None matches all events."""

    actor_id: str | None
    session_id: str | None
    kind: str | None
    sort: str
    limit: int
    offset: int

    @classmethod
    def read(cls, inputs: RequestInput) -> ListEventsParams:
        query = inputs.query
        return cls(
            actor_id=query.optional_nonblank_text("actor_id", max_length=256),
            session_id=query.optional_nonblank_text("session_id", max_length=256),
            kind=query.optional_text("kind", max_length=256),
            sort=query.choice("sort", tuple(_SORTS), "ts_desc"),
            limit=query.integer("limit", default=50, minimum=1, maximum=200),
            offset=query.integer("offset", default=0, minimum=0),
        )


_FILTERED = """
    FROM events
    WHERE org_id = :org_id
    AND (:actor_id IS NULL OR actor_id = :actor_id)
    AND (:session_id IS NULL OR session_id = :session_id)
    AND (:kind IS NULL OR kind = :kind)
"""
_COUNT = "SELECT count(*)" + _FILTERED
_PAGES = {
    sort: "SELECT *" + _FILTERED + f"ORDER BY {keys} LIMIT :limit OFFSET :offset"
    for sort, keys in _SORTS.items()
}


def list_events(context: RequestContext, params: ListEventsParams) -> object:
    """Handle `GET /console/events`."""
    sql_params = {**asdict(params), "org_id": context.org_id}
    return {
        "items": [_item(row) for row in context.store.rows(_PAGES[params.sort], sql_params)],
        "total": context.store.number(_COUNT, sql_params),
        "limit": params.limit,
        "offset": params.offset,
    }


def _item(row: Row) -> dict[str, object]:
    text = row["metadata"]
    return {
        "event_id": row["event_id"],
        "org_id": row["org_id"],
        "actor_id": row["actor_id"],
        "session_id": row["session_id"],
        "kind": row["kind"],
        "content": row["content"],
        "ts": timestamps.to_text(row["ts"]),
        "metadata": None if text is None else metadata.as_object(text),
        "ingested_at": timestamps.to_text(row["ingested_at"]),
    }


ROUTES = (
    route_with_input(
        "events.list",
        "GET",
        "/console/events",
        ListEventsParams.read,
        list_events,
        scope="read",
        requires="seat",
    ),
)
