"""Events: the request items and the response of `POST /ingest`, and source events of memories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast, get_args

from attrs import field, frozen

from memsy._core import encode
from memsy._core.fields import NOT_IN_BODY
from memsy._core.json_encoder import dump, require_distinct_keys
from memsy._core.text import preview
from memsy.exceptions import MemsyConfigurationError
from memsy.models._model import Model, Payload
from memsy.models.usage import RateLimitInfo, UsageInfo

EventKind: TypeAlias = Literal["user_message", "assistant_message", "tool_result", "app_event"]
"""Kinds of events. The service rejects any other kind with 422 (wire contract, section 4)."""

EVENT_KINDS: tuple[str, ...] = get_args(EventKind)


def _as_kind(kind: EventKind) -> EventKind:
    return cast("EventKind", encode.choice("EventPayload: kind", kind, EVENT_KINDS))


def _as_json_text(metadata: str | Mapping[str, Any] | None) -> str | None:
    if metadata is None or isinstance(metadata, str):
        return metadata
    if not isinstance(metadata, (dict, Mapping)):  # the check of a dict alone is faster
        raise MemsyConfigurationError(
            f"EventPayload: metadata must be JSON text or a mapping, got {preview(metadata)}"
        )
    content = metadata if isinstance(metadata, dict) else dict(metadata)
    text = dump(content, "EventPayload", "metadata")
    require_distinct_keys(content, "EventPayload", "metadata")
    return text


def _as_time_text(ts: str | datetime | None) -> str | None:
    return None if ts is None else encode.timestamp("EventPayload: ts", ts)


@frozen(slots=False)
class EventPayload(Payload):
    """
    Event to ingest.

    Item of the request body of `POST /ingest` (wire contract, section 5.1). The service checks the
    limits of the fields and responds with 422 (wire contract, section 4).

    Raises:
        MemsyConfigurationError: `kind` is unknown, `metadata` cannot be written as JSON, or `ts` is
            neither text nor a `datetime` with a time zone. The message names the field, and the
            path in `metadata`.
    """

    actor_id: str
    """Owner of the memories, 1 to 256 characters."""
    session_id: str
    """Conversation of the event, 1 to 256 characters."""
    kind: EventKind = field(converter=_as_kind)
    """`user_message`, `assistant_message`, `tool_result` or `app_event`."""
    content: str
    """Text of 1 to 32,000 characters, not only white space."""
    role_id: str | None = None
    """Role to which the memories can be promoted, at most 256 characters."""
    team_id: str | None = None
    """Team to which the memories can be promoted, at most 256 characters."""
    ts: str | None = field(default=None, converter=_as_time_text)
    """
    Time of the event, ISO 8601. None means the time of ingestion.

    The constructor converts a `datetime` with a time zone to text in UTC.
    """
    metadata: str | None = field(default=None, converter=_as_json_text)
    """
    JSON text of at most 4,096 characters. The constructor converts a mapping to JSON text.

    Keys that are numbers, booleans or None become texts, as in `json.dumps`. Two keys that become
    the same text are an error.

    Search returns the metadata in `SearchResult.source_metadata`.
    """

    def __repr__(self) -> str:
        fields = (f"{name}={value!r}" for name, value in self.to_dict().items())
        return f"{type(self).__name__}({', '.join(fields)})"

    def to_dict(self, *, reveal_secrets: bool = False) -> dict[str, Any]:
        """Return the JSON object of the request, without the fields that are None."""
        payload: dict[str, Any] = {
            "actor_id": self.actor_id,
            "session_id": self.session_id,
            "kind": self.kind,
            "content": self.content,
        }
        # One test for each field: a loop over the fields takes twice as long for each event.
        if self.role_id is not None:
            payload["role_id"] = self.role_id
        if self.team_id is not None:
            payload["team_id"] = self.team_id
        if self.ts is not None:
            payload["ts"] = self.ts
        if self.metadata is not None:
            payload["metadata"] = self.metadata
        return payload


def check_events(events: object) -> list[EventPayload]:
    """
    Return the events as a list, after a check of their types.

    Raises:
        MemsyConfigurationError: `events` is not an iterable, or one item is not an `EventPayload`.
            The message names the item.
    """
    if isinstance(events, (str, bytes, dict)) or not isinstance(events, Iterable):
        raise MemsyConfigurationError(
            f"events must be a list of EventPayload, got {type(events).__name__}"
        )
    payloads: list[EventPayload] = []
    for index, event in enumerate(events):
        if not isinstance(event, EventPayload):
            raise MemsyConfigurationError(
                f"events[{index}] must be an EventPayload, got {type(event).__name__}"
            )
        payloads.append(event)
    return payloads


@frozen(slots=False)
class IngestResponse(Model):
    """
    Ids of the stored events.

    Response of `POST /ingest` (wire contract, section 5.1).
    """

    event_ids: list[str]
    """
    One id for each event, in the order of the call.

    An event that repeats an earlier event within 60 s has the id of the earlier event.
    """
    usage: UsageInfo | None = field(default=None, eq=False, metadata=NOT_IN_BODY)
    """Usage of the plan, from the headers of the response. None if they are missing."""
    rate_limit: RateLimitInfo | None = field(default=None, eq=False, metadata=NOT_IN_BODY)
    """Limit of API calls, from the headers of the response. None if they are missing."""
    request_id: str | None = field(default=None, kw_only=True, eq=False, metadata=NOT_IN_BODY)
    """
    Id of the request, which the support of the service asks for.

    Of a call with several requests, it is the id of the last one.
    """

    @property
    def deduplicated(self) -> int:
        """Number of events that repeat another event of the same call."""
        return len(self.event_ids) - len(set(self.event_ids))


@frozen(slots=False)
class ClearResponse(Model):
    """
    Response of `DELETE /clear/{container_tag}`, which the service does not implement.

    See section 5.8 of the wire contract.
    """

    deleted: int = 0
    """Number of deleted memories."""
    usage: UsageInfo | None = field(default=None, eq=False, metadata=NOT_IN_BODY)
    """Usage of the plan, from the headers of the response. None if they are missing."""
    rate_limit: RateLimitInfo | None = field(default=None, eq=False, metadata=NOT_IN_BODY)
    """Limit of API calls, from the headers of the response. None if they are missing."""
    request_id: str | None = field(default=None, kw_only=True, eq=False, metadata=NOT_IN_BODY)
    """Id of the request, which the support of the service asks for."""


@frozen(slots=False)
class SourceEvent(Model):
    """
    Event from which the service extracted a memory.

    Item of `SearchResult.source_events` (wire contract, section 5.2).
    """

    event_id: str
    """Id of the event."""
    kind: str
    """`user_message`, `assistant_message`, `tool_result` or `app_event`."""
    content: str
    """Text of the event."""
    ts: str | None = None
    """Time of the event, ISO 8601."""
