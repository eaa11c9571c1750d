"""What a client asks by itself, not through a noun: ingest, search, status, health, clear."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from memsy._core import encode
from memsy._core.codec import reads
from memsy._core.operation import Operation, ask
from memsy._core.retry import Repeatable
from memsy.exceptions import MemsyConfigurationError, MemsyResponseError
from memsy.models import (
    ClearResponse,
    EventPayload,
    HealthResponse,
    IngestResponse,
    RateLimitInfo,
    SearchResponse,
    StatusResponse,
    UsageInfo,
)

if TYPE_CHECKING:
    from memsy._core.wire import Reply

R = TypeVar("R", IngestResponse, SearchResponse, StatusResponse, HealthResponse, ClearResponse)


def _with_usage(shape: type[R]) -> Callable[[Reply], R]:
    """Reads the body as *shape*, and into it what the headers say of the account."""
    read_body = reads(shape)

    def read(reply: Reply) -> R:
        usage = UsageInfo.from_headers(reply.headers)
        rate_limit = RateLimitInfo.from_headers(reply.headers)
        return evolve(read_body(reply), usage=usage, rate_limit=rate_limit)

    return read


def ingest(events: Iterable[EventPayload]) -> Operation[IngestResponse]:
    payloads = _checked(events)
    return ask(
        "ingest",
        "POST /ingest",
        _one_id_each(len(payloads)),
        json={"events": [event.to_dict() for event in payloads]},
        repeatable=Repeatable.WITHIN_WINDOW,
    )


def _checked(events: object) -> list[EventPayload]:
    if isinstance(events, (str, bytes, dict)) or not isinstance(events, Iterable):
        raise MemsyConfigurationError(
            f"ingest takes a list of EventPayload, got {type(events).__name__}"
        )
    payloads: list[EventPayload] = []
    for i, event in enumerate(events):
        if not isinstance(event, EventPayload):
            raise MemsyConfigurationError(
                f"events[{i}] must be an EventPayload, got {type(event).__name__}"
            )
        payloads.append(event)
    return payloads


def _one_id_each(events: int) -> Callable[[Reply], IngestResponse]:
    read_answer = _with_usage(IngestResponse)

    def read(reply: Reply) -> IngestResponse:
        answer = read_answer(reply)
        if len(answer.event_ids) != events:
            error = MemsyResponseError(
                f"$.event_ids: expected one for each of {events} events, "
                f"got {len(answer.event_ids)}"
            )
            error.event_ids, error.maybe_processed = answer.event_ids, True
            raise error
        return answer

    return read


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
        "limit": encode.whole("limit", limit),
        "threshold": encode.number("threshold", threshold),
        "include_source_events": encode.flag("include_source_events", include_source_events),
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
        _with_usage(SearchResponse),
        json=body,
        repeatable=Repeatable.ALWAYS,
    )


def status(event_ids: Iterable[str]) -> Operation[StatusResponse]:
    return ask(
        "status",
        "POST /status",
        _with_usage(StatusResponse),
        json={"event_ids": encode.identifiers("event_ids", event_ids)},
        repeatable=Repeatable.ALWAYS,
    )


def health() -> Operation[HealthResponse]:
    return ask("health", "GET /health", _with_usage(HealthResponse))


def clear(container_tag: str) -> Operation[ClearResponse]:
    return ask(
        "clear",
        "DELETE /clear/{container_tag}",
        _with_usage(ClearResponse),
        path={"container_tag": container_tag},
    )
