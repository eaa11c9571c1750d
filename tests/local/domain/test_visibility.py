"""The words by which the index narrows a search: whoever may see a memory is led to it."""

from __future__ import annotations

import re

import pytest
from attrs import evolve, frozen

from memsy.local.domain import visibility


@frozen
class Place:
    """Where a memory is."""

    level: str = "actor"
    actor_id: str | None = None
    role_id: str | None = None
    team_id: str | None = None
    session_id: str | None = None
    org_id: str = "org"

    @property
    def words(self) -> set[str]:
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


HERS = Place(actor_id="ann", session_id="tea time", role_id="r", team_id="t")
OF_THE_ROLE = Place("role", role_id="r")
OF_THE_TEAM = Place("team", team_id="t")
OF_ALL = Place("org")
EVERY = (HERS, OF_THE_ROLE, OF_THE_TEAM, OF_ALL)


def led_to(
    actor_id: str | None = None,
    session_id: str | None = None,
    role_ids: tuple[str, ...] = (),
    team_ids: tuple[str, ...] = (),
) -> tuple[Place, ...]:
    """Which of EVERY a search looks at."""
    scope = visibility.visibility_filter("org", actor_id, session_id, role_ids, team_ids)
    clauses = [set(words.split(" OR ")) for words in re.findall(r" AND scope : \((.*?)\)", scope)]
    return tuple(place for place in EVERY if all(place.words & clause for clause in clauses))


def test_a_search_among_all_looks_at_all() -> None:
    assert led_to() == led_to(role_ids=("r",)) == EVERY


def test_that_of_an_actor_looks_at_what_is_hers_or_for_her() -> None:
    assert led_to("ann") == (HERS, OF_ALL)
    assert led_to("ann", role_ids=("r", "x")) == (HERS, OF_THE_ROLE, OF_ALL)
    assert led_to("ann", team_ids=("t", "x")) == (HERS, OF_THE_TEAM, OF_ALL)
    assert led_to("bob", role_ids=("t",), team_ids=("r",)) == (OF_ALL,)


def test_that_of_a_session_looks_at_what_is_of_it_or_of_none() -> None:
    assert led_to(session_id="tea time") == (HERS, OF_ALL)
    assert led_to("ann", "tea time", ("r",), ("t",)) == EVERY
    assert led_to("ann", "tape-1") == (OF_ALL,)


@pytest.mark.parametrize("place", EVERY)
def test_one_in_another_organisation_is_somewhere_else(place: Place) -> None:
    assert not evolve(place, org_id="other").words & place.words


@pytest.mark.parametrize("place", EVERY)
def test_every_memory_has_two_words_that_no_stemmer_touches(place: Place) -> None:
    assert len(place.words) == 2
    assert all(word.isdigit() for word in place.words)
