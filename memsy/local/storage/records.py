"""What a test may look at behind the service's back: its events and memories, as plain values."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from memsy.local import timestamps
from memsy.local.storage.store import Store


@frozen(kw_only=True)
class Event:
    """An event, as the service stores it."""

    event_id: str
    actor_id: str
    session_id: str
    kind: str
    content: str
    state: str
    """`pending`, `completed` or `failed`."""
    ts: datetime = field(repr=False)
    role_id: str | None = None
    team_id: str | None = None
    metadata: str | None = None
    org_id: str = field(repr=False)


@frozen(kw_only=True)
class Memory:
    """A memory, and the event that it was made of."""

    memory_id: str
    text: str
    level: str
    """`actor`, `role`, `team` or `org`."""
    actor_id: str | None
    session_id: str | None
    role_id: str | None
    team_id: str | None
    type: str
    kind: str
    status: str
    strength: float
    """As it was when the memory was last recalled, or made."""
    recall_count: int
    event_id: str
    observed_at: datetime = field(repr=False)
    org_id: str = field(repr=False)


def events(store: Store) -> tuple[Event, ...]:
    query = """
        SELECT
            event_id, actor_id, session_id, kind, content, state, ts, role_id, team_id, metadata,
            org_id
        FROM events ORDER BY seq
    """
    rows = map(dict, store.rows(query))
    return tuple(Event(**{**row, "ts": timestamps.to_datetime(row["ts"])}) for row in rows)


def memories(store: Store) -> tuple[Memory, ...]:
    query = """
        SELECT
            memory_id, text, level, actor_id, session_id, role_id, team_id, type, kind, status,
            strength, recall_count, event_id, observed_at, org_id
        FROM memories ORDER BY seq
    """
    rows = map(dict, store.rows(query))
    return tuple(
        Memory(**{**row, "observed_at": timestamps.to_datetime(row["observed_at"])}) for row in rows
    )
