"""
Events: ingest them and read their processing states (wire contract 5.1 and 5.3).

* `POST /ingest`
* `POST /status`
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b

from attrs import asdict, frozen

from memsy.local import timestamps
from memsy.local.domain import processing, usage
from memsy.local.http.context import RequestContext
from memsy.local.http.parsing import Fields, RequestInput
from memsy.local.http.routes import route_with_input

KINDS = ("user_message", "assistant_message", "tool_result", "app_event")

_MAX_STATUS_IDS = 500


@frozen
class NewEvent:
    """Event of an ingest request. Its fields are columns of the table `events`."""

    actor_id: str
    session_id: str
    kind: str
    content: str
    role_id: str | None
    team_id: str | None
    ts: int | None
    metadata: str | None
    source_id: str | None
    source_author_email: str | None
    source_author_id: str | None

    @classmethod
    def read(cls, fields: Fields) -> NewEvent:
        return cls(
            actor_id=fields.text("actor_id", max_length=256),
            session_id=fields.text("session_id", max_length=256),
            kind=fields.choice("kind", KINDS),
            content=fields.text("content", max_length=32_000, verbatim=True),
            role_id=fields.optional_text("role_id", max_length=256),
            team_id=fields.optional_text("team_id", max_length=256),
            ts=fields.timestamp("ts"),
            metadata=fields.optional_text("metadata", max_length=4096, verbatim=True),
            source_id=fields.optional_text("source_id", max_length=256),
            source_author_email=fields.optional_text("source_author_email", max_length=256),
            source_author_id=fields.optional_text("source_author_id", max_length=256),
        )

    def fingerprint(self, org_id: str) -> bytes:
        """Return the deduplication key: equal for duplicates (wire contract 7.3)."""
        identity = [org_id, self.actor_id, self.session_id, self.kind, self.content]
        return blake2b(json.dumps(identity).encode(), digest_size=16).digest()


def read_batch(inputs: RequestInput) -> list[NewEvent]:
    """Read the body of `POST /ingest`."""
    inputs.require_no_org_id()
    items = inputs.body.object_list("events", min_items=1, max_items=inputs.config.max_batch)
    return [NewEvent.read(item) for item in items]


def ingest(context: RequestContext, batch: Sequence[NewEvent]) -> object:
    """
    Handle `POST /ingest`: store the whole batch or nothing.

    A duplicate within the deduplication window gets the id of the first event.
    """
    event_ids = list[str]()
    new_count = 0
    for event in batch:
        fingerprint = event.fingerprint(context.org_id)
        event_id = _find_duplicate(context, fingerprint)
        if event_id is None:
            event_id = _store(context, event, fingerprint)
            new_count += 1
        event_ids.append(event_id)
    usage.consume(context, "events_ingested", new_count)
    processing.process_due(context.store, context.now)
    return {"event_ids": event_ids}


def _find_duplicate(context: RequestContext, fingerprint: bytes) -> str | None:
    # The window begins with the first event. Duplicates do not extend it.
    since = context.now - timestamps.from_seconds(context.config.dedup_window)
    query = "SELECT event_id FROM events WHERE fingerprint = ? AND ingested_at > ?"
    row = context.store.row(query, [fingerprint, since])
    return None if row is None else str(row["event_id"])


def _store(context: RequestContext, event: NewEvent, fingerprint: bytes) -> str:
    event_id = context.store.new_id()
    is_manual = context.config.processing == "manual"
    delay = timestamps.from_seconds(context.config.process_delay)
    row = {
        **asdict(event),
        "event_id": event_id,
        "org_id": context.org_id,
        "key_id": context.key.key_id,
        "ts": context.now if event.ts is None else event.ts,
        "fingerprint": fingerprint,
        "ingested_at": context.now,
        "state": "pending",
        "due_at": None if is_manual else context.now + delay,
    }
    context.store.write(_INSERT, row)
    return event_id


_INSERT = """
    INSERT INTO events (
        event_id, org_id, key_id, actor_id, session_id, kind, content, role_id, team_id, ts,
        metadata, source_id, source_author_email, source_author_id,
        fingerprint, ingested_at, state, due_at
    ) VALUES (
        :event_id, :org_id, :key_id, :actor_id, :session_id, :kind, :content, :role_id, :team_id,
        :ts, :metadata, :source_id, :source_author_email, :source_author_id,
        :fingerprint, :ingested_at, :state, :due_at
    )
"""


def read_event_ids(inputs: RequestInput) -> list[str]:
    """Read the body of `POST /status`."""
    return inputs.body.text_list("event_ids", min_items=1, max_items=_MAX_STATUS_IDS)


def get_status(context: RequestContext, event_ids: Sequence[str]) -> object:
    """Handle `POST /status`: each id appears as often as it was sent, in that order."""
    query = """
        SELECT event_id, state FROM events
        WHERE org_id = ? AND event_id IN (SELECT value FROM json_each(?))
    """
    rows = context.store.rows(query, [context.org_id, json.dumps(event_ids)])
    states = {row["event_id"]: row["state"] for row in rows}
    statuses = {event_id: str(states.get(event_id, "unknown")) for event_id in event_ids}

    def ids_in(state: str) -> list[str]:
        return [event_id for event_id in event_ids if statuses[event_id] == state]

    return {
        "completedIds": ids_in("completed"),
        "failedIds": ids_in("failed"),
        "pendingIds": ids_in("pending"),
        "unknownIds": ids_in("unknown"),
        "total": len(event_ids),
        "statuses": statuses,
    }


ROUTES = (
    route_with_input("ingest", "POST", "/ingest", read_batch, ingest, scope="write"),
    route_with_input("status", "POST", "/status", read_event_ids, get_status, scope="read"),
)
