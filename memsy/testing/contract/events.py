"""Contract tests of `ingest()` and `status()`: ids, deduplication, validation."""

from __future__ import annotations

from datetime import datetime, timezone

from memsy.exceptions import MemsyConfigurationError, MemsyTimeoutError, ValidationError
from memsy.testing.contract.context import ContractContext, expect_error, result_texts, same_items


def ingested_event_is_found_by_search(context: ContractContext) -> None:
    """A search finds the memory of an ingested event (wire contract 5.1, 7.1)."""
    context.ingest_and_wait("I take my tea without sugar")
    response = context.memsy.search("tea", actor_id=context.actor)
    assert result_texts(response) == ["I take my tea without sugar"]


def wait_until_processed_returns_the_final_states(context: ContractContext) -> None:
    """`wait_until_processed()` returns when no event is pending (wire contract 5.3, 7.1)."""
    first, second = context.memsy.ingest([context.event("one"), context.event("two")]).event_ids
    status = context.memsy.wait_until_processed([second, first, second], poll_interval=0.05)
    assert (status.completed_ids, status.failed_ids, status.pending_ids) == (
        [second, first],
        [],
        [],
    )
    assert (status.total, status.statuses) == (2, {second: "completed", first: "completed"})
    assert context.memsy.memories.list(actor_id=context.actor).total == 2


def wait_for_an_unknown_event_ends_with_its_timeout(context: ContractContext) -> None:
    """An unknown id stays pending. The error of the timeout has the ids (wire contract 5.3)."""
    (known,) = context.ingest_and_wait("known")
    unknown = "00000000-0000-4000-8000-000000000000"
    error = expect_error(
        MemsyTimeoutError,
        lambda: context.memsy.wait_until_processed(
            [known, unknown], timeout=0.5, poll_interval=1.0
        ),
    )
    assert error.pending_ids == [unknown]
    assert "1 of 2 events are still pending after 0.5 s" in str(error)


def wait_without_ids_returns_at_once(context: ContractContext) -> None:
    """`wait_until_processed()` without ids sends nothing."""
    status = context.memsy.wait_until_processed([])
    assert (status.completed_ids, status.failed_ids, status.pending_ids) == ([], [], [])


def event_ids_are_in_input_order(context: ContractContext) -> None:
    """`ingest()` returns one id for each event, in input order (wire contract 4, 5.1)."""
    texts = [f"utterance number {number} of the flight" for number in range(5)]
    event_ids = context.ingest_and_wait(*texts)
    assert len(set(event_ids)) == len(texts)
    response = context.memsy.search(
        "utterance flight", actor_id=context.actor, include_source_events=True
    )
    sources = [result.source_events[0] for result in response.results]
    content_by_id = {source.event_id: source.content for source in sources}
    assert [content_by_id[event_id] for event_id in event_ids] == texts


def equal_events_in_one_call_share_an_id(context: ContractContext) -> None:
    """Equal events in one call share an id and are stored once (wire contract 7.3, 9 Q8)."""
    roger, go_ahead = context.event("Roger."), context.event("Go ahead.")
    response = context.memsy.ingest([roger, go_ahead, roger])
    first, second, third = response.event_ids
    assert first == third != second
    assert response.deduplicated == 1


def equal_event_within_window_keeps_its_id(context: ContractContext) -> None:
    """An equal event within 60 seconds gets the id of the first one (wire contract 7.3)."""
    first = context.ingest_and_wait("Roger.")
    repeated = context.memsy.ingest([context.event("Roger.", metadata={"page": 7}, role="capcom")])
    assert repeated.event_ids == first
    assert context.memsy.memories.list(actor_id=context.actor).total == 1


def different_actor_session_kind_or_content_is_a_new_event(context: ContractContext) -> None:
    """An event with another actor, session, kind or content is a new event (wire contract 7.3)."""
    response = context.memsy.ingest(
        [
            context.event("Roger."),
            context.event("Roger.", actor=context.unique_id("actor")),
            context.event("Roger.", session=context.unique_id("session")),
            context.event("Roger.", kind="assistant_message"),
            context.event("Roger, out."),
        ]
    )
    assert len(set(response.event_ids)) == 5


def processed_events_are_completed(context: ContractContext) -> None:
    """`status()` lists processed events as completed (wire contract 5.3, 7.2)."""
    event_ids = context.ingest_and_wait("We have main bus B undervolt", "Say again, please")
    status = context.memsy.status(event_ids)
    assert same_items(status.completed_ids, *event_ids)
    assert (status.failed_ids, status.pending_ids, status.total) == ([], [], 2)
    assert status.statuses == dict.fromkeys(event_ids, "completed")


