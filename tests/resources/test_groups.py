"""Requests and results of `client.roles` and `client.teams`, sync and async."""

from __future__ import annotations

from typing import TypeAlias

import pytest

from memsy import HTTPResponse, MemsyConfigurationError, RoleResource, TeamResource
from memsy.resources import AsyncRolesResource, AsyncTeamsResource, RolesResource, TeamsResource
from tests.support.recording_clients import (
    Client,
    ClientCall,
    MakeClient,
    WireCase,
    in_both_modes,
    outcome,
    recording_of,
)

Groups: TypeAlias = "RolesResource | TeamsResource | AsyncRolesResource | AsyncTeamsResource"

FIELDS = {
    "org_id": "o1",
    "name": "Support",
    "focus": "tea",
    "promotion_prompt": "Keep what is about tea.",
    "created_at": "2026-09-20T10:00:00Z",
    "updated_at": "2026-09-21T10:00:00Z",
    "prompt_meta": {"model": "x"},
}
MODELS = {"roles": RoleResource, "teams": TeamResource}


def group_resource(memsy: Client, noun: str) -> Groups:
    return memsy.roles if noun == "roles" else memsy.teams


def cases(noun: str) -> dict[str, WireCase]:
    body = {f"{noun[:-1]}_id": "g1", **FIELDS}
    group = MODELS[noun].from_dict(body)
    path, update = f"/{noun}/g%2F1?org_id=o+1", '{"name":"Help","promotion_prompt":""}'
    return {
        f"{noun}.list": WireCase(
            lambda m: group_resource(m, noun).list("o1"),
            *("GET", f"/{noun}?org_id=o1&limit=100&offset=0", None),
            *([body], [group]),
        ),
        f"{noun}.list with limit and offset": WireCase(
            lambda m: group_resource(m, noun).list("o 1", limit=2, offset=4),
            *("GET", f"/{noun}?org_id=o+1&limit=2&offset=4", None),
            *(None, []),
        ),
        f"{noun}.create": WireCase(
            lambda m: group_resource(m, noun).create("o1", "Support", "tea"),
            *("POST", f"/{noun}", '{"org_id":"o1","name":"Support","focus":"tea"}'),
            *(body, group),
        ),
        f"{noun}.get": WireCase(
            lambda m: group_resource(m, noun).get("g/1", "o 1"), "GET", path, None, body, group
        ),
        f"{noun}.update": WireCase(
            lambda m: group_resource(m, noun).update(
                "g/1", "o 1", name="Help", promotion_prompt=""
            ),
            *("PATCH", path, update),
            *(body, group),
        ),
        f"{noun}.update all fields": WireCase(
            lambda m: group_resource(m, noun).update(
                "g/1", "o 1", name="Help", focus="tea", promotion_prompt=""
            ),
            *("PATCH", path, '{"name":"Help","focus":"tea","promotion_prompt":""}'),
            *(body, group),
        ),
        f"{noun}.update no field": WireCase(
            lambda m: group_resource(m, noun).update("g/1", org_id="o 1"),
            "PATCH",
            path,
            "{}",
            body,
            group,
        ),
        f"{noun}.regenerate_prompt": WireCase(
            lambda m: group_resource(m, noun).regenerate_prompt("g/1", "o 1"),
            *("POST", f"/{noun}/g%2F1/regenerate-prompt?org_id=o+1", None),
            *(body, group),
        ),
        f"{noun}.delete": WireCase(
            lambda m: group_resource(m, noun).delete("g/1", "o 1"),
            "DELETE",
            path,
            None,
            HTTPResponse(204),
            None,
        ),
    }


CASES = {**cases("roles"), **cases("teams")}

INVALID_ARGUMENTS: dict[str, tuple[ClientCall, str]] = {
    "roles.list with empty org_id": (lambda m: m.roles.list(""), "org_id"),
    "roles.create with blank org_id": (lambda m: m.roles.create(" ", "a", "b"), "org_id"),
    "roles.get with dots": (lambda m: m.roles.get("..", "o1"), "role_id"),
    "roles.get with empty org_id": (lambda m: m.roles.get("r1", ""), "org_id"),
    "teams.get with empty team_id": (lambda m: m.teams.get("", "o1"), "team_id"),
    "teams.update with NUL": (lambda m: m.teams.update("a\0", "o1"), "team_id"),
    "teams.regenerate_prompt with dot": (lambda m: m.teams.regenerate_prompt(".", "o1"), "team_id"),
    "teams.delete with empty team_id": (lambda m: m.teams.delete("", "o1"), "team_id"),
    "teams.delete with empty org_id": (lambda m: m.teams.delete("t1", ""), "org_id"),
}


@in_both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_method_sends_the_request_and_returns_the_result(
    make_client: MakeClient, case: WireCase
) -> None:
    case.check(make_client)


@in_both_modes
@pytest.mark.parametrize(("call", "name"), INVALID_ARGUMENTS.values(), ids=INVALID_ARGUMENTS)
def test_invalid_id_is_rejected_before_a_request(
    make_client: MakeClient, call: ClientCall, name: str
) -> None:
    record = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{name} "):
        outcome(make_client, call, record)
    assert record.requests == []
