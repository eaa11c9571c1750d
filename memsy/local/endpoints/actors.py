"""
Actors: list and read them, with the counts of their memories (wire contract 5.7).

* `GET /actors`
* `GET /actors/{actor_id}`

Actors are not registered. An actor is the summary of all memories with one `actor_id`.
"""

from __future__ import annotations

import json
from sqlite3 import Row

from attrs import asdict, frozen

from memsy.local import timestamps
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import not_found
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import route_with_input

# The wire contract has no sort by a count.
_SORTS = {
    "first_memory_desc": "first_memory_at DESC, actor_id",
    "first_memory_asc": "first_memory_at, actor_id",
    "last_memory_desc": "last_memory_at DESC, actor_id",
    "actor_id_asc": "actor_id",
}


@frozen
class ListActorsParams:
    """Query of `GET /actors`."""

    org_id: str | None
    q: str | None
    sort: str
    limit: int
    offset: int

    @classmethod
    def read(cls, inputs: RequestInput) -> ListActorsParams:
        query = inputs.query
        return cls(
            org_id=query.optional_nonblank_text("org_id", max_length=256),
            q=query.optional_text("q", max_length=256),
            sort=query.choice("sort", tuple(_SORTS), "first_memory_desc"),
            limit=query.integer("limit", default=100, minimum=1, maximum=500),
            offset=query.integer("offset", default=0, minimum=0),
        )


_SELECT = """
    SELECT
        actor_id, min(created_at) AS first_memory_at, max(created_at) AS last_memory_at,
        count(*) AS memory_count, sum(status = 'active') AS active_memory_count,
        json_group_array(DISTINCT level) AS levels,
        json_group_array(DISTINCT role_id) AS roles,
        json_group_array(DISTINCT team_id) AS teams
"""
_FILTERED = """
    FROM memories
    WHERE org_id = :org_id AND actor_id IS NOT NULL
    AND (:q IS NULL OR contains(actor_id, :q))
"""
_COUNT = "SELECT count(DISTINCT actor_id)" + _FILTERED
_PAGES = {
    sort: _SELECT + _FILTERED + f" GROUP BY actor_id ORDER BY {keys} LIMIT :limit OFFSET :offset"
    for sort, keys in _SORTS.items()
}
_SELECT_ACTOR = _SELECT + " FROM memories WHERE org_id = ? AND actor_id = ? GROUP BY actor_id"


def list_actors(context: RequestContext, params: ListActorsParams) -> object:
    """Handle `GET /actors`."""
    context.require_org(params.org_id)
    sql_params = {**asdict(params), "org_id": context.org_id}
    return {
        "items": [_item(row) for row in context.store.rows(_PAGES[params.sort], sql_params)],
        "total": context.store.number(_COUNT, sql_params),
        "limit": params.limit,
        "offset": params.offset,
        "truncated": False,
    }


def read_org_id(inputs: RequestInput) -> str | None:
    """Read the optional `org_id` of the query."""
    return inputs.query.optional_nonblank_text("org_id", max_length=256)


def get_actor(context: RequestContext, org_id: str | None) -> object:
    """Handle `GET /actors/{actor_id}`."""
    context.require_org(org_id)
    actor_id = context.ids["actor_id"]
    row = context.store.row(_SELECT_ACTOR, [context.org_id, actor_id])
    if row is None:
        raise not_found("actor with memories", actor_id)
    return _item(row)


def _item(row: Row) -> dict[str, object]:
    return {
        "actor_id": row["actor_id"],
        "first_memory_at": timestamps.to_text(row["first_memory_at"]),
        "last_memory_at": timestamps.to_text(row["last_memory_at"]),
        "memory_count": row["memory_count"],
        "active_memory_count": row["active_memory_count"],
        "scope_levels": _sorted_values(row["levels"]),
        "role_ids": _sorted_values(row["roles"]),
        "team_ids": _sorted_values(row["teams"]),
    }


def _sorted_values(array: str) -> list[str]:
    return sorted(value for value in json.loads(array) if value is not None)


ROUTES = (
    route_with_input(
        "actors.list", "GET", "/actors", ListActorsParams.read, list_actors, scope="read"
    ),
    route_with_input(
        "actors.get", "GET", "/actors/{actor_id}", read_org_id, get_actor, scope="read"
    ),
)
