"""What a client asks by itself, not through a noun: search, status, health, clear."""

from __future__ import annotations

from collections.abc import Iterable

from memsy._core import encode
from memsy._core.operation import Operation, ask
from memsy._core.retry import RetrySafety
from memsy.models import ClearResponse, HealthResponse, SearchResponse, StatusResponse
from memsy.resources._metered import reads_with_usage


def search(
    query: str,
    *,
    actor_id: str | None,
    session_id: str | None,
    exclude_session_id: str | None,
    limit: int,
    threshold: float,
    include_source_events: bool,
    role_ids: Iterable[str] | None,
    team_ids: Iterable[str] | None,
) -> Operation[SearchResponse]:
    body: dict[str, object] = {
        "query": encode.text("query", query),
        "limit": encode.integer("limit", limit),
        "threshold": encode.number("threshold", threshold),
        "include_source_events": encode.boolean("include_source_events", include_source_events),
    }
    narrowing = {
        "actor_id": actor_id,
        "session_id": session_id,
        "exclude_session_id": exclude_session_id,
    }
    for name, value in narrowing.items():
        if value is not None:
            body[name] = encode.identifier(name, value)
    for name, values in {"role_ids": role_ids, "team_ids": team_ids}.items():
        # An empty list means something else to the service than none at all: it is never sent.
        ids = [] if values is None else encode.identifiers(name, values)
        if ids:
            body[name] = ids
    return ask(
        "search",
        "POST /search",
        reads_with_usage(SearchResponse),
        json=body,
        repeatable=RetrySafety.ALWAYS,
    )


def status(event_ids: Iterable[str]) -> Operation[StatusResponse]:
    return ask(
        "status",
        "POST /status",
        reads_with_usage(StatusResponse),
        json={"event_ids": encode.identifiers("event_ids", event_ids)},
        repeatable=RetrySafety.ALWAYS,
    )


def health() -> Operation[HealthResponse]:
    return ask("health", "GET /health", reads_with_usage(HealthResponse))


def clear(container_tag: str) -> Operation[ClearResponse]:
    return ask(
        "clear",
        "DELETE /clear/{container_tag}",
        reads_with_usage(ClearResponse),
        path={"container_tag": container_tag},
    )
