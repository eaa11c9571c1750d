"""`client.roles` and `client.teams`: every byte, both colours; they differ in their names alone."""

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

DESCRIBED = {
    "org_id": "o1",
    "name": "Support",
    "focus": "tea",
    "promotion_prompt": "Keep what is about tea.",
    "created_at": "2026-09-20T10:00:00Z",
    "updated_at": "2026-09-21T10:00:00Z",
    "prompt_meta": {"model": "x"},
}
MODELS = {"roles": RoleResource, "teams": TeamResource}


def of(memsy: Client, noun: str) -> Groups:
    return memsy.roles if noun == "roles" else memsy.teams


def cases(noun: str) -> dict[str, WireCase]:
    body = {f"{noun[:-1]}_id": "g1", **DESCRIBED}
    group = MODELS[noun].from_dict(body)
    one, patched = f"/{noun}/g%2F1?org_id=o+1", '{"name":"Help","promotion_prompt":""}'
    return {
        f"{noun}.list": WireCase(
            lambda m: of(m, noun).list("o1"),
            *("GET", f"/{noun}?org_id=o1&limit=100&offset=0", None),
            *([body], [group]),
        ),
        f"{noun}.list of a page": WireCase(
            lambda m: of(m, noun).list("o 1", limit=2, offset=4),
            *("GET", f"/{noun}?org_id=o+1&limit=2&offset=4", None),
            *(None, []),
        ),
        f"{noun}.create": WireCase(
            lambda m: of(m, noun).create("o1", "Support", "tea"),
            *("POST", f"/{noun}", '{"org_id":"o1","name":"Support","focus":"tea"}'),
            *(body, group),
        ),
        f"{noun}.get": WireCase(
            lambda m: of(m, noun).get("g/1", "o 1"), "GET", one, None, body, group
        ),
        f"{noun}.update": WireCase(
            lambda m: of(m, noun).update("g/1", "o 1", name="Help", promotion_prompt=""),
            *("PATCH", one, patched),
            *(body, group),
        ),
        f"{noun}.update everything": WireCase(
            lambda m: of(m, noun).update(
                "g/1", "o 1", name="Help", focus="tea", promotion_prompt=""
            ),
            *("PATCH", one, '{"name":"Help","focus":"tea","promotion_prompt":""}'),
            *(body, group),
        ),
        f"{noun}.update nothing": WireCase(
            lambda m: of(m, noun).update("g/1", org_id="o 1"), "PATCH", one, "{}", body, group
        ),
        f"{noun}.regenerate_prompt": WireCase(
            lambda m: of(m, noun).regenerate_prompt("g/1", "o 1"),
            *("POST", f"/{noun}/g%2F1/regenerate-prompt?org_id=o+1", None),
            *(body, group),
        ),
        f"{noun}.delete": WireCase(
            lambda m: of(m, noun).delete("g/1", "o 1"), "DELETE", one, None, HTTPResponse(204), None
        ),
    }


CASES = {**cases("roles"), **cases("teams")}

UNSENDABLE: dict[str, tuple[ClientCall, str]] = {
    "roles.list": (lambda m: m.roles.list(""), "org_id"),
    "roles.create": (lambda m: m.roles.create(" ", "a", "b"), "org_id"),
    "roles.get": (lambda m: m.roles.get("..", "o1"), "role_id"),
    "roles.get elsewhere": (lambda m: m.roles.get("r1", ""), "org_id"),
    "teams.get": (lambda m: m.teams.get("", "o1"), "team_id"),
    "teams.update": (lambda m: m.teams.update("a\0", "o1"), "team_id"),
    "teams.regenerate_prompt": (lambda m: m.teams.regenerate_prompt(".", "o1"), "team_id"),
    "teams.delete": (lambda m: m.teams.delete("", "o1"), "team_id"),
    "teams.delete elsewhere": (lambda m: m.teams.delete("t1", ""), "org_id"),
}


@in_both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_method_says_this_and_no_more(make_client: MakeClient, case: WireCase) -> None:
    case.check(make_client)


@in_both_modes
@pytest.mark.parametrize(("call", "name"), UNSENDABLE.values(), ids=UNSENDABLE)
def test_an_id_that_would_mean_something_else_is_not_sent(
    make_client: MakeClient, call: ClientCall, name: str
) -> None:
    record = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{name} "):
        outcome(make_client, call, record)
    assert record.requests == []
