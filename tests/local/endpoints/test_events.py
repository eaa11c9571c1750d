"""Ingest and status endpoints: ids, deduplication, stored fields, states."""

from __future__ import annotations

import json

import pytest

from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient, event


def test_event_ids_have_the_order_of_the_events(api: ServiceClient) -> None:
    event_ids = api.ingest("one", "two", "three")
    assert [(e.event_id, e.content) for e in api.service.events] == list(
        zip(event_ids, ["one", "two", "three"], strict=True)
    )


def test_event_ids_are_ulids_that_sort_by_age(api: ServiceClient) -> None:
    event_ids = api.ingest("one") + api.ingest("two", "three")
    assert all(len(event_id) == 26 and event_id.startswith("01K") for event_id in event_ids)
    assert event_ids == sorted(set(event_ids))


def test_ids_are_deterministic(clock: Clock) -> None:
    with LocalService(clock=clock) as first, LocalService(clock=clock) as second:
        assert ServiceClient(first).ingest("a", "b") == ServiceClient(second).ingest("a", "b")
        assert first.memories == second.memories


def test_ids_can_come_from_a_function(clock: Clock) -> None:
    with LocalService(clock=clock, ids=lambda number: f"event-{number}") as service:
        assert ServiceClient(service).ingest("a", "b") == ["event-1", "event-2"]


def test_duplicate_within_the_dedup_window_gets_the_first_id(
    api: ServiceClient, clock: Clock
) -> None:
    (first,) = api.ingest("Roger.")
    clock.advance(59.999999)
    assert api.ingest("Roger.") == [first]
    assert len(api.service.events) == 1


def test_equal_event_after_the_dedup_window_is_new(api: ServiceClient, clock: Clock) -> None:
    first = api.ingest("Roger.")
    clock.advance(60)
    assert api.ingest("Roger.") != first
    assert len(api.service.events) == 2


def test_duplicate_does_not_extend_the_dedup_window(api: ServiceClient, clock: Clock) -> None:
    first = api.ingest("Roger.")
    clock.advance(40)
    assert api.ingest("Roger.") == first
    clock.advance(20)
    assert api.ingest("Roger.") != first


def test_equal_event_after_the_dedup_window_starts_a_new_window(
    api: ServiceClient, clock: Clock
) -> None:
    api.ingest("Roger.")
    clock.advance(60)
    second = api.ingest("Roger.")
    clock.advance(59)
    assert api.ingest("Roger.") == second


def test_duplicates_in_one_batch_share_an_id(api: ServiceClient) -> None:
    first, second, third = api.ingest("Roger.", "Go ahead.", "Roger.")
    assert first == third != second
    assert len(api.service.events) == 2


@pytest.mark.parametrize("name", ["ts", "metadata", "role_id", "team_id", "source_id"])
def test_other_fields_do_not_make_a_different_event(api: ServiceClient, name: str) -> None:
    first = api.ingest("Roger.")
    assert api.ingest("Roger.", **{name: "2026-04-14"}) == first


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("actor_id", "swigert"),
        ("session_id", "tape-2"),
        ("kind", "assistant_message"),
        ("content", "Roger. "),
    ],
)
def test_actor_session_kind_or_content_makes_a_different_event(
    api: ServiceClient, name: str, value: str
) -> None:
    first = api.ingest("Roger.")
    assert api.ingest("Roger.", **{name: value}) != first


def test_deduplication_compares_fields_separately(api: ServiceClient) -> None:
    first, second = event(actor_id="a", session_id="bc"), event(actor_id="ab", session_id="c")
    assert len(set(api.post("/v1/ingest", {"events": [first, second]}).body["event_ids"])) == 2


def test_dedup_window_of_zero_disables_deduplication(clock: Clock) -> None:
    with LocalService(clock=clock, config=ServiceConfig(dedup_window=0)) as service:
        assert len(set(ServiceClient(service).ingest("Roger.", "Roger."))) == 2


