"""
Visibility rules as search index terms, so that a query finds only permitted memories.

The terms limit a search to memories that the caller may see. Two ids may have the same term, so
the search checks the ids of each row, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32


def index_terms(
    org_id: str,
    level: str,
    actor_id: str | None,
    role_id: str | None,
    team_id: str | None,
    session_id: str | None,
) -> str:
    """Return the two index terms of a memory: one for its owner, one for its session."""
    owner = {"actor": actor_id, "role": role_id, "team": team_id}.get(level)
    return f"{_term(org_id, level, owner)} {_term(org_id, 'session', session_id)}"


def visibility_filter(
    org_id: str,
    actor_id: str | None,
    session_id: str | None,
    role_ids: Iterable[str],
    team_ids: Iterable[str],
) -> str:
    """Return the visibility clause of an index query; empty without actor and session."""
    promoted_terms = [
        _term(org_id, "org", None),
        *(_term(org_id, "role", role_id) for role_id in role_ids),
        *(_term(org_id, "team", team_id) for team_id in team_ids),
    ]
    own_terms = [
        _term(org_id, kind, id_)
        for kind, id_ in (("actor", actor_id), ("session", session_id))
        if id_ is not None
    ]
    return "".join(f" AND scope : ({' OR '.join([term, *promoted_terms])})" for term in own_terms)


# Cached: the memories of one batch often have the same actor and session.
@lru_cache(maxsize=1024)
def _term(org_id: str, kind: str, id_: str | None) -> str:
    # The stemmer of the index does not change digits.
    return str(crc32(repr((org_id, kind, id_)).encode()))
