"""Events: stored once, in order, and asked after."""

from __future__ import annotations

import json

import pytest

from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient, event


def test_ids_come_back_in_the_order_of_the_events(ask: ServiceClient) -> None:
    event_ids = ask.ingest("one", "two", "three")
    assert [(e.event_id, e.content) for e in ask.service.events] == list(
        zip(event_ids, ["one", "two", "three"], strict=True)
    )


def test_ids_look_like_ulids_and_sort_by_age(ask: ServiceClient) -> None:
    event_ids = ask.ingest("one") + ask.ingest("two", "three")
    assert all(len(event_id) == 26 and event_id.startswith("01K") for event_id in event_ids)
    assert event_ids == sorted(set(event_ids))


def test_the_same_events_get_the_same_ids_in_every_service(clock: Clock) -> None:
    with LocalService(clock=clock) as one, LocalService(clock=clock) as other:
        assert ServiceClient(one).ingest("a", "b") == ServiceClient(other).ingest("a", "b")
        assert one.memories == other.memories


def test_ids_can_be_of_ones_own_making(clock: Clock) -> None:
    with LocalService(clock=clock, ids=lambda number: f"event-{number}") as service:
        assert ServiceClient(service).ingest("a", "b") == ["event-1", "event-2"]


def test_an_equal_event_within_the_window_gets_the_first_id(
    ask: ServiceClient, clock: Clock
) -> None:
    (first,) = ask.ingest("Roger.")
    clock.advance(59.999999)
    assert ask.ingest("Roger.") == [first]
    assert len(ask.service.events) == 1


def test_an_equal_event_after_the_window_is_new(ask: ServiceClient, clock: Clock) -> None:
    first = ask.ingest("Roger.")
    clock.advance(60)
    assert ask.ingest("Roger.") != first
    assert len(ask.service.events) == 2


def test_a_later_sighting_does_not_prolong_the_window(ask: ServiceClient, clock: Clock) -> None:
    first = ask.ingest("Roger.")
    clock.advance(40)
    assert ask.ingest("Roger.") == first
    clock.advance(20)
    assert ask.ingest("Roger.") != first


def test_after_the_window_the_newest_sighting_counts(ask: ServiceClient, clock: Clock) -> None:
    ask.ingest("Roger.")
    clock.advance(60)
    second = ask.ingest("Roger.")
    clock.advance(59)
    assert ask.ingest("Roger.") == second


def test_equal_events_of_one_batch_share_an_id(ask: ServiceClient) -> None:
    first, second, third = ask.ingest("Roger.", "Go ahead.", "Roger.")
    assert first == third != second
    assert len(ask.service.events) == 2


@pytest.mark.parametrize("name", ["ts", "metadata", "role_id", "team_id", "source_id"])
def test_time_metadata_and_tags_do_not_make_another_event(ask: ServiceClient, name: str) -> None:
    first = ask.ingest("Roger.")
    assert ask.ingest("Roger.", **{name: "2026-04-14"}) == first


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("actor_id", "swigert"),
        ("session_id", "tape-2"),
        ("kind", "assistant_message"),
        ("content", "Roger. "),
    ],
)
def test_actor_session_kind_and_content_make_another_event(
    ask: ServiceClient, name: str, value: str
) -> None:
    first = ask.ingest("Roger.")
    assert ask.ingest("Roger.", **{name: value}) != first


def test_the_fields_of_an_event_do_not_run_together(ask: ServiceClient) -> None:
    one, other = event(actor_id="a", session_id="bc"), event(actor_id="ab", session_id="c")
    assert len(set(ask.post("/v1/ingest", {"events": [one, other]}).body["event_ids"])) == 2


def test_without_a_window_nothing_is_taken_for_a_duplicate(clock: Clock) -> None:
    with LocalService(clock=clock, config=ServiceConfig(dedup_window=0)) as service:
        assert len(set(ServiceClient(service).ingest("Roger.", "Roger."))) == 2


def test_another_organisation_has_events_of_its_own(service: LocalService) -> None:
    ours = ServiceClient(service)
    theirs = ServiceClient(service, service.issue_key(org_id="org_other"))
    (event_id,) = ours.ingest("Roger.")
    assert theirs.ingest("Roger.") != [event_id]
    assert theirs.post("/v1/status", {"event_ids": [event_id]}).body["unknownIds"] == [event_id]


def test_nul_characters_and_space_around_ids_are_not_stored(ask: ServiceClient) -> None:
    ask.ingest("Hou\0ston", actor_id=" lov\0ell ", session_id="\0tape-1", metadata="\0{}")
    (stored,) = ask.service.events
    assert (stored.content, stored.actor_id, stored.session_id, stored.metadata) == (
        "Houston",
        "lovell",
        "tape-1",
        "{}",
    )


def test_a_blank_role_or_team_is_none(ask: ServiceClient) -> None:
    ask.ingest("hello", role_id=" ", team_id="")
    (stored,) = ask.service.events
    assert (stored.role_id, stored.team_id) == (None, None)


def test_an_event_without_a_time_gets_the_service_s(ask: ServiceClient, clock: Clock) -> None:
    ask.ingest("hello")
    (stored,) = ask.service.events
    assert stored.ts == clock.now


def test_a_batch_may_be_as_large_as_the_rules_say(clock: Clock) -> None:
    with LocalService(clock=clock, config=ServiceConfig(max_batch=2)) as service:
        ask = ServiceClient(service)
        assert ask.ingest("1", "2")
        answer = ask.post("/v1/ingest", {"events": [event("3"), event("4"), event("5")]})
        assert answer.validation_errors == [(["body", "events"], "too_long")]


def test_a_status_is_told_of_every_id_in_its_place(clock: Clock) -> None:
    with LocalService(clock=clock, config=ServiceConfig(processing="manual")) as service:
        ask = ServiceClient(service)
        done, failed, pending = ask.ingest("a", "b", "c")
        service.process(1)
        service.fail(failed)
        answer = ask.post("/v1/status", {"event_ids": [pending, "nope", done, failed, done]})
        assert answer.body == {
            "completedIds": [done, done],
            "failedIds": [failed],
            "pendingIds": [pending],
            "unknownIds": ["nope"],
            "total": 5,
            "statuses": {
                pending: "pending",
                "nope": "unknown",
                done: "completed",
                failed: "failed",
            },
        }


def test_a_status_takes_fields_that_it_does_not_know(ask: ServiceClient) -> None:
    body = json.dumps({"event_ids": ["x"], "containerTag": "bench"}).encode()
    assert ask.raw("POST", "/v1/status", body, content_type="application/json").status == 200
