"""Requests and results of `client.orgs`, sync and async."""

from __future__ import annotations

import pytest

from memsy import HTTPResponse, MemsyConfigurationError, OrgResource
from tests.support.recording_clients import (
    ClientCall,
    MakeClient,
    WireCase,
    in_both_modes,
    outcome,
    recording_of,
)

BODY = {
    "org_id": "o1",
    "name": "Acme",
    "focus": "tea",
    "promotion_prompt": "Keep what is about tea.",
    "created_at": "2026-09-20T10:00:00Z",
    "updated_at": "2026-09-21T10:00:00Z",
}
ORG = OrgResource.from_dict(BODY)

CASES = {
    "list": WireCase(lambda m: m.orgs.list(), "GET", "/orgs", None, [BODY, BODY], [ORG, ORG]),
    "list with null": WireCase(lambda m: m.orgs.list(), "GET", "/orgs", None, None, []),
    "create": WireCase(
        lambda m: m.orgs.create("o1", "Acme", "tea"),
        "POST",
        "/orgs",
        '{"org_id":"o1","name":"Acme","focus":"tea"}',
        BODY,
        ORG,
    ),
    "get": WireCase(lambda m: m.orgs.get("o/1"), "GET", "/orgs/o%2F1", None, BODY, ORG),
    "update": WireCase(
        lambda m: m.orgs.update("o1", name="Acmé", focus="", promotion_prompt="Keep."),
        "PATCH",
        "/orgs/o1",
        '{"name":"Acmé","focus":"","promotion_prompt":"Keep."}',
        BODY,
        ORG,
    ),
    "update no field": WireCase(
        lambda m: m.orgs.update("o1"), "PATCH", "/orgs/o1", "{}", BODY, ORG
    ),
    "regenerate_prompt": WireCase(
        lambda m: m.orgs.regenerate_prompt("o1"),
        "POST",
        "/orgs/o1/regenerate-prompt",
        None,
        BODY,
        ORG,
    ),
    "delete": WireCase(
        lambda m: m.orgs.delete("o1"), "DELETE", "/orgs/o1", None, HTTPResponse(204), None
    ),
    "delete with a response body": WireCase(
        lambda m: m.orgs.delete("o1"), "DELETE", "/orgs/o1", None, {"deleted": 1}, None
    ),
}

INVALID_ARGUMENTS: dict[str, ClientCall] = {
    "create": lambda m: m.orgs.create("", "Acme", "tea"),
    "get": lambda m: m.orgs.get(".."),
    "update": lambda m: m.orgs.update(""),
    "regenerate_prompt": lambda m: m.orgs.regenerate_prompt("a\nb"),
    "delete": lambda m: m.orgs.delete("."),
}


@in_both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_method_sends_the_request_and_returns_the_result(
    make_client: MakeClient, case: WireCase
) -> None:
    case.check(make_client)


@in_both_modes
@pytest.mark.parametrize("call", INVALID_ARGUMENTS.values(), ids=INVALID_ARGUMENTS)
def test_invalid_id_is_rejected_before_a_request(make_client: MakeClient, call: ClientCall) -> None:
    record = recording_of({})
    with pytest.raises(MemsyConfigurationError, match="org_id "):
        outcome(make_client, call, record)
    assert record.requests == []
