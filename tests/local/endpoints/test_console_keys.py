"""API key endpoints: list, create, delete and usage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from attrs import evolve

from memsy.local import LocalService, Member, ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient, event

PATH = "/api/keys"
OWN_KEY = {
    "key_id": "key_local",
    "prefix": "msy_",
    "name": "local",
    "scopes": ["read", "write"],
    "is_active": True,
    "created_at": "2026-04-14T03:08:00Z",
    "last_used_at": None,
    "expires_at": None,
}


def create_key(api: ServiceClient, name: str = "ci", **fields: object) -> tuple[str, ServiceClient]:
    """Create a key, and return its id and a caller with this key."""
    response = api.post(PATH, {"name": name, **fields})
    assert response.status == 200, response
    return response.body["key_id"], ServiceClient(api.service, response.body["raw_key"])


def test_key_of_the_service_is_listed(api: ServiceClient) -> None:
    assert api.get(PATH).body == {"keys": [OWN_KEY], "max_keys": 20, "active_count": 1}


def test_key_text_is_only_in_the_create_response(api: ServiceClient) -> None:
    created = api.post(PATH, {"name": "ci", "scopes": ["read"]}).body
    assert set(created) == {"key_id", "raw_key", "prefix", "name", "scopes"}
    assert (created["name"], created["scopes"]) == ("ci", ["read"])
    assert created["raw_key"].startswith(created["prefix"])
    assert len(created["prefix"]) < len(created["raw_key"]) / 2
    listed = api.get(PATH)
    assert created["raw_key"] not in json.dumps(listed.body)
    assert listed.body["keys"][1] == {
        **OWN_KEY,
        **{name: created[name] for name in ("key_id", "prefix", "name", "scopes")},
    }


def test_new_key_works_on_both_planes(api: ServiceClient) -> None:
    _, caller = create_key(api)
    assert caller.ingest("hello")
    assert caller.get("/api/me").body["user_id"] == "user_org_local"


def test_deleted_key_is_a_401_on_both_planes(api: ServiceClient) -> None:
    key_id, caller = create_key(api)
    assert caller.get("/v1/health").status == 200
    response = api.delete(f"{PATH}/{key_id}")
    assert (response.status, response.body) == (204, None)
    assert caller.get("/v1/health").status == 401
    assert caller.get("/api/me").status == 401
    assert api.get(PATH).body["keys"][1:] == []


def test_deletion_is_stored_in_the_file(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "memsy.db"
    with LocalService(path, clock=clock) as service:
        kept_id, kept = create_key(ServiceClient(service))
        lost_id, _ = create_key(ServiceClient(service))
        ServiceClient(service).delete(f"{PATH}/{lost_id}")
    with LocalService(path, clock=clock) as service:
        keys = ServiceClient(service).get(PATH).body["keys"]
        assert [key["key_id"] for key in keys] == ["key_local", kept_id]
        assert same_key(kept, service).get("/v1/health").status == 200


def test_expired_key_is_a_401(api: ServiceClient, clock: Clock) -> None:
    """The list still shows the expired key."""
    _, caller = create_key(api, expires_at="2026-04-14T04:08:00+00:00")
    clock.advance(3599)
    assert caller.get("/v1/health").status == 200
    clock.advance(1)
    assert caller.get("/v1/health").status == 401
    listed = api.get(PATH).body
    assert listed["active_count"] == 1
    assert (listed["keys"][1]["is_active"], listed["keys"][1]["expires_at"]) == (
        False,
        "2026-04-14T04:08:00Z",
    )


def test_last_use_of_a_key_is_listed(api: ServiceClient, clock: Clock) -> None:
    _, caller = create_key(api)
    clock.advance(60)
    caller.get("/v1/health")
    clock.advance(60)
    assert api.get(PATH).body["keys"][1]["last_used_at"] == "2026-04-14T03:09:00Z"


def test_default_scopes_are_read_and_write(api: ServiceClient) -> None:
    assert api.post(PATH, {"name": "ci"}).body["scopes"] == ["read", "write"]


@pytest.mark.parametrize(
    ("body", "field", "error_type"),
    [
        ({}, "name", "missing"),
        ({"name": " "}, "name", "string_too_short"),
        ({"name": "ci", "scopes": "read"}, "scopes", "list_type"),
        ({"name": "ci", "scopes": []}, "scopes", "too_short"),
        ({"name": "ci", "expires_at": "soon"}, "expires_at", "datetime_parsing"),
        ({"name": "ci", "expires_at": "2026-04-14T03:08:00Z"}, "expires_at", "value_error"),
    ],
)
def test_invalid_key_is_rejected(
    api: ServiceClient, body: object, field: str, error_type: str
) -> None:
    assert api.post(PATH, body).validation_errors == [(["body", field], error_type)]
    assert api.get(PATH).body["active_count"] == 1


def test_unknown_scope_is_rejected(api: ServiceClient) -> None:
    response = api.post(PATH, {"name": "ci", "scopes": ["read", "admin"]})
    assert response.validation_errors == [(["body", "scopes", 1], "enum")]


def test_scopes_apply_to_the_control_plane(api: ServiceClient) -> None:
    _, reader = create_key(api, scopes=["read"])
    _, writer = create_key(api, scopes=["write"])
    assert reader.get(PATH).status == 200
    for response, scope in (
        (reader.post(PATH, {"name": "more"}), "write"),
        (reader.delete(f"{PATH}/key_local"), "write"),
        (writer.get(PATH), "read"),
    ):
        assert response.error == (403, "insufficient_scope")
        assert response.body["detail"]["required_scope"] == scope
    for caller in (reader, writer):
        assert caller.get("/api/health").status == 200


def test_active_keys_are_limited(api: ServiceClient, clock: Clock) -> None:
    api.service.config = ServiceConfig(max_keys=2)
    create_key(api, expires_at="2026-04-15")
    response = api.post(PATH, {"name": "one more"})
    assert response.error == (403, "key_limit_reached")
    assert (response.body["detail"]["limit"], response.body["detail"]["current"]) == (2, 2)
    clock.advance(86_400)
    create_key(api)


def test_key_limit_can_change_at_run_time(api: ServiceClient) -> None:
    api.service.config = ServiceConfig(max_keys=1)
    assert api.post(PATH, {"name": "ci"}).status == 403
    api.service.config = evolve(api.service.config, max_keys=2)
    assert api.post(PATH, {"name": "ci"}).status == 200


def test_usage_of_a_key_is_listed_by_day(api: ServiceClient, clock: Clock) -> None:
    key_id, caller = create_key(api)
    caller.ingest("one", "two")
    api.ingest("three")
    clock.advance(86_400)
    caller.search("one")
    assert api.get(f"{PATH}/{key_id}/usage").body == {
        "usage": [
            {"date": date, "dimension": dimension, "quantity": quantity}
            for date, dimension, quantity in [
                ("2026-04-14", "api_calls", 1),
                ("2026-04-14", "events_ingested", 2),
                ("2026-04-14", "memories_stored", 2),
                ("2026-04-15", "api_calls", 1),
                ("2026-04-15", "search_queries", 1),
            ]
        ]
    }


def test_key_of_another_organisation_is_a_404(api: ServiceClient) -> None:
    other_org = ServiceClient(api.service, api.service.issue_key(org_id="org_other"))
    for path in (f"{PATH}/key_local", f"{PATH}/nonsense"):
        assert other_org.delete(path).error == (404, "not_found")
        assert other_org.get(f"{path}/usage").error == (404, "not_found")
    assert len(other_org.get(PATH).body["keys"]) == 1
    assert api.post("/v1/ingest", {"events": [event()]}).status == 200


def test_new_role_of_a_member_applies_to_all_keys_of_the_member(api: ServiceClient) -> None:
    caller = ServiceClient(api.service, api.service.sign_in(Member("user_kranz", "org:admin")))
    assert caller.get(PATH).status == 200
    api.service.sign_in(Member("user_kranz"))
    assert caller.get(PATH).error == (403, "admin_required")


def test_session_tokens_are_not_listed_as_keys(api: ServiceClient) -> None:
    admin = ServiceClient(api.service, api.service.sign_in(Member("user_kranz", "org:admin")))
    assert admin.get(PATH).body["active_count"] == 1
    assert admin.delete(f"{PATH}/key_local").status == 204
    assert api.get("/v1/health").status == 401


def same_key(api: ServiceClient, service: LocalService) -> ServiceClient:
    """Return a caller of another service with the key of `api`."""
    return ServiceClient(service, api.api_key)
