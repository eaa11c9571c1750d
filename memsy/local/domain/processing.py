"""Processing of pending events into memories of actor, role and team (wire contract 7.1, 7.2)."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Row
from uuid import UUID, uuid5

from attrs import asdict

from memsy.local.domain import strength, usage
from memsy.local.domain.extraction import CONFIDENCE, extract
from memsy.local.http import validators
from memsy.local.storage import search_index
from memsy.local.storage.store import Store

_NAMESPACE = UUID("6d656d73-7900-5000-8000-6c6f63616c00")


def process_due(store: Store, now: int) -> None:
    """Process the pending events that are due."""
    # Without the index hint, SQLite scans all events instead of sorting the few due events.
    query = """
        SELECT * FROM events INDEXED BY events_pending
        WHERE state = 'pending' AND due_at <= ? ORDER BY seq
    """
    _process(store, store.rows(query, [now]), now)


def process_next(store: Store, now: int, limit: int | None = None) -> int:
    """
    Process pending events, oldest first, due or not, and return their number.

    Args:
        store: Storage of the service.
        now: Current time in microseconds.
        limit: Maximum number of events. None processes all.

    Raises:
        ValueError: `limit` is negative or not a whole number.
    """
    if limit is not None:
        validators.check_integer("limit", limit, minimum=0)
    query = """
        SELECT * FROM events INDEXED BY events_pending
        WHERE state = 'pending' ORDER BY seq LIMIT ?
    """
    events = store.rows(query, [sys.maxsize if limit is None else min(limit, sys.maxsize)])
    _process(store, events, now)
    return len(events)


def fail(store: Store, event_id: str) -> bool:
    """Set a pending event to `failed`. Return False if the event is not pending."""
    statement = "UPDATE events SET state = 'failed' WHERE event_id = ? AND state = 'pending'"
    return store.write(statement, [event_id]) == 1


def _process(store: Store, events: Sequence[Row], now: int) -> None:
    if not events:
        return
    memories = [memory for event in events for memory in _memory_rows(event, now)]
    last_seq = store.number("SELECT coalesce(max(seq), 0) FROM memories")
    store.write_many(INSERT, memories)
    search_index.index_since(store, last_seq)
    store.write(
        "UPDATE events SET state = 'completed' WHERE seq IN (SELECT value FROM json_each(?))",
        [json.dumps([event["seq"] for event in events])],
    )
    created = Counter((str(memory["org_id"]), str(memory["key_id"])) for memory in memories)
    for (org_id, key_id), quantity in created.items():
        usage.add(store, org_id, key_id, now, "memories_stored", quantity)


def _memory_rows(event: Row, now: int) -> Iterator[Mapping[str, object]]:
    """
    Yield the rows of the memories of one event, one for each level.

    The memory of the actor has session, role and team. The copies for the role and the team have no
    actor and no session.
    """
    memory = extract(event["kind"], event["content"])
    common = {
        **asdict(memory),
        "org_id": event["org_id"],
        "key_id": event["key_id"],
        "event_id": event["event_id"],
        "confidence": CONFIDENCE,
        "strength": strength.INITIAL,
        "half_life_days": strength.HALF_LIFE_DAYS,
        "observed_at": event["ts"],
        "now": now,
        **dict.fromkeys(("actor_id", "session_id", "role_id", "team_id")),
    }

    def row(level: str, *id_names: str) -> Mapping[str, object]:
        memory_id = str(uuid5(_NAMESPACE, f"{event['event_id']}/{level}"))
        return {
            **common,
            "memory_id": memory_id,
            "level": level,
            **{name: event[name] for name in id_names},
        }

    yield row("actor", "actor_id", "session_id", "role_id", "team_id")
    if event["role_id"] is not None:
        yield row("role", "role_id")
    if event["team_id"] is not None:
        yield row("team", "team_id")


INSERT = """
    INSERT INTO memories (
        memory_id, org_id, level, actor_id, role_id, team_id, session_id, type, kind, status,
        text, title, event_id, confidence, strength, half_life_days,
        recall_count, observed_at, created_at, updated_at
    ) VALUES (
        :memory_id, :org_id, :level, :actor_id, :role_id, :team_id, :session_id, :type, :kind,
        'active', :text, :title, :event_id, :confidence, :strength, :half_life_days,
        0, :observed_at, :now, :now
    )
"""
