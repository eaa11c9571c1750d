"""Search: which memories a question may see, and in which order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import repeat
from sqlite3 import Row

from attrs import frozen

from memsy.testing.service import index, metadata, moments, ranking, scopes, strength, usage
from memsy.testing.service.call import Call
from memsy.testing.service.reading import Fields, Given
from memsy.testing.service.routes import route_reading

_SESSION_ID = re.compile(r"[A-Za-z0-9_\-:.@/]{1,256}")
_MOST_IDS = 500


@frozen
class Search:
    """A question, and what narrows or widens it."""

    query: str
    limit: int
    threshold: float
    include_source_events: bool
    actor_id: str | None
    session_id: str | None
    exclude_session_id: str | None
    role_ids: Sequence[str]
    team_ids: Sequence[str]

    @classmethod
    def read(cls, given: Given) -> Search:
        given.refuse_org_id()
        body = given.body
        asked = cls(
            query=body.text("query", most=32_000),
            limit=body.integer("limit", default=10, least=1, most=100),
            threshold=body.number("threshold", default=0.0, least=0.0),
            include_source_events=body.flag("include_source_events", default=False),
            actor_id=body.text_if_given("actor_id", most=256),
            session_id=_read_session_id(body, "session_id"),
            exclude_session_id=_read_session_id(body, "exclude_session_id"),
            role_ids=body.texts("role_ids", most=_MOST_IDS),
            team_ids=body.texts("team_ids", most=_MOST_IDS),
        )
        if asked.session_id and asked.exclude_session_id:
            message = "use only one of session_id and exclude_session_id"
            body.fault((), message, "value_error")
        return asked


def _read_session_id(body: Fields, name: str) -> str | None:
    text = body.optional_text(name, most=256)
    if text is not None and not _SESSION_ID.fullmatch(text):
        body.fault(
            name, f"String should match pattern {_SESSION_ID.pattern!r}", "string_pattern_mismatch"
        )
    return text


def search(call: Call, asked: Search) -> object:
    """The active memories that share a word with the query, best first; each gains strength."""
    if asked.include_source_events:
        call.require_feature("source_events")
    usage.spend(call, "search_queries", 1)
    found = [
        row for row in _best(call, asked) if ranking.score(row["relevance"]) >= asked.threshold
    ]
    _recall(call, found)
    return {"results": [_result(row, call.now, asked) for row in found]}


def _best(call: Call, asked: Search) -> list[Row]:
    words = ranking.words(asked.query)
    if index.is_small(call.store):
        return _ranked(call, asked, words)
    scope = scopes.within(
        call.org_id, asked.actor_id, asked.session_id, asked.role_ids, asked.team_ids
    )
    rare, frequent = ranking.split(words, lambda word: index.spread(call.store, word))
    best = _ranked(call, asked, rare, scope)
    if frequent and (scope or len(best) < asked.limit):
        more = _ranked(call, asked, rare + frequent[: ranking.MOST_FREQUENT], scope)
        best = _best_of(best + more, asked.limit)
    return best


def _best_of(rows: Iterable[Row], limit: int) -> list[Row]:
    """The best of what two rankings found, each as the one says that weighed more of its words."""
    best = dict[int, Row]()
    for row in sorted(rows, key=_from_the_best):
        best.setdefault(row["seq"], row)
    return list(best.values())[:limit]


def _from_the_best(row: Row) -> tuple[float, int, str]:
    return -row["relevance"], -row["observed_at"], row["memory_id"]


def _ranked(call: Call, asked: Search, words: Sequence[str], scope: str = "") -> list[Row]:
    """The best memories of those that have one of *words*, as many as are asked for."""
    if not words:
        return []
    parameters = {
        "question": index.question(words, scope),
        "most": ranking.MOST,
        "org_id": call.org_id,
        "limit": asked.limit,
        "actor_id": asked.actor_id,
        "session_id": asked.session_id,
        "exclude_session_id": asked.exclude_session_id,
        "role_ids": json.dumps(asked.role_ids),
        "team_ids": json.dumps(asked.team_ids),
    }
    return call.store.rows(_RANKED, parameters)


# An actor's own memories, or everybody's, with what was promoted to the organisation; what was
# promoted to a role or a team only for those who name it. What belongs to no conversation
# belongs to all of them. Among equals the newest comes first.
_RANKED = """
    WITH candidates AS (
        SELECT seq, -bm25(memory_index, 1, 0) AS relevance, observed_at, memory_id
        FROM memory_index CROSS JOIN memories ON seq = memory_index.rowid
        WHERE memory_index MATCH :question
        AND org_id = :org_id
        AND (
            level = 'org'
            OR level = 'actor' AND (:actor_id IS NULL OR actor_id = :actor_id)
            OR level = 'role' AND role_id IN (SELECT value FROM json_each(:role_ids))
            OR level = 'team' AND team_id IN (SELECT value FROM json_each(:team_ids))
        )
        AND (:session_id IS NULL OR session_id IS NULL OR session_id = :session_id)
        AND (:exclude_session_id IS NULL OR session_id IS NOT :exclude_session_id)
        ORDER BY memory_index.rowid DESC LIMIT :most
    ), best AS (
        SELECT * FROM candidates ORDER BY relevance DESC, observed_at DESC, memory_id LIMIT :limit
    )
    SELECT
        memories.*, relevance,
        events.kind AS event_kind, events.content AS event_content, events.metadata AS metadata
    FROM best JOIN memories USING (seq) JOIN events USING (event_id)
    ORDER BY relevance DESC, memories.observed_at DESC, memory_id
"""


def _recall(call: Call, found: Sequence[Row]) -> None:
    statement = """
        UPDATE memories SET strength = ?, recall_count = recall_count + 1, last_recalled_at = ?
        WHERE seq = ?
    """
    gained = [strength.recalled(strength.of(row, call.now)) for row in found]
    rows = zip(gained, repeat(call.now), [row["seq"] for row in found])
    call.store.write_each(statement, rows)


def _result(row: Row, now: int, asked: Search) -> dict[str, object]:
    """One result, with the strength that the memory had before this search."""
    said: dict[str, object] = {
        "title": row["title"],
        "type": row["type"],
        "kind": row["kind"],
        "tags": [],
        "entities": [],
        "strength": strength.of(row, now),
        "confidence": row["confidence"],
        "observed_at": moments.to_text(row["observed_at"]),
        "source_event_ids": [row["event_id"]],
        "source_metadata": [],
    }
    said |= {name: row[name] for name in ("actor_id", "session_id") if row[name] is not None}
    if row["metadata"] is not None:
        said["source_metadata"] = [{"event_id": row["event_id"], **metadata.shown(row["metadata"])}]
    if asked.include_source_events:
        said["source_events"] = [_source_event(row)]
    return {
        "id": row["memory_id"],
        "content": row["text"],
        "score": ranking.score(row["relevance"]),
        "metadata": said,
    }


def _source_event(row: Row) -> dict[str, object]:
    return {
        "event_id": row["event_id"],
        "kind": row["event_kind"],
        "content": row["event_content"],
        "ts": moments.to_text(row["observed_at"]),
    }


ROUTES = (route_reading("search", "POST", "/search", Search.read, search, scope="read"),)
