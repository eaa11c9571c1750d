"""
Search over memories: filters, ranking, and a recall noted on each result (wire contract 5.2).

* `POST /search`
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from attrs import frozen

from memsy.local import timestamps
from memsy.local.domain import ranking, strength, usage, visibility
from memsy.local.http import metadata
from memsy.local.http.context import RequestContext
from memsy.local.http.parsing import Fields, RequestInput
from memsy.local.http.routes import route_with_input
from memsy.local.storage import search_index

_SESSION_ID = re.compile(r"[A-Za-z0-9_\-:.@/]{1,256}")
_MAX_IDS = 500


@frozen
class SearchParams:
    """Body of `POST /search`."""

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
    def read(cls, inputs: RequestInput) -> SearchParams:
        inputs.require_no_org_id()
        body = inputs.body
        params = cls(
            query=body.text("query", max_length=32_000),
            limit=body.integer("limit", default=10, minimum=1, maximum=100),
            threshold=body.number("threshold", default=0.0, minimum=0.0),
            include_source_events=body.boolean("include_source_events", default=False),
            actor_id=body.optional_nonblank_text("actor_id", max_length=256),
            session_id=_read_session_id(body, "session_id"),
            exclude_session_id=_read_session_id(body, "exclude_session_id"),
            role_ids=body.text_list("role_ids", max_items=_MAX_IDS),
            team_ids=body.text_list("team_ids", max_items=_MAX_IDS),
        )
        if params.session_id and params.exclude_session_id:
            message = "use only one of session_id and exclude_session_id"
            body.add_error((), message, "value_error")
        return params


def _read_session_id(body: Fields, name: str) -> str | None:
    text = body.optional_text(name, max_length=256)
    if text is not None and not _SESSION_ID.fullmatch(text):
        body.add_error(
            name, f"String should match pattern {_SESSION_ID.pattern!r}", "string_pattern_mismatch"
        )
    return text


def search(context: RequestContext, params: SearchParams) -> object:
    """
    Handle `POST /search`: the active memories that contain a word of the query, best first.

    The search increases the strength of each result.
    """
    if params.include_source_events:
        context.require_feature("source_events")
    usage.consume(context, "search_queries", 1)
    matches = [
        match
        for match in _best_matches(context, params)
        if ranking.score(match.relevance) >= params.threshold
    ]
    strengths = [
        strength.current(
            match.strength,
            match.half_life_days,
            created_at=match.created_at,
            last_recalled_at=match.last_recalled_at,
            now=context.now,
        )
        for match in matches
    ]
    _record_recall(context, matches, strengths)
    return {
        "results": [
            _result(match, current, params)
            for match, current in zip(matches, strengths, strict=True)
        ]
    }


class _Match(NamedTuple):
    """A memory that a search has found. Its fields are the columns of `_RANKED`."""

    relevance: float
    observed_at: int
    memory_id: str
    seq: int
    strength: float
    half_life_days: float
    last_recalled_at: int | None
    created_at: int
    actor_id: str | None
    session_id: str | None
    title: str
    type: str
    kind: str
    confidence: float
    text: str
    event_id: str
    metadata: str | None
    event_kind: str | None
    event_content: str | None


def _best_matches(context: RequestContext, params: SearchParams) -> list[_Match]:
    words = ranking.search_words(params.query)
    if search_index.is_small(context.store):
        return _rank_memories(context, params, words)
    visible_terms = visibility.visibility_filter(
        context.org_id, params.actor_id, params.session_id, params.role_ids, params.team_ids
    )
    rare, frequent = ranking.split_by_frequency(
        words, lambda word: search_index.document_frequency(context.store, word)
    )
    best = _rank_memories(context, params, rare, visible_terms)
    if frequent and (visible_terms or len(best) < params.limit):
        words = rare + frequent[: ranking.MAX_FREQUENT_WORDS]
        best = _merge_rankings(
            best + _rank_memories(context, params, words, visible_terms), params.limit
        )
    return best


def _merge_rankings(matches: Iterable[_Match], limit: int) -> list[_Match]:
    """Return the best of two rankings. Of two matches of a memory, the more relevant one stays."""
    best = dict[int, _Match]()
    for match in sorted(matches, key=_sort_key):
        best.setdefault(match.seq, match)
    return list(best.values())[:limit]


def _sort_key(match: _Match) -> tuple[float, int, str]:
    return -match.relevance, -match.observed_at, match.memory_id


def _rank_memories(
    context: RequestContext, params: SearchParams, words: Sequence[str], visible_terms: str = ""
) -> list[_Match]:
    """Return the best memories that contain one of `words`, at most `params.limit`."""
    if not words:
        return []
    sql_params = {
        "match": search_index.match_query(words, visible_terms),
        "max_candidates": ranking.MAX_CANDIDATES,
        "org_id": context.org_id,
        "limit": params.limit,
        "actor_id": params.actor_id,
        "session_id": params.session_id,
        "exclude_session_id": params.exclude_session_id,
        "role_ids": json.dumps(params.role_ids) if params.role_ids else "[]",
        "team_ids": json.dumps(params.team_ids) if params.team_ids else "[]",
        "include_source_events": params.include_source_events,
    }
    return sorted(map(_Match._make, context.store.rows(_RANKED, sql_params)), key=_sort_key)


# Visibility (wire contract 7.4, 7.5 and 7.7): the memories of the actor, or of all actors without
# an actor_id; all memories of the organisation; the memories of the given roles and teams. A memory
# without a session matches every session. Memories of equal relevance sort by age, newest first.
_RANKED = """
    WITH candidates AS (
        SELECT seq, -bm25(memory_index, 1, 0) AS relevance, observed_at, memory_id
        FROM memory_index CROSS JOIN memories ON seq = memory_index.rowid
        WHERE memory_index MATCH :match
        AND org_id = :org_id
        AND (
            level = 'org'
            OR level = 'actor' AND (:actor_id IS NULL OR actor_id = :actor_id)
            OR level = 'role' AND role_id IN (SELECT value FROM json_each(:role_ids))
            OR level = 'team' AND team_id IN (SELECT value FROM json_each(:team_ids))
        )
        AND (:session_id IS NULL OR session_id IS NULL OR session_id = :session_id)
        AND (:exclude_session_id IS NULL OR session_id IS NOT :exclude_session_id)
        ORDER BY memory_index.rowid DESC LIMIT :max_candidates
    ), best AS (
        SELECT * FROM candidates ORDER BY relevance DESC, observed_at DESC, memory_id LIMIT :limit
    )
    SELECT
        relevance, best.observed_at, best.memory_id, best.seq, strength, half_life_days,
        last_recalled_at, created_at, memories.actor_id, memories.session_id, title, type,
        memories.kind, confidence, text, event_id, events.metadata,
        iif(:include_source_events, events.kind, NULL) AS event_kind,
        iif(:include_source_events, events.content, NULL) AS event_content
    FROM best CROSS JOIN memories USING (seq) CROSS JOIN events USING (event_id)
