"""Search: which memories a question may see, and in which order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import repeat
from sqlite3 import Row

from attrs import frozen

from memsy.local import timestamps
from memsy.local.domain import ranking, strength, usage, visibility
from memsy.local.http import metadata
from memsy.local.http.context import RequestContext
from memsy.local.http.parsing import Fields, RequestInput
from memsy.local.http.routes import route_with_input
from memsy.local.storage import search_index

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
    def read(cls, inputs: RequestInput) -> Search:
        inputs.refuse_org_id()
        body = inputs.body
        params = cls(
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
        if params.session_id and params.exclude_session_id:
            message = "use only one of session_id and exclude_session_id"
            body.fault((), message, "value_error")
        return params


def _read_session_id(body: Fields, name: str) -> str | None:
    text = body.optional_text(name, most=256)
    if text is not None and not _SESSION_ID.fullmatch(text):
        body.fault(
            name, f"String should match pattern {_SESSION_ID.pattern!r}", "string_pattern_mismatch"
        )
    return text


def search(context: RequestContext, params: Search) -> object:
    """The active memories that share a word with the query, best first; each gains strength."""
    if params.include_source_events:
        context.require_feature("source_events")
    usage.record(context, "search_queries", 1)
    found = [
        row for row in _best(context, params) if ranking.score(row["relevance"]) >= params.threshold
    ]
    _recall(context, found)
    return {"results": [_result(row, context.now, params) for row in found]}


def _best(context: RequestContext, params: Search) -> list[Row]:
    words = ranking.words(params.query)
    if search_index.is_small(context.store):
        return _ranked(context, params, words)
    scope = visibility.visibility_filter(
        context.org_id, params.actor_id, params.session_id, params.role_ids, params.team_ids
    )
    rare, frequent = ranking.split(
        words, lambda word: search_index.document_frequency(context.store, word)
    )
    best = _ranked(context, params, rare, scope)
    if frequent and (scope or len(best) < params.limit):
        more = _ranked(context, params, rare + frequent[: ranking.MAX_FREQUENT_WORDS], scope)
        best = _best_of(best + more, params.limit)
    return best


def _best_of(rows: Iterable[Row], limit: int) -> list[Row]:
    """The best of what two rankings found, each as the one says that weighed more of its words."""
    best = dict[int, Row]()
    for row in sorted(rows, key=_from_the_best):
        best.setdefault(row["seq"], row)
    return list(best.values())[:limit]


def _from_the_best(row: Row) -> tuple[float, int, str]:
    return -row["relevance"], -row["observed_at"], row["memory_id"]


def _ranked(
    context: RequestContext, params: Search, words: Sequence[str], scope: str = ""
) -> list[Row]:
    """The best memories of those that have one of *words*, as many as are asked for."""
    if not words:
        return []
    parameters = {
        "question": search_index.match_query(words, scope),
        "most": ranking.MAX_CANDIDATES,
        "org_id": context.org_id,
        "limit": params.limit,
        "actor_id": params.actor_id,
        "session_id": params.session_id,
        "exclude_session_id": params.exclude_session_id,
        "role_ids": json.dumps(params.role_ids),
        "team_ids": json.dumps(params.team_ids),
    }
    return context.store.rows(_RANKED, parameters)


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


def _recall(context: RequestContext, found: Sequence[Row]) -> None:
    statement = """
        UPDATE memories SET strength = ?, recall_count = recall_count + 1, last_recalled_at = ?
        WHERE seq = ?
    """
    gained = [strength.recalled(strength.of(row, context.now)) for row in found]
    rows = zip(gained, repeat(context.now), [row["seq"] for row in found])
    context.store.write_each(statement, rows)


def _result(row: Row, now: int, params: Search) -> dict[str, object]:
    """One result, with the strength that the memory had before this search."""
    said: dict[str, object] = {
        "title": row["title"],
        "type": row["type"],
        "kind": row["kind"],
        "tags": [],
        "entities": [],
        "strength": strength.of(row, now),
        "confidence": row["confidence"],
        "observed_at": timestamps.to_text(row["observed_at"]),
        "source_event_ids": [row["event_id"]],
        "source_metadata": [],
    }
    said |= {name: row[name] for name in ("actor_id", "session_id") if row[name] is not None}
    if row["metadata"] is not None:
        said["source_metadata"] = [{"event_id": row["event_id"], **metadata.shown(row["metadata"])}]
    if params.include_source_events:
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
        "ts": timestamps.to_text(row["observed_at"]),
    }


ROUTES = (route_with_input("search", "POST", "/search", Search.read, search, scope="read"),)
