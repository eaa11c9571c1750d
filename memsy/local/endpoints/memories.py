"""
Memories in the console, and `clear`, which deletes nothing (wire contract 5.6 and 5.8).

* `GET /console/memories`
* `GET /console/memories/stats`
* `GET /console/memories/{memory_id}`
* `DELETE /clear/{container_tag}`, which never deleted anything
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from sqlite3 import Row
from typing import Any, NoReturn
from uuid import UUID

from attrs import asdict, frozen

from memsy._core.interrupts import is_interrupt
from memsy._core.plane import Plane
from memsy.local import timestamps
from memsy.local.domain import strength
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import ErrorResponse, ValidationErrorResponse, no_route, not_found
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import route, route_with_input

_STRENGTH = "decayed(strength, :now - coalesce(last_recalled_at, created_at), half_life_days)"
# `memory_id` is the last sort key, so pages neither repeat nor skip a memory.
_SORTS = {
    "observed_at_desc": "observed_at DESC, memory_id",
    "observed_at_asc": "observed_at, memory_id",
    "strength_desc": f"{_STRENGTH} DESC, memory_id",
    "confidence_desc": "confidence DESC, memory_id",
    "created_at_desc": "created_at DESC, memory_id",
}


@frozen
class ListMemoriesParams:
    """Query of `GET /console/memories`. A filter of None matches all memories."""

    actor_id: str | None
    kind: str | None
    type: str | None
    status: str
    search: str | None
    sort: str
    limit: int
    offset: int

    @classmethod
    def read(cls, inputs: RequestInput) -> ListMemoriesParams:
        query = inputs.query
        return cls(
            actor_id=query.optional_nonblank_text("actor_id", max_length=256),
            kind=query.optional_text("kind", max_length=256),
            type=query.optional_text("type", max_length=256),
            status=query.optional_text("status", max_length=256) or "active",
            search=query.optional_text("search", max_length=32_000),
            sort=query.choice("sort", tuple(_SORTS), "observed_at_desc"),
            limit=query.integer("limit", default=50, minimum=1, maximum=200),
            offset=query.integer("offset", default=0, minimum=0),
        )


_FILTERED = """
    FROM memories
    WHERE org_id = :org_id AND status = :status
    AND (:actor_id IS NULL OR actor_id = :actor_id)
    AND (:kind IS NULL OR kind = :kind)
    AND (:type IS NULL OR type = :type)
    AND (:search IS NULL OR contains(text, :search))
