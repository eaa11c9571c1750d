"""Contract tests of `search()`: visibility, session filters, order, limits, source events."""

from __future__ import annotations

import math
from functools import partial

from memsy.exceptions import MemsyConfigurationError, ValidationError
from memsy.testing.contract.context import ContractContext, expect_error, result_texts, same_items


def search_with_actor_returns_its_own_memories_only(context: ContractContext) -> None:
    """A search with an actor returns memories of this actor only (wire contract 7.4)."""
    other = context.unique_id("actor")
    context.ingest_and_wait(
        "The cat is called Lovell", context.event("The dog is called Haise", actor=other)
    )
    assert result_texts(context.memsy.search("called", actor_id=context.actor)) == [
        "The cat is called Lovell"
    ]
    assert result_texts(context.memsy.search("called", actor_id=other)) == [
        "The dog is called Haise"
    ]


def search_without_actor_covers_the_organisation(context: ContractContext) -> None:
    """A search without an actor covers the whole organisation (wire contract 5.2, 7.4)."""
    word = context.name.replace(":", "").replace("-", "") + "xylophone"
    other = context.unique_id("actor")
    context.ingest_and_wait(f"{word} one", context.event(f"{word} two", actor=other))
    assert same_items(result_texts(context.memsy.search(word)), f"{word} one", f"{word} two")


def search_can_include_or_exclude_a_session(context: ContractContext) -> None:
    """A search can be limited to a session, or exclude one (wire contract 7.7)."""
    other = context.unique_id("session")
    context.ingest_and_wait(
        "tank one, pressure rising", context.event("tank two, empty", session=other)
    )
    within = context.memsy.search("tank", actor_id=context.actor, session_id=context.session)
    without = context.memsy.search(
        "tank", actor_id=context.actor, exclude_session_id=context.session
    )
    assert result_texts(within) == ["tank one, pressure rising"]
    assert result_texts(without) == ["tank two, empty"]
    assert within.results[0].session_id == context.session


def both_session_filters_are_rejected(context: ContractContext) -> None:
    """A search with both session filters gets a 422 (wire contract 4)."""
    error = expect_error(
        ValidationError,
        lambda: context.memsy.search("tank", session_id="one", exclude_session_id="two"),
    )
    assert error.status_code == 422


def invalid_session_id_is_rejected(context: ContractContext) -> None:
    """A session id with other than the allowed characters gets a 422 (wire contract 4)."""
    error = expect_error(
        ValidationError, lambda: context.memsy.search("tank", session_id="tape one")
    )
    assert error.status_code == 422


def role_memories_are_found_with_role_ids(context: ContractContext) -> None:
    """`role_ids` adds the memories promoted to these roles (wire contract 7.5, 9 Q14)."""
    role, colleague = context.unique_id("role"), context.unique_id("actor")
    context.ingest_and_wait(context.event("Always log the tank pressure", role=role))
    assert context.memsy.search("tank pressure", actor_id=colleague).results == []
    (shared,) = context.memsy.search("tank pressure", actor_id=colleague, role_ids=[role]).results
    assert shared.content == "Always log the tank pressure"
    assert shared.session_id is None


def team_memories_are_found_with_team_ids(context: ContractContext) -> None:
    """`team_ids` adds the memories promoted to these teams (wire contract 7.5, 9 Q14)."""
    team, colleague = context.unique_id("team"), context.unique_id("actor")
    context.ingest_and_wait(context.event("White team has the next shift", team=team))
    assert context.memsy.search("shift", actor_id=colleague).results == []
    response = context.memsy.search("shift", actor_id=colleague, team_ids=[team])
    assert result_texts(response) == ["White team has the next shift"]


def promoted_memories_pass_session_filters(context: ContractContext) -> None:
    """Promoted memories have no session and pass both session filters (wire contract 7.7)."""
    role, colleague = context.unique_id("role"), context.unique_id("actor")
    context.ingest_and_wait(context.event("Power down the guidance computer", role=role))
    for response in (
        context.memsy.search("power", actor_id=colleague, session_id="other", role_ids=[role]),
        context.memsy.search(
            "power", actor_id=colleague, exclude_session_id="other", role_ids=[role]
        ),
    ):
        assert result_texts(response) == ["Power down the guidance computer"]


