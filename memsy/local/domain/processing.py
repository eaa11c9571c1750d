"""Processing of pending events into memories of actor, role and team (wire contract 7.1, 7.2)."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha1
from itertools import count
from operator import itemgetter
from sqlite3 import Row
from string import hexdigits
from typing import NamedTuple
from uuid import UUID

from memsy.local.domain import strength, usage, visibility
from memsy.local.domain.extraction import CONFIDENCE, ExtractedMemory, extract
from memsy.local.http import validators
from memsy.local.storage import search_index
from memsy.local.storage.store import Store

_NEXT_DUE = "next due"
_NEXT_DUE_AT = """
    SELECT coalesce(min(due_at), ?) FROM events INDEXED BY events_pending WHERE state = 'pending'
"""
_NAMESPACE = UUID("6d656d73-7900-5000-8000-6c6f63616c00").bytes
_VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in hexdigits}


class PendingEvent(NamedTuple):
    """Event to process. Its fields are columns of the table `events`."""

    event_id: str
    org_id: str
    key_id: str
    actor_id: str
    session_id: str
    kind: str
    content: str
    role_id: str | None
    team_id: str | None
    ts: int


class MemoryRow(NamedTuple):
    """All columns of the table `memories`, in their order."""

    seq: int
    memory_id: str
    org_id: str
    status: str
    level: str
    actor_id: str | None
    role_id: str | None
    team_id: str | None
    session_id: str | None
    observed_at: int
    type: str
    kind: str
    event_id: str
    confidence: float
    strength: float
    half_life_days: float
    recall_count: int
    last_recalled_at: int | None
    created_at: int
    updated_at: int
    title: str
    text: str


def process_due(store: Store, now: int) -> None:
    """Process the pending events that are due."""
    next_due_at: int | None = store.cache.get(_NEXT_DUE)
    if next_due_at is None:
        next_due_at = store.cache[_NEXT_DUE] = store.number(_NEXT_DUE_AT, [sys.maxsize])
    if next_due_at > now:
        return
    forget_due_times(store)
    # Without the index hint, SQLite scans all events. Python sorts the rows: a sort of SQLite costs
    # something in each request, even if no event is due.
    query = f"""
        SELECT seq, {_EVENT_COLUMNS} FROM events INDEXED BY events_pending
        WHERE state = 'pending' AND due_at <= ?
    """  # noqa: S608 - constant names
    _process_stored(store, sorted(store.rows(query, [now]), key=itemgetter(0)), now)


def forget_due_times(store: Store) -> None:
    """Drop the cached time of the next due event. Call this when an event becomes pending."""
    store.cache.pop(_NEXT_DUE, None)


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
    query = f"""
        SELECT seq, {_EVENT_COLUMNS} FROM events INDEXED BY events_pending
        WHERE state = 'pending' ORDER BY seq LIMIT ?
    """  # noqa: S608 - constant names
    rows = store.rows(query, [sys.maxsize if limit is None else min(limit, sys.maxsize)])
    _process_stored(store, rows, now)
    return len(rows)


def fail(store: Store, event_id: str) -> bool:
    """Set a pending event to `failed`. Return False if the event is not pending."""
    statement = "UPDATE events SET state = 'failed' WHERE event_id = ? AND state = 'pending'"
    return store.write(statement, [event_id]) == 1


def process(store: Store, events: Sequence[PendingEvent], now: int) -> None:
    """Store the memories of events. The caller sets the state of the events to `completed`."""
    seqs = count(next_seq(store))
    rows = list[MemoryRow]()
    entries = list[tuple[int, str, str]]()
    quantities = Counter[tuple[str, str]]()
    for event in events:
        extracted = extract(event.kind, event.content)
        new_rows = list(_memory_rows(event, extracted, seqs, now))
        rows += new_rows
        entries += [(row.seq, extracted.words, _index_terms(row)) for row in new_rows]
        quantities[event.org_id, event.key_id] += len(new_rows)
    store.write_many(INSERT, rows)
    search_index.add(store, entries)
    for (org_id, key_id), quantity in quantities.items():
        usage.add(store, org_id, key_id, now, "memories_stored", quantity)


def next_seq(store: Store) -> int:
    """Return the sequence number of the memory that the caller adds next."""
    search_index.forget_size(store)
    return store.number("SELECT coalesce(max(seq), 0) + 1 FROM memories")


def _process_stored(store: Store, rows: Sequence[Row], now: int) -> None:
    """Process stored events. Each row has the sequence number and the fields of the event."""
    if not rows:
        return
    process(store, [PendingEvent(*row[1:]) for row in rows], now)
    store.write(
        "UPDATE events SET state = 'completed' WHERE seq IN (SELECT value FROM json_each(?))",
        [json.dumps([row["seq"] for row in rows])],
    )


def _memory_rows(
    event: PendingEvent, extracted: ExtractedMemory, seqs: Iterator[int], now: int
) -> Iterator[MemoryRow]:
    """
    Yield the rows of the memories of one event, one for each level.

    The memory of the actor has session, role and team. The copies for the role and the team have no
    actor and no session.
    """
    memory = MemoryRow(
        next(seqs),
        _memory_id(event.event_id, "actor"),
        event.org_id,
        "active",
        "actor",
        event.actor_id,
        event.role_id,
        event.team_id,
        event.session_id,
        event.ts,
        extracted.type,
        extracted.kind,
        event.event_id,
        CONFIDENCE,
        strength.INITIAL,
        strength.HALF_LIFE_DAYS,
        0,
        None,
        now,
        now,
        extracted.title,
        extracted.text,
    )
    yield memory
    for level, id_ in (("role", event.role_id), ("team", event.team_id)):
        if id_ is not None:
            yield memory._replace(
                seq=next(seqs),
                memory_id=_memory_id(event.event_id, level),
                level=level,
                actor_id=None,
                session_id=None,
                role_id=event.role_id if level == "role" else None,
                team_id=event.team_id if level == "team" else None,
            )


def _memory_id(event_id: str, level: str) -> str:
    """Return `uuid5(_NAMESPACE, f"{event_id}/{level}")`, in a third of the time."""
    digest = sha1(_NAMESPACE + f"{event_id}/{level}".encode(), usedforsecurity=False).hexdigest()
    variant = _VARIANTS[digest[16]]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def _index_terms(row: MemoryRow) -> str:
    return visibility.index_terms(
        row.org_id, row.level, row.actor_id, row.role_id, row.team_id, row.session_id
    )


_EVENT_COLUMNS = ", ".join(PendingEvent._fields)
INSERT = f"INSERT INTO memories VALUES ({', '.join('?' * len(MemoryRow._fields))})"  # noqa: S608
