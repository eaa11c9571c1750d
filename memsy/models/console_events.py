"""Stored events: the response of `GET /console/events`."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from memsy._core.fields import optional
from memsy.models._model import Model

EventSort: TypeAlias = Literal["ts_desc", "ts_asc"]
"""Sort orders of `events.list`: newest or oldest first."""


@frozen(slots=False)
class EventItemResponse(Model):
    """
    Stored event.

    Item of `GET /console/events` (wire contract, section 6.11).
    """

    event_id: str
    """Id of the event."""
    org_id: str
    """Id of the organisation."""
    actor_id: str
    """Owner of the event."""
    kind: str
    """`user_message`, `assistant_message`, `tool_result` or `app_event`."""
    content: str
    """Text of the event."""
    ts: str
    """Time of the event, ISO 8601."""
    session_id: str | None = None
    """Conversation of the event."""
    metadata: dict[str, Any] | None = None
    """The ingested JSON object, or `{"raw": text}` for any other text."""
    ingested_at: str | None = None
    """Time of ingestion, ISO 8601."""


@frozen(slots=False)
class EventListResponse(Model):
    """
    One page of events.

    Response of `GET /console/events` (wire contract, section 6.11).
    """

    items: list[EventItemResponse] = field(metadata=optional([]))
    """Items of this page, in the requested order."""
    total: int
    """Number of events on all pages."""
    limit: int
    """Maximum number of items of this page, as in the request."""
    offset: int
    """Number of items before this page, as in the request."""
