"""Operations of the client itself: `/search`, `/status`, `/health` and `/clear`."""

from __future__ import annotations

from collections.abc import Iterable

from memsy._core import encode
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.retry import RetrySafety
from memsy.models import ClearResponse, HealthResponse, SearchResponse, StatusResponse
from memsy.resources._metered import decode_with_usage

_SEARCH = Endpoint(
    name="search",
    plane=Plane.DATA,
    method="POST",
    path="/search",
    response=SearchResponse,
    body=(
        "query",
        "limit",
        "threshold",
        "include_source_events",
        "actor_id",
        "session_id",
        "exclude_session_id",
        "role_ids",
        "team_ids",
    ),
    decode=decode_with_usage(SearchResponse),
    retry_safety=RetrySafety.ALWAYS,
)


def search(
    *,
    query: str,
    actor_id: str | None,
    session_id: str | None,
    exclude_session_id: str | None,
    limit: int,
    threshold: float,
    include_source_events: bool,
    role_ids: Iterable[str] | None,
    team_ids: Iterable[str] | None,
) -> Operation[SearchResponse]:
    """Build a call of `POST /search`."""
    body: dict[str, object] = {
        "query": encode.text("query", query),
        "limit": encode.integer("limit", limit),
        "threshold": encode.number("threshold", threshold),
        "include_source_events": encode.boolean("include_source_events", include_source_events),
    }
    filters = {
        "actor_id": actor_id,
        "session_id": session_id,
        "exclude_session_id": exclude_session_id,
    }
    for name, value in filters.items():
        if value is not None:
            body[name] = encode.identifier(name, value)
    for name, values in {"role_ids": role_ids, "team_ids": team_ids}.items():
        # An empty list changes the meaning of the query (wire contract, section 7).
        ids = [] if values is None else encode.identifiers(name, values)
        if ids:
            body[name] = ids
    return _SEARCH.operation(json=body)


_STATUS = Endpoint(
    name="status",
    plane=Plane.DATA,
    method="POST",
    path="/status",
    response=StatusResponse,
    body=("event_ids",),
    decode=decode_with_usage(StatusResponse),
    retry_safety=RetrySafety.ALWAYS,
)


def status(event_ids: Iterable[str]) -> Operation[StatusResponse]:
    """Build a call of `POST /status`."""
    return _STATUS.operation(json={"event_ids": encode.identifiers("event_ids", event_ids)})


_HEALTH = Endpoint(
    name="health",
    plane=Plane.DATA,
    method="GET",
    path="/health",
    response=HealthResponse,
    decode=decode_with_usage(HealthResponse),
)


def health() -> Operation[HealthResponse]:
    """Build a call of `GET /health`."""
    return _HEALTH.operation()


_CLEAR = Endpoint(
    name="clear",
    plane=Plane.DATA,
    method="DELETE",
    path="/clear/{container_tag}",
    response=ClearResponse,
    decode=decode_with_usage(ClearResponse),
)


def clear(container_tag: str) -> Operation[ClearResponse]:
    """Build a call of `DELETE /clear/{container_tag}`."""
    return _CLEAR.operation(path_params={"container_tag": container_tag})
