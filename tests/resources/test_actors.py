"""Requests and results of `client.actors`, sync and async."""

from __future__ import annotations

import pytest

from memsy import ActorListResponse, ActorResource, MemsyConfigurationError
from tests.support.recording_clients import (
    ClientCall,
    MakeClient,
    WireCase,
    in_both_modes,
    outcome,
    recording_of,
)

BODY = {
    "actor_id": "slack:T1:U1",
    "first_memory_at": "2026-09-20T10:00:00Z",
    "memory_count": 2,
    "scope_levels": ["actor"],
}
ACTOR = ActorResource("slack:T1:U1", "2026-09-20T10:00:00Z", None, 2, 0, ["actor"], [], [])

CASES = {
    "list": WireCase(
        lambda m: m.actors.list(),
        *("GET", "/actors?limit=100&offset=0&sort=first_memory_desc", None),
        {"items": [BODY], "total": 1, "limit": 100, "offset": 0},
        ActorListResponse([ACTOR], 1, 100, 0),
    ),
    "list with all arguments": WireCase(
        lambda m: m.actors.list("o1", limit=5, offset=10, sort="actor_id_asc", q="T1:"),
        *("GET", "/actors?org_id=o1&limit=5&offset=10&sort=actor_id_asc&q=T1%3A", None),
        {"items": [], "total": 0, "limit": 5, "offset": 10, "truncated": True},
        ActorListResponse([], 0, 5, 10, truncated=True),
    ),
    "get": WireCase(
        lambda m: m.actors.get("slack:T1:U1"),
        *("GET", "/actors/slack%3AT1%3AU1", None),
        *(BODY, ACTOR),
    ),
    "get with org_id": WireCase(
        lambda m: m.actors.get("../roles", "o 1"),
        *("GET", "/actors/..%2Froles?org_id=o+1", None),
        *(BODY, ACTOR),
    ),
}

INVALID_ARGUMENTS: dict[str, tuple[ClientCall, str]] = {
    "get with empty actor_id": (lambda m: m.actors.get(""), "actor_id"),
    "get with dots": (lambda m: m.actors.get(".."), "actor_id"),
    "get with empty org_id": (lambda m: m.actors.get("u7", ""), "org_id"),
    "list with empty org_id": (lambda m: m.actors.list(""), "org_id"),
    "list with lone surrogate": (lambda m: m.actors.list(q="\ud800"), "q"),
}


@in_both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_method_sends_the_request_and_returns_the_result(
    make_client: MakeClient, case: WireCase
) -> None:
    case.check(make_client)


@in_both_modes
@pytest.mark.parametrize(("call", "name"), INVALID_ARGUMENTS.values(), ids=INVALID_ARGUMENTS)
def test_invalid_argument_is_rejected_before_a_request(
    make_client: MakeClient, call: ClientCall, name: str
) -> None:
    record = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{name} "):
        outcome(make_client, call, record)
    assert record.requests == []
