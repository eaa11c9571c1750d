"""Promises about search: whose memories are found, in which order, and with what beside them."""

from __future__ import annotations

from functools import partial

from memsy.exceptions import ValidationError
from memsy.testing.contract.scene import Scene, contents, refused, same


def an_actor_finds_its_own_memories_only(scene: Scene) -> None:
    other = scene.fresh("actor")
    scene.remember("The cat is called Lovell", scene.event("The dog is called Haise", actor=other))
    assert contents(scene.memsy.search("called", actor_id=scene.actor)) == [
        "The cat is called Lovell"
    ]
    assert contents(scene.memsy.search("called", actor_id=other)) == ["The dog is called Haise"]


def without_an_actor_the_whole_organisation_is_searched(scene: Scene) -> None:
    word = scene.name.replace(":", "").replace("-", "") + "xylophone"
    other = scene.fresh("actor")
    scene.remember(f"{word} one", scene.event(f"{word} two", actor=other))
    assert same(contents(scene.memsy.search(word)), f"{word} one", f"{word} two")


def a_conversation_can_be_kept_to_or_left_out(scene: Scene) -> None:
    other = scene.fresh("session")
    scene.remember("tank one, pressure rising", scene.event("tank two, empty", session=other))
    within = scene.memsy.search("tank", actor_id=scene.actor, session_id=scene.session)
    without = scene.memsy.search("tank", actor_id=scene.actor, exclude_session_id=scene.session)
    assert contents(within) == ["tank one, pressure rising"]
    assert contents(without) == ["tank two, empty"]
    assert within.results[0].session_id == scene.session


def only_one_session_filter_may_be_given(scene: Scene) -> None:
    error = refused(
        ValidationError,
        lambda: scene.memsy.search("tank", session_id="one", exclude_session_id="two"),
    )
    assert error.status_code == 422


def a_session_id_of_odd_characters_is_refused(scene: Scene) -> None:
    error = refused(ValidationError, lambda: scene.memsy.search("tank", session_id="tape one"))
    assert error.status_code == 422


def what_is_promoted_to_a_role_is_found_by_naming_the_role(scene: Scene) -> None:
    role, colleague = scene.fresh("role"), scene.fresh("actor")
    scene.remember(scene.event("Always log the tank pressure", role=role))
    assert scene.memsy.search("tank pressure", actor_id=colleague).results == []
    (shared,) = scene.memsy.search("tank pressure", actor_id=colleague, role_ids=[role]).results
    assert shared.content == "Always log the tank pressure"
    assert shared.session_id is None


def what_is_promoted_to_a_team_is_found_by_naming_the_team(scene: Scene) -> None:
    team, colleague = scene.fresh("team"), scene.fresh("actor")
    scene.remember(scene.event("White team has the next shift", team=team))
    assert scene.memsy.search("shift", actor_id=colleague).results == []
    found = scene.memsy.search("shift", actor_id=colleague, team_ids=[team])
    assert contents(found) == ["White team has the next shift"]


def promoted_knowledge_belongs_to_no_conversation(scene: Scene) -> None:
    role, colleague = scene.fresh("role"), scene.fresh("actor")
    scene.remember(scene.event("Power down the guidance computer", role=role))
    for found in (
        scene.memsy.search("power", actor_id=colleague, session_id="other", role_ids=[role]),
        scene.memsy.search(
            "power", actor_id=colleague, exclude_session_id="other", role_ids=[role]
        ),
    ):
        assert contents(found) == ["Power down the guidance computer"]


def the_best_comes_first_and_scores_lie_between_0_and_1(scene: Scene) -> None:
    scene.remember(
        "The weather in Houston is fine",
        "The oxygen tank lost its pressure",
        "An oxygen mask hangs on the wall of the simulator, next to the door",
    )
    found = scene.memsy.search("oxygen tank pressure", actor_id=scene.actor)
    scores = [result.score for result in found.results]
    assert found.results[0].content == "The oxygen tank lost its pressure"
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= score <= 1.0 for score in scores)


def a_limit_cuts_the_list_and_a_threshold_cuts_the_weak(scene: Scene) -> None:
    scene.remember(*(f"oxygen reading {n}" for n in range(5)))
    everything = scene.memsy.search("oxygen", actor_id=scene.actor)
    assert len(everything.results) == 5
    assert len(scene.memsy.search("oxygen", actor_id=scene.actor, limit=2).results) == 2
    assert scene.memsy.search("oxygen", actor_id=scene.actor, threshold=1.5).results == []


def limits_and_thresholds_out_of_range_are_refused(scene: Scene) -> None:
    for limit in (0, 101, -1):
        refused(ValidationError, partial(scene.memsy.search, "oxygen", limit=limit))
    refused(ValidationError, lambda: scene.memsy.search("oxygen", threshold=-0.1))
    refused(ValidationError, lambda: scene.memsy.search(""))


def nothing_found_is_an_answer_too(scene: Scene) -> None:
    assert scene.memsy.search("zeppelin", actor_id=scene.actor).results == []


def source_events_come_only_when_asked_for(scene: Scene) -> None:
    (event_id,) = scene.remember(
        scene.event("Okay, Houston", ts="1970-04-14T03:07:53Z", kind="user_message")
    )
    (plain,) = scene.memsy.search("Houston", actor_id=scene.actor).results
    (full,) = scene.memsy.search(
        "Houston", actor_id=scene.actor, include_source_events=True
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


def what_is_found_grows_stronger(scene: Scene) -> None:
    scene.remember("The heater is on")
    (found,) = scene.memsy.search("heater", actor_id=scene.actor).results
    before = scene.memsy.memories.get(found.id)
    scene.memsy.search("heater", actor_id=scene.actor)
    after = scene.memsy.memories.get(found.id)
    assert after.recall_count == before.recall_count + 1
    assert before.strength < after.strength <= 5.0
    assert after.last_recalled_at is not None


def any_text_may_be_searched_for(scene: Scene) -> None:
    scene.remember('She said "AND NOT (near*) OR 1=1; --"')
    for query in ('"', "AND", "NOT (", "*", "a:b", "--", "💧", "\\", "near*", "'; drop table"):
        scene.memsy.search(query, actor_id=scene.actor)
