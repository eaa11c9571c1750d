"""Stored events and memories as immutable values, for assertions in tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import field, frozen

from memsy.local import timestamps
from memsy.local.record_tuple import RecordTuple
from memsy.local.storage.store import Store


@frozen(kw_only=True)
class Event:
    """A stored event, as in `LocalService.events`."""

    event_id: str
    """Id of the event, as `ingest` returned it."""
    actor_id: str
    """Owner of the event."""
    session_id: str
    """Conversation of the event."""
    kind: str
    """`user_message`, `assistant_message`, `tool_result` or `app_event`."""
    content: str
    """Text of the event."""
    state: str
    """Processing state: `pending`, `completed` or `failed`."""
    ts: datetime = field(repr=False)
    """Time of the event, in UTC."""
    role_id: str | None = None
    """Role of the event, or None."""
    team_id: str | None = None
    """Team of the event, or None."""
    metadata: str | None = None
    """Metadata text as sent; clients send JSON."""
    org_id: str = field(repr=False)
    """Organisation of the API key that stored the event."""


@frozen(kw_only=True)
class Memory:
    """A stored memory, as in `LocalService.memories`."""

    memory_id: str
    """UUID of the memory."""
    text: str
    """Text of the memory."""
    level: str
    """Visibility: `actor`, `role`, `team` or `org`."""
    actor_id: str | None
    """Owner of the memory. None after a promotion."""
    session_id: str | None
    """Session of the memory. None after a promotion."""
    role_id: str | None
    """Role of a memory of the level `role`, or None."""
    team_id: str | None
    """Team of a memory of the level `team`, or None."""
    type: str
    """Type, such as `fact` or `preference`."""
    kind: str
    """Family: `semantic`, `episodic` or `procedural`."""
    status: str
    """`active`, `archived`, `decayed` or `superseded`."""
    strength: float
    """Strength at the last recall, or at the creation of a memory that was never recalled."""
    recall_count: int
    """Number of searches that returned the memory."""
    event_id: str
    """Event that the memory was made from."""
    observed_at: datetime = field(repr=False)
    """Time of the event, in UTC."""
    org_id: str = field(repr=False)
    """Id of the organisation."""


def events(store: Store) -> Sequence[Event]:
    """Return all events, in order of ingest."""
    query = """
        SELECT
            event_id, actor_id, session_id, kind, content, state, ts, role_id, team_id, metadata,
            org_id
        FROM events ORDER BY seq
    """
    rows = map(dict, store.rows(query))
    return RecordTuple(Event(ts=timestamps.to_datetime(row.pop("ts")), **row) for row in rows)


def memories(store: Store) -> Sequence[Memory]:
    """Return all memories, in order of creation."""
    query = """
        SELECT
            memory_id, text, level, actor_id, session_id, role_id, team_id, type, kind, status,
            strength, recall_count, event_id, observed_at, org_id
        FROM memories ORDER BY seq
    """
    rows = map(dict, store.rows(query))
    return RecordTuple(
        Memory(observed_at=timestamps.to_datetime(row.pop("observed_at")), **row) for row in rows
    )
