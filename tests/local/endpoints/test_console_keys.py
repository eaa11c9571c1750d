"""API keys, as the control plane lists, makes and deletes them."""

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


def make(ask: ServiceClient, name: str = "ci", **fields: object) -> tuple[str, ServiceClient]:
    """The id of a new key, and somebody who uses it."""
    answer = ask.post(PATH, {"name": name, **fields})
    assert answer.status == 200, answer
    return answer.body["key_id"], ServiceClient(ask.service, answer.body["raw_key"])


def test_the_service_s_own_key_is_listed(ask: ServiceClient) -> None:
    assert ask.get(PATH).body == {"keys": [OWN_KEY], "max_keys": 20, "active_count": 1}


def test_a_new_key_is_told_once(ask: ServiceClient) -> None:
    made = ask.post(PATH, {"name": "ci", "scopes": ["read"]}).body
    assert set(made) == {"key_id", "raw_key", "prefix", "name", "scopes"}
    assert (made["name"], made["scopes"]) == ("ci", ["read"])
    assert made["raw_key"].startswith(made["prefix"])
    assert len(made["prefix"]) < len(made["raw_key"]) / 2
    listed = ask.get(PATH)
    assert made["raw_key"] not in json.dumps(listed.body)
    assert listed.body["keys"][1] == {
        **OWN_KEY,
        **{name: made[name] for name in ("key_id", "prefix", "name", "scopes")},
    }


def test_a_new_key_opens_both_planes_at_once(ask: ServiceClient) -> None:
    _, ours = make(ask)
    assert ours.ingest("hello")
    assert ours.get("/api/me").body["user_id"] == "user_org_local"


def test_a_deleted_key_opens_nothing_any_more(ask: ServiceClient) -> None:
    key_id, ours = make(ask)
    answer = ask.delete(f"{PATH}/{key_id}")
    assert (answer.status, answer.body) == (204, None)
    assert ours.get("/v1/health").status == 401
    assert ours.get("/api/me").status == 401
    assert ask.get(PATH).body["keys"][1:] == []


def test_a_deletion_outlives_a_restart(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "memsy.db"
    with LocalService(path, clock=clock) as service:
        kept_id, kept = make(ServiceClient(service))
        lost_id, _ = make(ServiceClient(service))
        ServiceClient(service).delete(f"{PATH}/{lost_id}")
    with LocalService(path, clock=clock) as service:
        keys = ServiceClient(service).get(PATH).body["keys"]
        assert [key["key_id"] for key in keys] == ["key_local", kept_id]
        assert moved(kept, service).get("/v1/health").status == 200


def test_a_key_ends_when_it_is_to(ask: ServiceClient, clock: Clock) -> None:
    """It stays in the list, for people to see why something stopped."""
    _, ours = make(ask, expires_at="2026-04-14T04:08:00+00:00")
    clock.advance(3599)
    assert ours.get("/v1/health").status == 200
    clock.advance(1)
    assert ours.get("/v1/health").status == 401
    listed = ask.get(PATH).body
    assert listed["active_count"] == 1
    assert (listed["keys"][1]["is_active"], listed["keys"][1]["expires_at"]) == (
        False,
        "2026-04-14T04:08:00Z",
    )


def test_the_last_use_of_a_key_is_known(ask: ServiceClient, clock: Clock) -> None:
    _, ours = make(ask)
    clock.advance(60)
    ours.get("/v1/health")
    clock.advance(60)
    assert ask.get(PATH).body["keys"][1]["last_used_at"] == "2026-04-14T03:09:00Z"


def test_without_scopes_a_key_may_do_everything(ask: ServiceClient) -> None:
    assert ask.post(PATH, {"name": "ci"}).body["scopes"] == ["read", "write"]


@pytest.mark.parametrize(
    ("body", "place", "kind"),
    [
        ({}, "name", "missing"),
        ({"name": " "}, "name", "string_too_short"),
        ({"name": "ci", "scopes": "read"}, "scopes", "list_type"),
        ({"name": "ci", "scopes": []}, "scopes", "too_short"),
        ({"name": "ci", "expires_at": "soon"}, "expires_at", "datetime_parsing"),
        ({"name": "ci", "expires_at": "2026-04-14T03:08:00Z"}, "expires_at", "value_error"),
    ],
)
def test_a_bad_key_is_not_made(ask: ServiceClient, body: object, place: str, kind: str) -> None:
    assert ask.post(PATH, body).validation_errors == [(["body", place], kind)]
    assert ask.get(PATH).body["active_count"] == 1


def test_a_scope_that_is_none_is_named(ask: ServiceClient) -> None:
    answer = ask.post(PATH, {"name": "ci", "scopes": ["read", "admin"]})
    assert answer.validation_errors == [(["body", "scopes", 1], "enum")]


def test_scopes_hold_on_the_control_plane(ask: ServiceClient) -> None:
    _, reader = make(ask, scopes=["read"])
    _, writer = make(ask, scopes=["write"])
    assert reader.get(PATH).status == 200
    for answer, scope in (
        (reader.post(PATH, {"name": "more"}), "write"),
        (reader.delete(f"{PATH}/key_local"), "write"),
        (writer.get(PATH), "read"),
    ):
        assert answer.error == (403, "insufficient_scope")
        assert answer.body["detail"]["required_scope"] == scope
    for anybody in (reader, writer):
        assert anybody.get("/api/health").status == 200


def test_there_are_only_so_many_keys(ask: ServiceClient, clock: Clock) -> None:
    ask.service.config = ServiceConfig(max_keys=2)
    make(ask, expires_at="2026-04-15")
    answer = ask.post(PATH, {"name": "one more"})
    assert answer.error == (403, "key_limit_reached")
    assert (answer.body["detail"]["limit"], answer.body["detail"]["current"]) == (2, 2)
    clock.advance(86_400)
    make(ask)


def test_a_limit_can_be_raised_while_the_service_runs(ask: ServiceClient) -> None:
    ask.service.config = ServiceConfig(max_keys=1)
    assert ask.post(PATH, {"name": "ci"}).status == 403
    ask.service.config = evolve(ask.service.config, max_keys=2)
    assert ask.post(PATH, {"name": "ci"}).status == 200


def test_what_a_key_did_is_known_day_by_day(ask: ServiceClient, clock: Clock) -> None:
    key_id, ours = make(ask)
    ours.ingest("one", "two")
    ask.ingest("three")
    clock.advance(86_400)
    ours.search("one")
    assert ask.get(f"{PATH}/{key_id}/usage").body == {
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


def test_a_key_of_others_is_not_there(ask: ServiceClient) -> None:
    theirs = ServiceClient(ask.service, ask.service.issue_key(org_id="org_other"))
    for path in (f"{PATH}/key_local", f"{PATH}/nonsense"):
        assert theirs.delete(path).error == (404, "not_found")
        assert theirs.get(f"{path}/usage").error == (404, "not_found")
    assert len(theirs.get(PATH).body["keys"]) == 1
    assert ask.post("/v1/ingest", {"events": [event()]}).status == 200


def test_who_signed_in_is_in_no_list_of_keys(ask: ServiceClient) -> None:
    admin = ServiceClient(ask.service, ask.service.sign_in(Member("user_kranz", "org:admin")))
    assert admin.get(PATH).body["active_count"] == 1
    assert admin.delete(f"{PATH}/key_local").status == 204
    assert ask.get("/v1/health").status == 401


def moved(ask: ServiceClient, service: LocalService) -> ServiceClient:
    """The same caller, of another service."""
    return ServiceClient(service, ask.api_key)
