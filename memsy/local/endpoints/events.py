"""Events: taken in, each once, and asked after."""

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

_MOST_ASKED_AFTER = 500


@frozen
class NewEvent:
    """An event as it was sent; its fields are columns of `events`."""

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
            actor_id=fields.text("actor_id", most=256),
            session_id=fields.text("session_id", most=256),
            kind=fields.choice("kind", KINDS),
            content=fields.text("content", most=32_000, verbatim=True),
            role_id=fields.optional_text("role_id", most=256),
            team_id=fields.optional_text("team_id", most=256),
            ts=fields.moment("ts"),
            metadata=fields.optional_text("metadata", most=4096, verbatim=True),
            source_id=fields.optional_text("source_id", most=256),
            source_author_email=fields.optional_text("source_author_email", most=256),
            source_author_id=fields.optional_text("source_author_id", most=256),
        )

    def fingerprint(self, org_id: str) -> bytes:
        """The same for two events that the service takes for one."""
        essence = [org_id, self.actor_id, self.session_id, self.kind, self.content]
        return blake2b(json.dumps(essence).encode(), digest_size=16).digest()


def read_batch(inputs: RequestInput) -> list[NewEvent]:
    inputs.refuse_org_id()
    items = inputs.body.objects("events", least=1, most=inputs.config.max_batch)
    return [NewEvent.read(item) for item in items]


def ingest(context: RequestContext, batch: Sequence[NewEvent]) -> object:
    """Store the batch whole; an event that was sighted lately keeps the id that it got then."""
    event_ids = list[str]()
    fresh = 0
    for event in batch:
        fingerprint = event.fingerprint(context.org_id)
        event_id = _sighted(context, fingerprint)
        if event_id is None:
            event_id = _store(context, event, fingerprint)
            fresh += 1
        event_ids.append(event_id)
    usage.record(context, "events_ingested", fresh)
    processing.process_due(context.store, context.now)
    return {"event_ids": event_ids}


def _sighted(context: RequestContext, fingerprint: bytes) -> str | None:
    # The window begins with the first sighting, and later ones don't prolong it.
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
    return inputs.body.texts("event_ids", least=1, most=_MOST_ASKED_AFTER)


def status(context: RequestContext, event_ids: Sequence[str]) -> object:
    query = """
        SELECT event_id, state FROM events
        WHERE org_id = ? AND event_id IN (SELECT value FROM json_each(?))
    """
    rows = context.store.rows(query, [context.org_id, json.dumps(event_ids)])
    states = {row["event_id"]: row["state"] for row in rows}
    statuses = {event_id: str(states.get(event_id, "unknown")) for event_id in event_ids}

    def of(state: str) -> list[str]:
        return [event_id for event_id in event_ids if statuses[event_id] == state]

    return {
        "completedIds": of("completed"),
        "failedIds": of("failed"),
        "pendingIds": of("pending"),
        "unknownIds": of("unknown"),
        "total": len(event_ids),
        "statuses": statuses,
    }


ROUTES = (
    route_with_input("ingest", "POST", "/ingest", read_batch, ingest, scope="write"),
    route_with_input("status", "POST", "/status", read_event_ids, status, scope="read"),
)
