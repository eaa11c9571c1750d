"""Promises about events: what is stored, what is not stored twice, and what becomes of it."""

from __future__ import annotations

from typing import cast

from memsy.exceptions import MemsyConfigurationError, ValidationError
from memsy.models import EventKind
from memsy.testing.contract.context import ContractContext, expect_error, result_texts, same_items


def what_was_ingested_can_be_found(context: ContractContext) -> None:
    context.ingest_and_wait("I take my tea without sugar")
    found = context.memsy.search("tea", actor_id=context.actor)
    assert result_texts(found) == ["I take my tea without sugar"]


def one_id_comes_back_for_each_event_in_its_place(context: ContractContext) -> None:
    texts = [f"utterance number {n} of the flight" for n in range(5)]
    event_ids = context.ingest_and_wait(*texts)
    assert len(set(event_ids)) == len(texts)
    found = context.memsy.search(
        "utterance flight", actor_id=context.actor, include_source_events=True
    )
    drawn_from = {r.source_events[0].event_id: r.source_events[0].content for r in found.results}
    assert [drawn_from[event_id] for event_id in event_ids] == texts


def an_equal_event_in_the_same_call_is_stored_once(context: ContractContext) -> None:
    roger, go_ahead = context.event("Roger."), context.event("Go ahead.")
    answer = context.memsy.ingest([roger, go_ahead, roger])
    first, second, third = answer.event_ids
    assert first == third != second
    assert answer.deduplicated == 1


def an_equal_event_soon_after_gets_the_id_of_the_first(context: ContractContext) -> None:
    first = context.ingest_and_wait("Roger.")
    again = context.memsy.ingest([context.event("Roger.", metadata={"page": 7}, role="capcom")])
    assert again.event_ids == first
    assert context.memsy.memories.list(actor_id=context.actor).total == 1


def another_actor_session_kind_or_text_is_another_event(context: ContractContext) -> None:
    answer = context.memsy.ingest(
        [
            context.event("Roger."),
            context.event("Roger.", actor=context.unique_id("actor")),
            context.event("Roger.", session=context.unique_id("session")),
            context.event("Roger.", kind="assistant_message"),
            context.event("Roger, out."),
        ]
    )
    assert len(set(answer.event_ids)) == 5


def processed_events_are_completed(context: ContractContext) -> None:
    event_ids = context.ingest_and_wait("We have main bus B undervolt", "Say again, please")
    status = context.memsy.status(event_ids)
    assert same_items(status.completed_ids, *event_ids)
    assert (status.failed_ids, status.pending_ids, status.total) == ([], [], 2)
    assert status.statuses == dict.fromkeys(event_ids, "completed")


def an_unknown_event_is_counted_but_in_no_list(context: ContractContext) -> None:
    (known,) = context.ingest_and_wait("Stand by, thirteen")
    status = context.memsy.status([known, "no-such-event"])
    assert (status.completed_ids, status.failed_ids, status.pending_ids) == ([known], [], [])
    assert status.total == 2
    assert status.statuses == {known: "completed", "no-such-event": "unknown"}


def a_call_with_one_bad_event_stores_none(context: ContractContext) -> None:
    bad = context.event("   ")
    error = expect_error(
        ValidationError, lambda: context.memsy.ingest([context.event("fine"), bad])
    )
    assert error.status_code == 422
    assert [fault["loc"] for fault in error.errors] == [["body", "events", 1, "content"]]
    assert context.memsy.search("fine", actor_id=context.actor).results == []


def every_fault_of_a_call_is_named(context: ContractContext) -> None:
    odd_kind = context.event("hello", kind=cast(EventKind, "chat_turn"))
    too_long = context.event("x" * 32_001)
    error = expect_error(ValidationError, lambda: context.memsy.ingest([odd_kind, too_long]))
    assert [fault["loc"] for fault in error.errors] == [
        ["body", "events", 0, "kind"],
        ["body", "events", 1, "content"],
    ]


def no_event_at_all_is_refused(context: ContractContext) -> None:
    assert expect_error(ValidationError, lambda: context.memsy.ingest([])).status_code == 422


def more_than_500_ids_are_too_many_for_one_status(context: ContractContext) -> None:
    ids = [f"event-{n}" for n in range(501)]
    assert expect_error(ValidationError, lambda: context.memsy.status(ids)).status_code == 422
    assert context.memsy.status(ids[:500]).total == 500


def metadata_comes_back_with_the_memory(context: ContractContext) -> None:
    as_object, as_text = context.ingest_and_wait(
        context.event("The oxygen tank is venting", metadata={"page": 167}),
        context.event("The hydrogen tank is fine", metadata="page 168"),
    )
    found = context.memsy.search("tank", actor_id=context.actor)
    said = {entry["event_id"]: entry for r in found.results for entry in r.source_metadata}
    assert said[as_object]["metadata"] == {"page": 167}
    assert said[as_text]["raw"] == "page 168"


def an_empty_id_is_refused_before_anything_is_sent(context: ContractContext) -> None:
    for call in (
        lambda: context.memsy.search("tea", actor_id=""),
        lambda: context.memsy.search("tea", role_ids=[""]),
        lambda: context.memsy.status([""]),
        lambda: context.memsy.actors.get(" "),
        lambda: context.memsy.memories.get(".."),
    ):
        assert expect_error(MemsyConfigurationError, call).attempts == 0
