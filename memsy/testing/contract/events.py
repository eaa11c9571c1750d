"""Promises about events: what is stored, what is not stored twice, and what becomes of it."""

from __future__ import annotations

from typing import cast

from memsy.exceptions import MemsyConfigurationError, ValidationError
from memsy.models import EventKind
from memsy.testing.contract.scene import Scene, contents, refused, same


def what_was_ingested_can_be_found(scene: Scene) -> None:
    scene.remember("I take my tea without sugar")
    found = scene.memsy.search("tea", actor_id=scene.actor)
    assert contents(found) == ["I take my tea without sugar"]


def one_id_comes_back_for_each_event_in_its_place(scene: Scene) -> None:
    texts = [f"utterance number {n} of the flight" for n in range(5)]
    event_ids = scene.remember(*texts)
    assert len(set(event_ids)) == len(texts)
    found = scene.memsy.search("utterance flight", actor_id=scene.actor, include_source_events=True)
    drawn_from = {r.source_events[0].event_id: r.source_events[0].content for r in found.results}
    assert [drawn_from[event_id] for event_id in event_ids] == texts


def an_equal_event_in_the_same_call_is_stored_once(scene: Scene) -> None:
    roger, go_ahead = scene.event("Roger."), scene.event("Go ahead.")
    answer = scene.memsy.ingest([roger, go_ahead, roger])
    first, second, third = answer.event_ids
    assert first == third != second
    assert answer.deduplicated == 1


def an_equal_event_soon_after_gets_the_id_of_the_first(scene: Scene) -> None:
    first = scene.remember("Roger.")
    again = scene.memsy.ingest([scene.event("Roger.", metadata={"page": 7}, role="capcom")])
    assert again.event_ids == first
    assert scene.memsy.memories.list(actor_id=scene.actor).total == 1


def another_actor_session_kind_or_text_is_another_event(scene: Scene) -> None:
    answer = scene.memsy.ingest(
        [
            scene.event("Roger."),
            scene.event("Roger.", actor=scene.fresh("actor")),
            scene.event("Roger.", session=scene.fresh("session")),
            scene.event("Roger.", kind="assistant_message"),
            scene.event("Roger, out."),
        ]
    )
    assert len(set(answer.event_ids)) == 5


def processed_events_are_completed(scene: Scene) -> None:
    event_ids = scene.remember("We have main bus B undervolt", "Say again, please")
    status = scene.memsy.status(event_ids)
    assert same(status.completed_ids, *event_ids)
    assert (status.failed_ids, status.pending_ids, status.total) == ([], [], 2)
    assert status.statuses == dict.fromkeys(event_ids, "completed")


def an_unknown_event_is_counted_but_in_no_list(scene: Scene) -> None:
    (known,) = scene.remember("Stand by, thirteen")
    status = scene.memsy.status([known, "no-such-event"])
    assert (status.completed_ids, status.failed_ids, status.pending_ids) == ([known], [], [])
    assert status.total == 2
    assert status.statuses == {known: "completed", "no-such-event": "unknown"}


def a_call_with_one_bad_event_stores_none(scene: Scene) -> None:
    bad = scene.event("   ")
    error = refused(ValidationError, lambda: scene.memsy.ingest([scene.event("fine"), bad]))
    assert error.status_code == 422
    assert [fault["loc"] for fault in error.errors] == [["body", "events", 1, "content"]]
    assert scene.memsy.search("fine", actor_id=scene.actor).results == []


def every_fault_of_a_call_is_named(scene: Scene) -> None:
    odd_kind = scene.event("hello", kind=cast(EventKind, "chat_turn"))
    too_long = scene.event("x" * 32_001)
    error = refused(ValidationError, lambda: scene.memsy.ingest([odd_kind, too_long]))
    assert [fault["loc"] for fault in error.errors] == [
        ["body", "events", 0, "kind"],
        ["body", "events", 1, "content"],
    ]


def no_event_at_all_is_refused(scene: Scene) -> None:
    assert refused(ValidationError, lambda: scene.memsy.ingest([])).status_code == 422


def more_than_500_ids_are_too_many_for_one_status(scene: Scene) -> None:
    ids = [f"event-{n}" for n in range(501)]
    assert refused(ValidationError, lambda: scene.memsy.status(ids)).status_code == 422
    assert scene.memsy.status(ids[:500]).total == 500


def metadata_comes_back_with_the_memory(scene: Scene) -> None:
    as_object, as_text = scene.remember(
        scene.event("The oxygen tank is venting", metadata={"page": 167}),
        scene.event("The hydrogen tank is fine", metadata="page 168"),
    )
    found = scene.memsy.search("tank", actor_id=scene.actor)
    said = {entry["event_id"]: entry for r in found.results for entry in r.source_metadata}
    assert said[as_object]["metadata"] == {"page": 167}
    assert said[as_text]["raw"] == "page 168"


def an_empty_id_is_refused_before_anything_is_sent(scene: Scene) -> None:
    for call in (
        lambda: scene.memsy.search("tea", actor_id=""),
        lambda: scene.memsy.search("tea", role_ids=[""]),
        lambda: scene.memsy.status([""]),
        lambda: scene.memsy.actors.get(" "),
        lambda: scene.memsy.memories.get(".."),
    ):
        assert refused(MemsyConfigurationError, call).attempts == 0
