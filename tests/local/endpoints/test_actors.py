"""Actor endpoints: list, get, sort, filter and pages."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient

PATH = "/v1/actors"


def actor_ids(api: ServiceClient, **query: object) -> list[str]:
    response = api.get(PATH, **query)
    assert response.status == 200, response
    return [item["actor_id"] for item in response.body["items"]]


@pytest.fixture
def crew(api: ServiceClient, clock: Clock) -> ServiceClient:
    """Three actors: lovell has the first and the last memory."""
    for actor in ("lovell", "swigert", "Haise", "lovell"):
        api.ingest(f"{actor} at {clock.now}", actor_id=actor)
        clock.advance(60)
    return api


def test_get_summarises_the_memories_of_the_actor(api: ServiceClient, clock: Clock) -> None:
    api.ingest("one", role_id="r2", team_id="t")
    clock.advance(60)
    api.ingest("two", role_id="r1")
    api.search("two")
    assert api.get(f"{PATH}/lovell").body == {
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
def test_list_is_sorted(crew: ServiceClient, sort: str, order: list[str]) -> None:
    assert actor_ids(crew, sort=sort) == order


def test_default_sort_is_newest_first(crew: ServiceClient) -> None:
    assert actor_ids(crew) == actor_ids(crew, sort="first_memory_desc")


def test_list_returns_pages(crew: ServiceClient) -> None:
    response = crew.get(PATH, sort="actor_id_asc", limit=2, offset=1)
    assert [item["actor_id"] for item in response.body.pop("items")] == ["lovell", "swigert"]
    assert response.body == {"total": 3, "limit": 2, "offset": 1, "truncated": False}


def test_q_matches_a_part_of_the_id_in_any_case(crew: ServiceClient) -> None:
    response = crew.get(PATH, q="HAI")
    assert ([item["actor_id"] for item in response.body["items"]], response.body["total"]) == (
        ["Haise"],
        1,
    )
    assert actor_ids(crew, q="%") == []


@pytest.mark.parametrize("actor", ["slack:T1/U 1?#", "../roles", "%2F", "..", "été", "a+b"])
def test_encoded_id_is_one_path_segment(api: ServiceClient, actor: str) -> None:
    api.ingest("hello", actor_id=actor)
    assert api.get(f"{PATH}/{quote(actor, safe='')}").body["actor_id"] == actor


def test_raw_slash_in_id_is_a_404(api: ServiceClient) -> None:
    api.ingest("hello", actor_id="a/b")
    assert api.get(f"{PATH}/a/b").status == 404


def test_actor_without_memories_is_a_404(clock: Clock) -> None:
    with LocalService(clock=clock, config=ServiceConfig(processing="manual")) as service:
        api = ServiceClient(service)
        (event_id,) = api.ingest("hello")
        service.fail(event_id)
        response = api.get(f"{PATH}/lovell")
        assert (response.status, response.body["error"]) == (404, "not_found")
        assert actor_ids(api) == []


def test_org_id_of_another_organisation_is_a_403(api: ServiceClient) -> None:
    api.ingest("hello")
    assert actor_ids(api, org_id="org_local") == ["lovell"]
    assert api.get(f"{PATH}/lovell", org_id="org_local").status == 200
    for path in (PATH, f"{PATH}/lovell"):
        assert api.get(path, org_id="org_other").status == 403
        assert api.get(path, org_id="").status == 422