"""


def _record_recall(
    context: RequestContext, matches: Iterable[_Match], strengths: Iterable[float]
) -> None:
    statement = """
        UPDATE memories SET strength = ?, recall_count = recall_count + 1, last_recalled_at = ?
        WHERE seq = ?
    """
    values = [
        (strength.after_recall(current), context.now, match.seq)
        for match, current in zip(matches, strengths, strict=True)
    ]
    context.store.write_many(statement, values)


def _result(match: _Match, current_strength: float, params: SearchParams) -> dict[str, object]:
    """Return one result, with the strength of the memory before this search."""
    details: dict[str, object] = {
        "title": match.title,
        "type": match.type,
        "kind": match.kind,
        "tags": [],
        "entities": [],
        "strength": current_strength,
        "confidence": match.confidence,
        "observed_at": timestamps.to_text(match.observed_at),
        "source_event_ids": [match.event_id],
        "source_metadata": [],
    }
    if match.actor_id is not None:
        details["actor_id"] = match.actor_id
    if match.session_id is not None:
        details["session_id"] = match.session_id
    if match.metadata is not None:
        entry = metadata.source_metadata(match.metadata)
        details["source_metadata"] = [{"event_id": match.event_id, **entry}]
    if params.include_source_events:
        details["source_events"] = [_source_event(match)]
    return {
        "id": match.memory_id,
        "content": match.text,
        "score": ranking.score(match.relevance),
        "metadata": details,
    }


def _source_event(match: _Match) -> dict[str, object]:
    return {
        "event_id": match.event_id,
        "kind": match.event_kind,
        "content": match.event_content,
        "ts": timestamps.to_text(match.observed_at),
    }


ROUTES = (route_with_input("search", "POST", "/search", SearchParams.read, search, scope="read"),)
