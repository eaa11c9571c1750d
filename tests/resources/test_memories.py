"""Requests and results of `client.memories`, sync and async."""

from __future__ import annotations

import pytest

from memsy import (
    MemoryItemResource,
    MemoryListResponse,
    MemoryScopeInfo,
    MemoryStatsResponse,
    MemsyConfigurationError,
)
from tests.support.recording_clients import (
    ClientCall,
    MakeClient,
    WireCase,
    in_both_modes,
    outcome,
    recording_of,
    result,
)

ITEM = {"memory_id": "m1", "org_id": "o1", "scope": {"level": "actor", "actor_id": "u7"}}
STATS = {
    "total": 2,
    "total_memories": 2,
    "active_memories": 1,
    "by_kind": {"semantic": 2},
    "avg_confidence": 1,
    "avg_strength": 1.5,
    "date_range": {"earliest": "2026-09-20", "latest": None},
}

CASES = {
    "list": WireCase(
        lambda m: m.memories.list(),
        *("GET", "/console/memories?sort=observed_at_desc&limit=50&offset=0", None),
        {"items": [ITEM], "total": 1, "limit": 50, "offset": 0},
        MemoryListResponse([MemoryItemResource.from_dict(ITEM)], 1, 50, 0),
    ),
    "list with all arguments": WireCase(
        lambda m: m.memories.list(
            actor_id="u/7",
            kind="semantic",
            type="fact",
            status="archived",
            sort="strength_desc",
            search="green tea",
            limit=5,
            offset=10,
        ),
        "GET",
        "/console/memories?actor_id=u%2F7&kind=semantic&type=fact&status=archived"
        "&sort=strength_desc&search=green+tea&limit=5&offset=10",
        None,
        {"items": None, "total": 0, "limit": 5, "offset": 10},
        MemoryListResponse([], 0, 5, 10),
    ),
    "stats": WireCase(
        lambda m: m.memories.stats(),
        *("GET", "/console/memories/stats", None),
        STATS,
        MemoryStatsResponse.from_dict(STATS),
    ),
    "get": WireCase(
        lambda m: m.memories.get("m/1"),
        *("GET", "/console/memories/m%2F1", None),
        {**ITEM, "tags": None, "unknown_key": 1},
        MemoryItemResource.from_dict(ITEM),
    ),
}

INVALID_ARGUMENTS: dict[str, tuple[ClientCall, str]] = {
    "get with empty memory_id": (lambda m: m.memories.get(""), "memory_id is empty"),
    "get with dots": (lambda m: m.memories.get(".."), "memory_id cannot be part of a URL path"),
    "list with empty actor_id": (lambda m: m.memories.list(actor_id=""), "actor_id is empty"),
    "list with lone surrogate": (
        lambda m: m.memories.list(search="\ud800"),
        "search must not contain a lone",
    ),
}


@in_both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_method_sends_the_request_and_returns_the_result(
    make_client: MakeClient, case: WireCase
) -> None:
    case.check(make_client)


@in_both_modes
@pytest.mark.parametrize(("call", "message"), INVALID_ARGUMENTS.values(), ids=INVALID_ARGUMENTS)
def test_invalid_argument_is_rejected_before_a_request(
    make_client: MakeClient, call: ClientCall, message: str
) -> None:
    record = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{message}"):
        outcome(make_client, call, record)
    assert record.requests == []


@in_both_modes
def test_memory_has_the_scope_of_its_owner(make_client: MakeClient) -> None:
    memory = result(make_client, lambda m: m.memories.get("m1"), ITEM)
    assert isinstance(memory, MemoryItemResource)
    assert memory.scope == MemoryScopeInfo("actor", "u7")