def best_result_is_first_and_scores_are_0_to_1(context: ContractContext) -> None:
    """The best result is first, and scores are between 0 and 1 (wire contract 5.2, 7.8, 9 Q23)."""
    context.ingest_and_wait(
        "The weather in Houston is fine",
        "The oxygen tank lost its pressure",
        "An oxygen mask hangs on the wall of the simulator, next to the door",
    )
    response = context.memsy.search("oxygen tank pressure", actor_id=context.actor)
    scores = [result.score for result in response.results]
    assert response.results[0].content == "The oxygen tank lost its pressure"
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)


def limit_and_threshold_cut_the_results(context: ContractContext) -> None:
    """`limit` bounds the number of results, `threshold` the score (wire contract 4, 7.8)."""
    context.ingest_and_wait(*(f"oxygen reading {number}" for number in range(5)))
    unlimited = context.memsy.search("oxygen", actor_id=context.actor)
    assert len(unlimited.results) == 5
    assert len(context.memsy.search("oxygen", actor_id=context.actor, limit=2).results) == 2
    assert context.memsy.search("oxygen", actor_id=context.actor, threshold=1.5).results == []


def invalid_limit_threshold_or_query_is_rejected(context: ContractContext) -> None:
    """A threshold below 0 is not sent; limit and query get a 422 (wire contract 4, 9 Q10, Q11)."""
    for limit in (0, 101, -1):
        expect_error(ValidationError, partial(context.memsy.search, "oxygen", limit=limit))
    for threshold in (-0.1, math.nan, math.inf):
        error = expect_error(
            MemsyConfigurationError, partial(context.memsy.search, "oxygen", threshold=threshold)
        )
        assert str(error).startswith("threshold must be a finite number, 0 or more, got ")
    expect_error(ValidationError, lambda: context.memsy.search(""))


def search_without_match_returns_an_empty_list(context: ContractContext) -> None:
    """A search without a match returns an empty list (wire contract 7.8)."""
    assert context.memsy.search("zeppelin", actor_id=context.actor).results == []


def source_events_are_returned_on_request(context: ContractContext) -> None:
    """Results contain source events with `include_source_events` only (wire contract 5.2)."""
    (event_id,) = context.ingest_and_wait(
        context.event("Okay, Houston", ts="1970-04-14T03:07:53Z", kind="user_message")
    )
    (without,) = context.memsy.search("Houston", actor_id=context.actor).results
    (with_events,) = context.memsy.search(
        "Houston", actor_id=context.actor, include_source_events=True
    ).results
    assert without.source_events == []
    assert without.source_event_ids == [event_id]
    (event,) = with_events.source_events
    assert (event.event_id, event.kind, event.content) == (
        event_id,
        "user_message",
        "Okay, Houston",
    )
    assert event.ts == "1970-04-14T03:07:53Z"


def search_increases_strength_and_recall_count(context: ContractContext) -> None:
    """A search increases strength and recall count of its results (wire contract 7.9)."""
    context.ingest_and_wait("The heater is on")
    (result,) = context.memsy.search("heater", actor_id=context.actor).results
    before = context.memsy.memories.get(result.id)
    context.memsy.search("heater", actor_id=context.actor)
    after = context.memsy.memories.get(result.id)
    assert after.recall_count == before.recall_count + 1
    assert before.strength < after.strength <= 5.0
    assert after.last_recalled_at is not None


def query_may_contain_any_text(context: ContractContext) -> None:
    """A query may contain any text, such as quotes and search operators (wire contract 5.2)."""
    context.ingest_and_wait('She said "AND NOT (near*) OR 1=1; --"')
    for query in ('"', "AND", "NOT (", "*", "a:b", "--", "💧", "\\", "near*", "'; drop table"):
        context.memsy.search(query, actor_id=context.actor)
