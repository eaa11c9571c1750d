"""Console memories endpoints: list, get and statistics."""

from __future__ import annotations

from typing import Any

import pytest

from memsy.local import LocalService
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient, event

PATH = "/v1/console/memories"


def texts(api: ServiceClient, **query: object) -> list[str]:
    response = api.get(PATH, **query)
    assert response.status == 200, response
    return [item["text"] for item in response.body["items"]]


def test_pages_contain_each_memory_once(api: ServiceClient) -> None:
    """The order is stable although all sort keys but the id are equal."""
    for start in range(0, 11_000, 500):
        batch = [event(f"reading {n}", session_id=f"s{n}") for n in range(start, start + 500)]
        assert api.post("/v1/ingest", {"events": batch}).status == 200
    memory_ids = list[str]()
    for offset in range(0, 11_000, 200):
        page = api.get(PATH, limit=200, offset=offset).body
        assert (page["total"], page["limit"], page["offset"]) == (11_000, 200, offset)
        memory_ids += [item["memory_id"] for item in page["items"]]
    assert len(memory_ids) == len(set(memory_ids)) == 11_000
    assert memory_ids == sorted(memory_ids)


def test_list_of_an_empty_service_is_empty(api: ServiceClient) -> None:
    assert api.get(PATH).body == {"items": [], "total": 0, "limit": 50, "offset": 0}


def test_page_after_the_last_is_empty(api: ServiceClient) -> None:
    api.ingest("tea")
    page = api.get(PATH, offset=10**17).body
    assert (page["items"], page["total"]) == ([], 1)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("observed_at_desc", ["late", "middle", "early"]),
        ("observed_at_asc", ["early", "middle", "late"]),
        ("created_at_desc", ["middle", "late", "early"]),
        ("strength_desc", ["middle", "late", "early"]),
    ],
)
def test_memories_are_sorted(api: ServiceClient, clock: Clock, sort: str, order: list[str]) -> None:
    for text, day in (("early", 12), ("late", 14), ("middle", 13)):
        api.ingest(text, ts=f"1970-04-{day}")
        clock.advance(3600)
    api.search("late")
    for _ in range(2):
        api.search("middle")
    assert texts(api, sort=sort) == order


def test_sort_by_strength_uses_the_decayed_strength(api: ServiceClient, clock: Clock) -> None:
    api.ingest("old")
    for _ in range(3):
        api.search("old")
    clock.advance(60 * 86_400)
    api.ingest("new")
    assert texts(api, sort="strength_desc") == ["new", "old"]


def test_memories_are_filtered(api: ServiceClient) -> None:
    api.ingest("I prefer tea")
    api.ingest("We decided to go", actor_id="swigert")
    assert texts(api, actor_id="swigert") == ["We decided to go"]
    assert texts(api, type="preference") == ["I prefer tea"]
    assert texts(api, kind="episodic") == ["We decided to go"]
    assert texts(api, status="archived") == []
    assert len(texts(api, status="active")) == 2
    assert texts(api, actor_id="swigert", type="preference") == []


@pytest.mark.parametrize(
    ("part", "is_match"),
    [("ÉTÉ", True), ("été", True), ("L'é", True), ("100%", True), ("0_ ", False), ("x", False)],
)
def test_search_matches_a_literal_substring_in_any_case(
    api: ServiceClient, part: str, is_match: bool
) -> None:
    api.ingest("L'été à 100% chaud")
    assert bool(texts(api, search=part)) is is_match


def test_get_returns_all_fields(api: ServiceClient, clock: Clock) -> None:
    (event_id,) = api.ingest("I prefer tea", ts="1970-04-14T03:07:53Z", role_id="r")
    clock.advance(1)
    (result,) = api.search("tea")
    assert api.get(f"{PATH}/{result['id']}").body == {
        "memory_id": result["id"],
        "org_id": "org_local",
        "scope": {"level": "actor", "actor_id": "lovell", "team_id": None, "role_id": "r"},
        "type": "preference",
        "kind": "semantic",
        "memory_kind": "semantic",
        "status": "active",
        "text": "I prefer tea",
        "summary": None,
        "payload": None,
        "confidence": 0.9,
        "strength": 1.1,
        "recall_count": 1,
        "decay_half_life_days": 30.0,
        "pinned": False,
        "tags": [],
        "entity_refs": [],
        "source_event_ids": [event_id],
        "source_urls": [],
        "last_recalled_at": "2026-04-14T03:08:01Z",
        "effective_from": "1970-04-14T03:07:53Z",
        "effective_to": None,
        "observed_at": "1970-04-14T03:07:53Z",
        "created_at": "2026-04-14T03:08:00Z",
        "updated_at": "2026-04-14T03:08:00Z",
    }


def test_id_that_is_not_a_uuid_is_a_422(api: ServiceClient) -> None:
    assert api.get(f"{PATH}/mem_1").validation_errors == [(["path", "memory_id"], "uuid_parsing")]


def test_unknown_id_is_a_404(api: ServiceClient) -> None:
    response = api.get(f"{PATH}/00000000-0000-4000-8000-000000000000")
    assert (response.status, response.body["error"]) == (404, "not_found")


def test_memories_of_another_organisation_are_hidden(service: LocalService) -> None:
    ServiceClient(service).ingest("tea")
    (memory,) = service.memories
    other_org = ServiceClient(service, service.issue_key(org_id="org_other"))
    assert other_org.get(f"{PATH}/{memory.memory_id}").status == 404
    assert other_org.get(PATH).body["total"] == 0
    assert other_org.get(f"{PATH}/stats").body["total"] == 0


def test_stats_of_an_empty_service_are_zero(api: ServiceClient) -> None:
    stats: dict[str, Any] = api.get(f"{PATH}/stats").body
    assert (stats["total"], stats["avg_confidence"], stats["avg_strength"]) == (0, 0, 0)
    assert stats["date_range"] == {"earliest": None, "latest": None}


def test_stats_count_all_memories(api: ServiceClient) -> None:
    api.ingest("I prefer tea", ts="1970-04-12")
    api.ingest("We decided to go", "They agreed", ts="1970-04-14")
    api.search("tea")
    assert api.get(f"{PATH}/stats").body == {
        "total": 3,
        "total_memories": 3,
        "active_memories": 3,
        "by_type": {"preference": 1, "decision": 2},
        "by_kind": {"semantic": 1, "episodic": 2},
        "by_status": {"active": 3},
        "avg_confidence": pytest.approx(0.9),
        "avg_strength": pytest.approx(3.1 / 3),
        "top_entities": [],
        "confidence_buckets": [
            {"bucket": "0.0-0.2", "count": 0},
            {"bucket": "0.2-0.4", "count": 0},
            {"bucket": "0.4-0.6", "count": 0},
            {"bucket": "0.6-0.8", "count": 0},
            {"bucket": "0.8-1.0", "count": 3},
        ],
        "date_range": {"earliest": "1970-04-12T00:00:00Z", "latest": "1970-04-14T00:00:00Z"},
    }
