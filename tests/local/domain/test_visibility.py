"""Index terms of memories, and the filter that selects the visible ones."""

from __future__ import annotations

import re

import pytest
from attrs import evolve, frozen

from memsy.local.domain import visibility


@frozen
class Owner:
    """Owner of a memory: level and ids."""

    level: str = "actor"
    actor_id: str | None = None
    role_id: str | None = None
    team_id: str | None = None
    session_id: str | None = None
    org_id: str = "org"

    @property
    def terms(self) -> set[str]:
        return set(
            visibility.index_terms(
                self.org_id,
                self.level,
                self.actor_id,
                self.role_id,
                self.team_id,
                self.session_id,
            ).split()
        )


ACTOR_MEMORY = Owner(actor_id="ann", session_id="tea time", role_id="r", team_id="t")
ROLE_MEMORY = Owner("role", role_id="r")
TEAM_MEMORY = Owner("team", team_id="t")
ORG_MEMORY = Owner("org")
ALL_MEMORIES = (ACTOR_MEMORY, ROLE_MEMORY, TEAM_MEMORY, ORG_MEMORY)


def selected(
    actor_id: str | None = None,
    session_id: str | None = None,
    role_ids: tuple[str, ...] = (),
    team_ids: tuple[str, ...] = (),
) -> tuple[Owner, ...]:
    """Return the memories that a search with these ids selects."""
    clause = visibility.visibility_filter("org", actor_id, session_id, role_ids, team_ids)
    clauses = [set(terms.split(" OR ")) for terms in re.findall(r" AND scope : \((.*?)\)", clause)]
    return tuple(owner for owner in ALL_MEMORIES if all(owner.terms & terms for terms in clauses))


def test_search_without_actor_selects_all() -> None:
    assert selected() == selected(role_ids=("r",)) == ALL_MEMORIES


def test_search_with_actor_selects_own_and_shared_memories() -> None:
    assert selected("ann") == (ACTOR_MEMORY, ORG_MEMORY)
    assert selected("ann", role_ids=("r", "x")) == (ACTOR_MEMORY, ROLE_MEMORY, ORG_MEMORY)
    assert selected("ann", team_ids=("t", "x")) == (ACTOR_MEMORY, TEAM_MEMORY, ORG_MEMORY)
    assert selected("bob", role_ids=("t",), team_ids=("r",)) == (ORG_MEMORY,)


def test_search_with_session_selects_own_and_sessionless_memories() -> None:
    assert selected(session_id="tea time") == (ACTOR_MEMORY, ORG_MEMORY)
    assert selected("ann", "tea time", ("r",), ("t",)) == ALL_MEMORIES
    assert selected("ann", "tape-1") == (ORG_MEMORY,)


@pytest.mark.parametrize("owner", ALL_MEMORIES)
def test_other_organisation_has_different_terms(owner: Owner) -> None:
    assert not evolve(owner, org_id="other").terms & owner.terms


@pytest.mark.parametrize("owner", ALL_MEMORIES)
def test_memory_has_two_numeric_terms(owner: Owner) -> None:
    assert len(owner.terms) == 2
    assert all(term.isdigit() for term in owner.terms)
