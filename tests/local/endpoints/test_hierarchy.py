"""Endpoints of organisations, roles and teams: create, list, get, update, delete."""

from __future__ import annotations

from typing import Any

import pytest

from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient

NEW = {"org_id": "org_local", "name": "Capcom", "focus": "talking to the crew"}
ROLE_AND_TEAM = pytest.mark.parametrize("record_type", ["role", "team"])
ALL_TYPES = pytest.mark.parametrize("record_type", ["org", "role", "team"])


def create_record(
    api: ServiceClient, record_type: str
) -> tuple[str, dict[str, str], dict[str, Any]]:
    """Create a record, and return its path, the query for the path, and the record."""
    response = api.post(f"/v1/{record_type}s", NEW)
    assert response.status == 200, response
    record: dict[str, Any] = response.body
    query = {} if record_type == "org" else {"org_id": "org_local"}
    return f"/v1/{record_type}s/{record[f'{record_type}_id']}", query, record


@ALL_TYPES
def test_record_has_the_fields_it_was_created_with(api: ServiceClient, record_type: str) -> None:
    path, query, record = create_record(api, record_type)
    assert record.items() >= NEW.items()
    assert record["created_at"] == record["updated_at"] == "2026-04-14T03:08:00Z"
    assert "talking to the crew" in record["promotion_prompt"]
    assert isinstance(record["prompt_meta"], dict)
    assert api.get(path, **query).body == record


@ALL_TYPES
def test_list_is_a_bare_array(api: ServiceClient, record_type: str) -> None:
    query = {} if record_type == "org" else {"org_id": "org_local"}
    assert api.get(f"/v1/{record_type}s", **query).body == []
    _, _, record = create_record(api, record_type)
    assert api.get(f"/v1/{record_type}s", **query).body == [record]


@ROLE_AND_TEAM
def test_list_returns_pages_in_creation_order(api: ServiceClient, record_type: str) -> None:
    records = [create_record(api, record_type)[2] for _ in range(5)]
    pages = [
        api.get(f"/v1/{record_type}s", org_id="org_local", limit=2, offset=offset).body
        for offset in (0, 2, 4, 6)
    ]
    assert pages == [records[:2], records[2:4], records[4:], []]


@ALL_TYPES
def test_update_changes_only_the_given_fields(
    api: ServiceClient, clock: Clock, record_type: str
) -> None:
    path, query, record = create_record(api, record_type)
    clock.advance(60)
    changed = api.patch(path, {"focus": "listening", "name": None}, **query).body
    assert changed == {**record, "focus": "listening", "updated_at": "2026-04-14T03:09:00Z"}


@ALL_TYPES
def test_empty_update_changes_nothing(api: ServiceClient, record_type: str) -> None:
    path, query, record = create_record(api, record_type)
    assert api.patch(path, {}, **query).body == record


@ALL_TYPES
def test_prompt_can_be_edited_and_regenerated(api: ServiceClient, record_type: str) -> None:
    path, query, record = create_record(api, record_type)
    edited = api.patch(path, {"promotion_prompt": "Keep all.", "focus": "less"}, **query).body
    assert (edited["promotion_prompt"], edited["focus"]) == ("Keep all.", "less")
    assert edited["prompt_meta"] != record["prompt_meta"]
    regenerated = api.post(f"{path}/regenerate-prompt", **query).body
    assert "less" in regenerated["promotion_prompt"]


@ALL_TYPES
def test_deleted_record_is_a_404(api: ServiceClient, record_type: str) -> None:
    path, query, _ = create_record(api, record_type)
    response = api.delete(path, **query)
    assert (response.status, response.body) == (204, None)
    assert api.get(path, **query).status == 404
    assert api.delete(path, **query).status == 404
    assert api.patch(path, {}, **query).status == 404
    assert api.post(f"{path}/regenerate-prompt", **query).status == 404


@ROLE_AND_TEAM
def test_id_of_a_deleted_record_is_not_reused(api: ServiceClient, record_type: str) -> None:
    path, query, record = create_record(api, record_type)
    api.delete(path, **query)
    assert create_record(api, record_type)[2][f"{record_type}_id"] != record[f"{record_type}_id"]


def test_second_record_of_the_organisation_is_a_409(api: ServiceClient) -> None:
    create_record(api, "org")
    response = api.post("/v1/orgs", NEW)
    assert (response.status, response.body["error"]) == (409, "already_exists")


@ALL_TYPES
def test_other_organisation_is_a_403(api: ServiceClient, record_type: str) -> None:
    path, query, _ = create_record(api, record_type)
    assert api.post(f"/v1/{record_type}s", {**NEW, "org_id": "org_other"}).status == 403
    if record_type == "org":
        path = "/v1/orgs/org_other"
    else:
        query = {"org_id": "org_other"}
        assert api.get(f"/v1/{record_type}s", **query).status == 403
    for response in (
        api.get(path, **query),
        api.patch(path, {"name": "x"}, **query),
        api.post(f"{path}/regenerate-prompt", **query),
        api.delete(path, **query),
    ):
        assert (response.status, response.body["error"]) == (403, "wrong_org")


@ROLE_AND_TEAM
def test_org_id_is_required(api: ServiceClient, record_type: str) -> None:
    path, _, _ = create_record(api, record_type)
    missing = [(["query", "org_id"], "missing")]
    assert api.get(f"/v1/{record_type}s").validation_errors == missing
    assert api.get(path).validation_errors == missing
    assert api.patch(path, {}).validation_errors == missing
    assert api.delete(path).validation_errors == missing
    assert api.post(f"{path}/regenerate-prompt").validation_errors == missing


@ALL_TYPES
def test_create_requires_all_fields(api: ServiceClient, record_type: str) -> None:
    assert api.post(f"/v1/{record_type}s", {"name": "x" * 101, "focus": " "}).validation_errors == [
        (["body", "org_id"], "missing"),
        (["body", "name"], "string_too_long"),
        (["body", "focus"], "string_too_short"),
    ]


@ALL_TYPES
def test_update_rejects_blank_fields(api: ServiceClient, record_type: str) -> None:
    path, query, _ = create_record(api, record_type)
    assert api.patch(path, {"name": "", "promotion_prompt": 7}, **query).validation_errors == [
        (["body", "name"], "string_too_short"),
        (["body", "promotion_prompt"], "string_type"),
    ]


def test_role_id_is_not_a_team_id(api: ServiceClient) -> None:
    _, query, role = create_record(api, "role")
    assert api.get(f"/v1/teams/{role['role_id']}", **query).status == 404


def test_deleting_a_role_keeps_its_memories(api: ServiceClient) -> None:
    path, query, role = create_record(api, "role")
    api.ingest("hello", role_id=role["role_id"])
    api.delete(path, **query)
    assert api.search_texts("hello", actor_id="haise", role_ids=[role["role_id"]]) == ["hello"]