def test_organisations_do_not_share_events(service: LocalService) -> None:
    own_org = ServiceClient(service)
    other_org = ServiceClient(service, service.issue_key(org_id="org_other"))
    (event_id,) = own_org.ingest("Roger.")
    assert other_org.ingest("Roger.") != [event_id]
    assert other_org.post("/v1/status", {"event_ids": [event_id]}).body["unknownIds"] == [event_id]


def test_nul_characters_and_space_around_ids_are_removed(api: ServiceClient) -> None:
    api.ingest("Hou\0ston", actor_id=" lov\0ell ", session_id="\0tape-1", metadata="\0{}")
    (stored,) = api.service.events
    assert (stored.content, stored.actor_id, stored.session_id, stored.metadata) == (
        "Houston",
        "lovell",
        "tape-1",
        "{}",
    )


def test_blank_role_or_team_is_none(api: ServiceClient) -> None:
    api.ingest("hello", role_id=" ", team_id="")
    (stored,) = api.service.events
    assert (stored.role_id, stored.team_id) == (None, None)


@pytest.mark.parametrize(
    "other",
    [
        {"actor_id": " ann "},
        {"content": " \n Roger.\t", "metadata": " "},
        {"content": "Ro\0ger."},
        {"role_id": "", "team_id": None, "source_id": " a "},
        {"ts": " 1970-04-14T02:08:00+01:00 ", "role_id": "crew"},
    ],
)
def test_events_of_a_batch_are_stored_as_single_events_are(
    clock: Clock, other: dict[str, str | None]
) -> None:
    events = [event("Okay, Houston"), event("Roger.") | other, event("Say again", team_id="capcom")]
    with LocalService(clock=clock) as batch, LocalService(clock=clock) as single:
        ServiceClient(batch).post("/v1/ingest", {"events": events})
        for item in events:
            ServiceClient(single).post("/v1/ingest", {"events": [item]})
        assert batch.events == single.events
        assert [memory.memory_id for memory in batch.memories] == [
            memory.memory_id for memory in single.memories
        ]
        assert len(batch.events) == 3


def test_duplicates_within_a_batch_get_the_first_id(api: ServiceClient) -> None:
    (stored,) = api.ingest("Roger.")
    new = api.ingest("Copy.", "Roger.", "Copy.", "Wilco.")
    assert new[0] == new[2]
    assert new[1] == stored
    assert [e.event_id for e in api.service.events] == [stored, new[0], new[3]]


def test_time_of_more_than_64_characters_is_rejected(api: ServiceClient) -> None:
    times = [f"2026-04-14T00:00:00.{'0' * digits}Z" for digits in (6, 60)]
    events = [event(time) | {"ts": time} for time in times]
    response = api.post("/v1/ingest", {"events": events})
    assert [error["loc"] for error in response.body["detail"]] == [["body", "events", 1, "ts"]]


def test_event_without_time_gets_the_service_time(api: ServiceClient, clock: Clock) -> None:
    api.ingest("hello")
    (stored,) = api.service.events
    assert stored.ts == clock.now


def test_batch_size_is_limited_by_the_config(clock: Clock) -> None:
    with LocalService(clock=clock, config=ServiceConfig(max_batch=2)) as service:
        api = ServiceClient(service)
        assert api.ingest("1", "2")
        response = api.post("/v1/ingest", {"events": [event("3"), event("4"), event("5")]})
        assert response.validation_errors == [(["body", "events"], "too_long")]


def test_status_lists_each_id_by_state(clock: Clock) -> None:
    with LocalService(clock=clock, config=ServiceConfig(processing="manual")) as service:
        api = ServiceClient(service)
        done, failed, pending = api.ingest("a", "b", "c")
        service.process(1)
        service.fail(failed)
        response = api.post("/v1/status", {"event_ids": [pending, "nope", done, failed, done]})
        assert response.body == {
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


def test_status_ignores_unknown_fields(api: ServiceClient) -> None:
    body = json.dumps({"event_ids": ["x"], "containerTag": "bench"}).encode()
    assert api.request("POST", "/v1/status", body, content_type="application/json").status == 200
