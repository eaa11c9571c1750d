"""Operations of the client itself: `/search`, `/status`, `/health` and `/clear`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve

from memsy._core import encode
from memsy._core.batch import Batch
from memsy._core.errors import offset_indices
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.retry import RetrySafety
from memsy.exceptions import MemsyError, ValidationError
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
        "threshold": encode.non_negative("threshold", threshold),
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


MAX_STATUS_IDS = 500
"""Maximum number of ids in one request (wire contract, section 4)."""


def status(event_ids: Iterable[str]) -> Batch[StatusResponse]:
    """Build the calls of `POST /status` for any number of ids."""
    ids = encode.identifiers("event_ids", event_ids)
    starts = range(0, max(len(ids), 1), MAX_STATUS_IDS)
    operations = [
        _STATUS.operation(json={"event_ids": ids[start : start + MAX_STATUS_IDS]})
        for start in starts
    ]
    return Batch(operations, _merge_statuses, _count_ids_from_the_first)


def _merge_statuses(responses: Sequence[StatusResponse]) -> StatusResponse:
    """Return one response with the ids of all responses, and the usage of the last response."""
    states = [response.statuses for response in responses if response.statuses is not None]
    return evolve(
        responses[-1],
        completed_ids=[id_ for response in responses for id_ in response.completed_ids],
        failed_ids=[id_ for response in responses for id_ in response.failed_ids],
        pending_ids=[id_ for response in responses for id_ in response.pending_ids],
        total=sum(response.total for response in responses),
        statuses={id_: state for part in states for id_, state in part.items()} if states else None,
    )


def _count_ids_from_the_first(error: MemsyError, responses: Sequence[StatusResponse]) -> None:
    """Make the indices of a 422 for a later request count the ids of the call."""
    if isinstance(error, ValidationError):
        offset_indices(error, "event_ids", len(responses) * MAX_STATUS_IDS)


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