"""
_COUNT = "SELECT count(*)" + _FILTERED
_PAGES = {
    sort: "SELECT *" + _FILTERED + f"ORDER BY {keys} LIMIT :limit OFFSET :offset"
    for sort, keys in _SORTS.items()
}


def list_memories(context: RequestContext, params: ListMemoriesParams) -> object:
    """Handle `GET /console/memories`."""
    sql_params = {**asdict(params), "org_id": context.org_id, "now": context.now}
    rows = context.store.rows(_PAGES[params.sort], sql_params)
    return {
        "items": [_item(row, context.now) for row in rows],
        "total": context.store.number(_COUNT, sql_params),
        "limit": params.limit,
        "offset": params.offset,
    }


def get_memory(context: RequestContext) -> object:
    """Handle `GET /console/memories/{memory_id}`."""
    memory_id = _parse_uuid(context.ids["memory_id"])
    query = "SELECT * FROM memories WHERE org_id = ? AND memory_id = ?"
    row = context.store.row(query, [context.org_id, memory_id])
    if row is None:
        raise not_found("memory", memory_id)
    return _item(row, context.now)


def _parse_uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        if is_interrupt(error):
            raise
        message = "Input should be a valid UUID"
        raise ValidationErrorResponse(
            [{"loc": ["path", "memory_id"], "msg": message, "type": "uuid_parsing"}]
        ) from None


def _item(row: Row, now: int) -> dict[str, object]:
    return {
        "memory_id": row["memory_id"],
        "org_id": row["org_id"],
        "scope": {name: row[name] for name in ("level", "actor_id", "team_id", "role_id")},
        "type": row["type"],
        "kind": row["kind"],
        "memory_kind": row["kind"],
        "status": row["status"],
        "text": row["text"],
        "summary": None,
        "payload": None,
        "confidence": row["confidence"],
        "strength": strength.current(
            row["strength"],
            row["half_life_days"],
            created_at=row["created_at"],
            last_recalled_at=row["last_recalled_at"],
            now=now,
        ),
        "recall_count": row["recall_count"],
        "decay_half_life_days": row["half_life_days"],
        "pinned": False,
        "tags": [],
        "entity_refs": [],
        "source_event_ids": [row["event_id"]],
        "source_urls": [],
        "last_recalled_at": timestamps.to_text_or_none(row["last_recalled_at"]),
        "effective_from": timestamps.to_text_or_none(row["observed_at"]),
        "effective_to": None,
        "observed_at": timestamps.to_text_or_none(row["observed_at"]),
        "created_at": timestamps.to_text_or_none(row["created_at"]),
        "updated_at": timestamps.to_text_or_none(row["updated_at"]),
    }


_STATS = """
    SELECT
        type, kind, status, min(CAST(confidence * 5 AS INTEGER), 4) AS bucket, count(*) AS quantity,
        sum(confidence) AS confidence, min(observed_at) AS earliest, max(observed_at) AS latest,
        sum(decayed(strength, :now - coalesce(last_recalled_at, created_at), half_life_days))
            AS strength
    FROM memories WHERE org_id = :org_id GROUP BY 1, 2, 3, 4
"""


def get_memory_stats(context: RequestContext) -> object:
    """Handle `GET /console/memories/stats`: statistics of all memories, active or not."""
    groups = context.store.rows(_STATS, {"org_id": context.org_id, "now": context.now})
    by_status = _totals(groups, "status")
    by_bucket = _totals(groups, "bucket")
    total = sum(by_status.values())
    return {
        "total": total,
        "total_memories": total,
        "active_memories": by_status["active"],
        "by_type": _totals(groups, "type"),
        "by_kind": _totals(groups, "kind"),
        "by_status": by_status,
        "avg_confidence": sum(group["confidence"] for group in groups) / max(total, 1),
        "avg_strength": sum(group["strength"] for group in groups) / max(total, 1),
        "top_entities": [],
        "confidence_buckets": [
            {"bucket": f"{bucket / 5}-{(bucket + 1) / 5}", "count": by_bucket[bucket]}
            for bucket in range(5)
        ],
        "date_range": {
            "earliest": timestamps.to_text_or_none(
                min((group["earliest"] for group in groups), default=None)
            ),
            "latest": timestamps.to_text_or_none(
                max((group["latest"] for group in groups), default=None)
            ),
        },
    }


def _totals(groups: Iterable[Row], column: str) -> Counter[Any]:
    totals = Counter[Any]()
    for group in groups:
        totals[group[column]] += group["quantity"]
    return totals


def clear(context: RequestContext) -> NoReturn:
    """Handle `DELETE /clear/{container_tag}`: 501 or 404, by the setting `clear_status`."""
    if context.config.clear_status == 404:
        raise no_route("DELETE", f"{Plane.DATA.prefix}/clear/{context.ids['container_tag']}")
    raise ErrorResponse(501, "not_implemented", "clear is not implemented: nothing was deleted")


ROUTES = (
    route_with_input(
        "memories.list",
        "GET",
        "/console/memories",
        ListMemoriesParams.read,
        list_memories,
        scope="read",
    ),
    route("memories.stats", "GET", "/console/memories/stats", get_memory_stats, scope="read"),
    route("memories.get", "GET", "/console/memories/{memory_id}", get_memory, scope="read"),
    route("clear", "DELETE", "/clear/{container_tag}", clear, scope="write"),
)
