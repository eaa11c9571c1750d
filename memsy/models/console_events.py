"""Events, as the console shows them."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from memsy._core.decode import optional
from memsy.models._model import Model


@frozen
class EventItemResponse(Model):
    """
    One stored event. Times are ISO 8601.

    *metadata* is an object here: what was ingested as the text of one, or `{"raw": text}`.
    """

    event_id: str
    org_id: str
    actor_id: str
    kind: str
    content: str
    ts: str
    session_id: str | None = None
    metadata: dict[str, Any] | None = None
    ingested_at: str | None = None


@frozen
class EventListResponse(Model):
    """One page of events; *total* counts all that match."""

    items: list[EventItemResponse] = field(metadata=optional([]))
    total: int
    limit: int
    offset: int