def unknown_event_id_counts_in_the_total_only(context: ContractContext) -> None:
    """An unknown event id counts in `total` and is in no list (wire contract 5.3, 9 Q7)."""
    (known,) = context.ingest_and_wait("Stand by, thirteen")
    status = context.memsy.status([known, "no-such-event"])
    assert (status.completed_ids, status.failed_ids, status.pending_ids) == ([known], [], [])
    assert status.total == 2
    assert status.statuses == {known: "completed", "no-such-event": "unknown"}


def one_invalid_event_rejects_the_whole_call(context: ContractContext) -> None:
    """A call with one invalid event gets a 422 and stores no event (wire contract 4, 5.1)."""
    blank = context.event("   ")
    error = expect_error(
        ValidationError, lambda: context.memsy.ingest([context.event("fine"), blank])
    )
    assert error.status_code == 422
    assert [item["loc"] for item in error.errors] == [["body", "events", 1, "content"]]
    assert context.memsy.search("fine", actor_id=context.actor).results == []


def validation_error_lists_every_invalid_field(context: ContractContext) -> None:
    """A 422 lists every invalid field with its location (wire contract 3.1, 9 Q22)."""
    blank = context.event(" ")
    too_long = context.event("x" * 32_001)
    error = expect_error(ValidationError, lambda: context.memsy.ingest([blank, too_long]))
    assert [item["loc"] for item in error.errors] == [
        ["body", "events", 0, "content"],
        ["body", "events", 1, "content"],
    ]


def empty_ingest_is_rejected(context: ContractContext) -> None:
    """An ingest without events gets a 422 (wire contract 9 Q5)."""
    assert expect_error(ValidationError, lambda: context.memsy.ingest([])).status_code == 422


def status_takes_any_number_of_ids(context: ContractContext) -> None:
    """`status()` joins the results of requests of at most 500 ids (wire contract 4, 5.3)."""
    known = context.ingest_and_wait("Okay, Houston", "we have had a problem here")
    ids = [known[0], *(f"event-{number}" for number in range(1200)), known[1]]
    status = context.memsy.status(ids)
    assert (status.completed_ids, status.failed_ids, status.pending_ids) == (known, [], [])
    assert status.total == len(ids)
    assert status.statuses == {
        **dict.fromkeys(ids, "unknown"),
        **dict.fromkeys(known, "completed"),
    }


def status_without_ids_is_rejected(context: ContractContext) -> None:
    """`status()` without ids gets a 422 (wire contract 5.3)."""
    assert expect_error(ValidationError, lambda: context.memsy.status([])).status_code == 422


def refused_event_is_named_with_its_field(context: ContractContext) -> None:
    """The client names an event that JSON cannot represent (a rule of this package)."""
    events = [context.event(f"event {number}") for number in range(502)]
    events.append(context.event("a lone surrogate: \ud83d"))
    error = expect_error(MemsyConfigurationError, lambda: context.memsy.ingest(events))
    assert str(error).startswith("ingest: events[502].content cannot be encoded as JSON: ")
    launch = datetime(1970, 4, 11, 19, 13, tzinfo=timezone.utc)
    expect_error(MemsyConfigurationError, lambda: context.event("tea", metadata={"at": launch}))
    naive = launch.replace(tzinfo=None)
    expect_error(MemsyConfigurationError, lambda: context.event("tea", ts=naive))
    assert context.memsy.search("event", actor_id=context.actor).results == []


def metadata_is_returned_with_the_memory(context: ContractContext) -> None:
    """Results contain the metadata of their events: an object or text (wire contract 7.6)."""
    as_object, as_text = context.ingest_and_wait(
        context.event("The oxygen tank is venting", metadata={"page": 167}),
        context.event("The hydrogen tank is fine", metadata="page 168"),
    )
    response = context.memsy.search("tank", actor_id=context.actor)
    metadata = {
        entry["event_id"]: entry for result in response.results for entry in result.source_metadata
    }
    assert metadata[as_object]["metadata"] == {"page": 167}
    assert metadata[as_text]["raw"] == "page 168"


def empty_id_is_rejected_before_sending(context: ContractContext) -> None:
    """The client rejects an empty id, `.` or `..` without a request (wire contract 1.4)."""
    for call in (
        lambda: context.memsy.search("tea", actor_id=""),
        lambda: context.memsy.search("tea", role_ids=[""]),
        lambda: context.memsy.status([""]),
        lambda: context.memsy.actors.get(" "),
        lambda: context.memsy.memories.get(".."),
    ):
        assert expect_error(MemsyConfigurationError, call).attempts == 0
