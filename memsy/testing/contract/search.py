"""Promises about search: whose memories are found, in which order, and with what beside them."""

from __future__ import annotations

from functools import partial

from memsy.exceptions import ValidationError
from memsy.testing.contract.context import ContractContext, expect_error, result_texts, same_items


def an_actor_finds_its_own_memories_only(context: ContractContext) -> None:
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


def without_an_actor_the_whole_organisation_is_searched(context: ContractContext) -> None:
    word = context.name.replace(":", "").replace("-", "") + "xylophone"
    other = context.unique_id("actor")
    context.ingest_and_wait(f"{word} one", context.event(f"{word} two", actor=other))
    assert same_items(result_texts(context.memsy.search(word)), f"{word} one", f"{word} two")


def a_conversation_can_be_kept_to_or_left_out(context: ContractContext) -> None:
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


def only_one_session_filter_may_be_given(context: ContractContext) -> None:
    error = expect_error(
        ValidationError,
        lambda: context.memsy.search("tank", session_id="one", exclude_session_id="two"),
    )
    assert error.status_code == 422


def a_session_id_of_odd_characters_is_refused(context: ContractContext) -> None:
    error = expect_error(
        ValidationError, lambda: context.memsy.search("tank", session_id="tape one")
    )
    assert error.status_code == 422


def what_is_promoted_to_a_role_is_found_by_naming_the_role(context: ContractContext) -> None:
    role, colleague = context.unique_id("role"), context.unique_id("actor")
    context.ingest_and_wait(context.event("Always log the tank pressure", role=role))
    assert context.memsy.search("tank pressure", actor_id=colleague).results == []
    (shared,) = context.memsy.search("tank pressure", actor_id=colleague, role_ids=[role]).results
    assert shared.content == "Always log the tank pressure"
    assert shared.session_id is None


def what_is_promoted_to_a_team_is_found_by_naming_the_team(context: ContractContext) -> None:
    team, colleague = context.unique_id("team"), context.unique_id("actor")
    context.ingest_and_wait(context.event("White team has the next shift", team=team))
    assert context.memsy.search("shift", actor_id=colleague).results == []
    found = context.memsy.search("shift", actor_id=colleague, team_ids=[team])
    assert result_texts(found) == ["White team has the next shift"]


def promoted_knowledge_belongs_to_no_conversation(context: ContractContext) -> None:
    role, colleague = context.unique_id("role"), context.unique_id("actor")
    context.ingest_and_wait(context.event("Power down the guidance computer", role=role))
    for found in (
        context.memsy.search("power", actor_id=colleague, session_id="other", role_ids=[role]),
        context.memsy.search(
            "power", actor_id=colleague, exclude_session_id="other", role_ids=[role]
        ),
    ):
        assert result_texts(found) == ["Power down the guidance computer"]


def the_best_comes_first_and_scores_lie_between_0_and_1(context: ContractContext) -> None:
    context.ingest_and_wait(
        "The weather in Houston is fine",
        "The oxygen tank lost its pressure",
        "An oxygen mask hangs on the wall of the simulator, next to the door",
    )
    found = context.memsy.search("oxygen tank pressure", actor_id=context.actor)
    scores = [result.score for result in found.results]
    assert found.results[0].content == "The oxygen tank lost its pressure"
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)


def a_limit_cuts_the_list_and_a_threshold_cuts_the_weak(context: ContractContext) -> None:
    context.ingest_and_wait(*(f"oxygen reading {n}" for n in range(5)))
    everything = context.memsy.search("oxygen", actor_id=context.actor)
    assert len(everything.results) == 5
    assert len(context.memsy.search("oxygen", actor_id=context.actor, limit=2).results) == 2
    assert context.memsy.search("oxygen", actor_id=context.actor, threshold=1.5).results == []


def limits_and_thresholds_out_of_range_are_refused(context: ContractContext) -> None:
    for limit in (0, 101, -1):
        expect_error(ValidationError, partial(context.memsy.search, "oxygen", limit=limit))
    expect_error(ValidationError, lambda: context.memsy.search("oxygen", threshold=-0.1))
    expect_error(ValidationError, lambda: context.memsy.search(""))


def nothing_found_is_an_answer_too(context: ContractContext) -> None:
    assert context.memsy.search("zeppelin", actor_id=context.actor).results == []


def source_events_come_only_when_asked_for(context: ContractContext) -> None:
    (event_id,) = context.ingest_and_wait(
        context.event("Okay, Houston", ts="1970-04-14T03:07:53Z", kind="user_message")
    )
    (plain,) = context.memsy.search("Houston", actor_id=context.actor).results
    (full,) = context.memsy.search(
        "Houston", actor_id=context.actor, include_source_events=True
    ).results
    assert plain.source_events == []
    assert plain.source_event_ids == [event_id]
    (event,) = full.source_events
    assert (event.event_id, event.kind, event.content) == (
        event_id,
        "user_message",
        "Okay, Houston",
    )
    assert event.ts == "1970-04-14T03:07:53Z"


def what_is_found_grows_stronger(context: ContractContext) -> None:
    context.ingest_and_wait("The heater is on")
    (found,) = context.memsy.search("heater", actor_id=context.actor).results
    before = context.memsy.memories.get(found.id)
    context.memsy.search("heater", actor_id=context.actor)
    after = context.memsy.memories.get(found.id)
    assert after.recall_count == before.recall_count + 1
    assert before.strength < after.strength <= 5.0
    assert after.last_recalled_at is not None


def any_text_may_be_searched_for(context: ContractContext) -> None:
    context.ingest_and_wait('She said "AND NOT (near*) OR 1=1; --"')
    for query in ('"', "AND", "NOT (", "*", "a:b", "--", "💧", "\\", "near*", "'; drop table"):
        context.memsy.search(query, actor_id=context.actor)
