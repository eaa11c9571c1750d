"""The console's view of events: page by page, as they were sent."""

from __future__ import annotations

from sqlite3 import Row

from attrs import asdict, frozen

from memsy.local import timestamps
from memsy.local.http import metadata
from memsy.local.http.context import RequestContext
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import route_with_input

# `seq` is the last key, so that pages neither repeat nor skip.
_SORTS = {"ts_desc": "ts DESC, seq DESC", "ts_asc": "ts, seq"}


@frozen
class Page:
    """Which events to list; a filter that is None lets everything through."""

    actor_id: str | None
    session_id: str | None
    kind: str | None
    sort: str
    limit: int
    offset: int

    @classmethod
    def read(cls, inputs: RequestInput) -> Page:
        query = inputs.query
        return cls(
            actor_id=query.text_if_given("actor_id", most=256),
            session_id=query.text_if_given("session_id", most=256),
            kind=query.optional_text("kind", most=256),
            sort=query.choice("sort", tuple(_SORTS), "ts_desc"),
            limit=query.integer("limit", default=50, least=1, most=200),
            offset=query.integer("offset", default=0, least=0),
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
    sort: "SELECT *" + _FILTERED + "ORDER BY " + keys + " LIMIT :limit OFFSET :offset"
    for sort, keys in _SORTS.items()
}


def page(context: RequestContext, params: Page) -> object:
    parameters = {**asdict(params), "org_id": context.org_id}
    return {
        "items": [_item(row) for row in context.store.rows(_PAGES[params.sort], parameters)],
        "total": context.store.number(_COUNT, parameters),
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
        "events.list", "GET", "/console/events", Page.read, page, scope="read", standing="seat"
    ),
)
