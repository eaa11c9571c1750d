"""Actors, as the fold of their memories."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient

PATH = "/v1/actors"


def names(ask: ServiceClient, **query: object) -> list[str]:
    answer = ask.get(PATH, **query)
    assert answer.status == 200, answer
    return [item["actor_id"] for item in answer.body["items"]]


@pytest.fixture
def crew(ask: ServiceClient, clock: Clock) -> ServiceClient:
    """Three actors: lovell came first, and spoke last."""
    for actor in ("lovell", "swigert", "Haise", "lovell"):
        ask.ingest(f"{actor} at {clock.now}", actor_id=actor)
        clock.advance(60)
    return ask


def test_an_actor_is_what_its_memories_say(ask: ServiceClient, clock: Clock) -> None:
    ask.ingest("one", role_id="r2", team_id="t")
    clock.advance(60)
    ask.ingest("two", role_id="r1")
    ask.search("two")
    assert ask.get(f"{PATH}/lovell").body == {
        "actor_id": "lovell",
        "first_memory_at": "2026-04-14T03:08:00Z",
        "last_memory_at": "2026-04-14T03:09:00Z",
        "memory_count": 2,
        "active_memory_count": 2,
        "scope_levels": ["actor"],
        "role_ids": ["r1", "r2"],
        "team_ids": ["t"],
    }


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("first_memory_desc", ["Haise", "swigert", "lovell"]),
        ("first_memory_asc", ["lovell", "swigert", "Haise"]),
        ("last_memory_desc", ["lovell", "Haise", "swigert"]),
        ("actor_id_asc", ["Haise", "lovell", "swigert"]),
    ],
)
def test_actors_are_sorted_as_asked(crew: ServiceClient, sort: str, order: list[str]) -> None:
    assert names(crew, sort=sort) == order


def test_the_newest_come_first_unless_told_otherwise(crew: ServiceClient) -> None:
    assert names(crew) == names(crew, sort="first_memory_desc")


def test_actors_come_in_pages(crew: ServiceClient) -> None:
    answer = crew.get(PATH, sort="actor_id_asc", limit=2, offset=1)
    assert [item["actor_id"] for item in answer.body.pop("items")] == ["lovell", "swigert"]
    assert answer.body == {"total": 3, "limit": 2, "offset": 1, "truncated": False}


def test_a_part_of_the_id_is_searched_for_in_any_case(crew: ServiceClient) -> None:
    answer = crew.get(PATH, q="HAI")
    assert ([item["actor_id"] for item in answer.body["items"]], answer.body["total"]) == (
        ["Haise"],
        1,
    )
    assert names(crew, q="%") == []


@pytest.mark.parametrize("actor", ["slack:T1/U 1?#", "../roles", "%2F", "..", "été", "a+b"])
def test_an_encoded_id_stays_one_segment(ask: ServiceClient, actor: str) -> None:
    ask.ingest("hello", actor_id=actor)
    assert ask.get(f"{PATH}/{quote(actor, safe='')}").body["actor_id"] == actor


def test_a_raw_slash_ends_a_segment(ask: ServiceClient) -> None:
    ask.ingest("hello", actor_id="a/b")
    assert ask.get(f"{PATH}/a/b").status == 404


def test_an_actor_without_memories_is_not_there(clock: Clock) -> None:
    with LocalService(clock=clock, config=ServiceConfig(processing="manual")) as service:
        ask = ServiceClient(service)
        (event_id,) = ask.ingest("hello")
        service.fail(event_id)
        answer = ask.get(f"{PATH}/lovell")
        assert (answer.status, answer.body["error"]) == (404, "not_found")
        assert names(ask) == []


def test_only_the_key_s_own_organisation_can_be_asked_for(ask: ServiceClient) -> None:
    ask.ingest("hello")
    assert names(ask, org_id="org_local") == ["lovell"]
    assert ask.get(f"{PATH}/lovell", org_id="org_local").status == 200
    for path in (PATH, f"{PATH}/lovell"):
        assert ask.get(path, org_id="org_other").status == 403
        assert ask.get(path, org_id="").status == 422
