"""
Who may see a memory, as words of the index: so that a search looks at no others.

These words only lead to memories. Whether one may be seen is for its row to say, as two different
ids may happen to have the same word.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32


def index_terms(
    org_id: str,
    level: str,
    actor_id: str | None,
    role_id: str | None,
    team_id: str | None,
    session_id: str | None,
) -> str:
    """The two words of a memory: whose it is, and of which conversation."""
    owner = {"actor": actor_id, "role": role_id, "team": team_id}.get(level)
    return f"{_term(org_id, level, owner)} {_term(org_id, 'session', session_id)}"


def visibility_filter(
    org_id: str,
    actor_id: str | None,
    session_id: str | None,
    role_ids: Iterable[str],
    team_ids: Iterable[str],
) -> str:
    """What narrows a question to the index; empty where it is one about everybody."""
    promoted = [
        _term(org_id, "org", None),
        *(_term(org_id, "role", role_id) for role_id in role_ids),
        *(_term(org_id, "team", team_id) for team_id in team_ids),
    ]
    own = [
        _term(org_id, what, name)
        for what, name in (("actor", actor_id), ("session", session_id))
        if name is not None
    ]
    return "".join(f" AND scope : ({' OR '.join([word, *promoted])})" for word in own)


def _term(org_id: str, what: str, name: str | None) -> str:
    # Digits, for those are left as they are where other words lose their endings.
    return str(crc32(repr((org_id, what, name)).encode()))
