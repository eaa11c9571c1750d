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
    actor_id: str
    session_id: str
    kind: str
    content: str
    state: str
    """Processing state: `pending`, `completed` or `failed`."""
    ts: datetime = field(repr=False)
    """Time of the event, in UTC."""
    role_id: str | None = None
    team_id: str | None = None
    metadata: str | None = None
    """Metadata text as sent; clients send JSON."""
    org_id: str = field(repr=False)


@frozen(kw_only=True)
class Memory:
    """A stored memory, as in `LocalService.memories`."""

    memory_id: str
    text: str
    level: str
    """Visibility: `actor`, `role`, `team` or `org`."""
    actor_id: str | None
    session_id: str | None
    role_id: str | None
    team_id: str | None
    type: str
    kind: str
    status: str
    """`active`, `archived`, `decayed` or `superseded`."""
    strength: float
    """Strength at the last recall, or at the creation of a memory that was never recalled."""
    recall_count: int
    event_id: str
    """Event that the memory was made from."""
    observed_at: datetime = field(repr=False)
    """Time of the event, in UTC."""
    org_id: str = field(repr=False)


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
