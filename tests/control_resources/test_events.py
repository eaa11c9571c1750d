"""Requests and results of `control.events`, sync and async."""

from __future__ import annotations

from typing import Any

import pytest

from memsy import EventItemResponse, EventListResponse, MemsyConfigurationError
from tests.support.recording_clients import (
    ControlClientCall,
    ControlWireCase,
    MakeControlClient,
    in_both_control_modes,
    outcome,
    recording_of,
)

EVENT: dict[str, Any] = {
    "event_id": "e1",
    "org_id": "o1",
    "actor_id": "u7",
    "kind": "user_message",
    "content": "tea",
    "ts": "2026-09-20T10:00:00Z",
}

CASES = {
    "list": ControlWireCase(
        lambda c: c.events.list(),
        *("GET", "/console/events?sort=ts_desc&limit=50&offset=0", None),
        {
            "items": [EVENT, {**EVENT, "session_id": "s1", "metadata": {"raw": "not JSON"}}],
            "total": 2,
            "limit": 50,
            "offset": 0,
        },
        EventListResponse(
            [
                EventItemResponse(**EVENT),
                EventItemResponse(**EVENT, session_id="s1", metadata={"raw": "not JSON"}),
            ],
            *(2, 50, 0),
        ),
    ),
    "list with all arguments": ControlWireCase(
        lambda c: c.events.list(
            actor_id="slack:T1:U1",
            session_id="chat 1",
            kind="user_message",
            sort="ts_asc",
            limit=5,
            offset=10,
        ),
        "GET",
        "/console/events?actor_id=slack%3AT1%3AU1&session_id=chat+1&kind=user_message"
        "&sort=ts_asc&limit=5&offset=10",
        None,
        {"total": 0, "limit": 5, "offset": 10},
        EventListResponse([], 0, 5, 10),
    ),
}

INVALID_ARGUMENTS: dict[str, tuple[ControlClientCall, str]] = {
    "empty actor_id": (lambda c: c.events.list(actor_id=""), "actor_id"),
    "blank session_id": (lambda c: c.events.list(session_id=" "), "session_id"),
    "lone surrogate in kind": (lambda c: c.events.list(kind="\ud800"), "kind"),  # type: ignore[arg-type]  # unknown
    "lone surrogate in sort": (lambda c: c.events.list(sort="\ud800"), "sort"),  # type: ignore[arg-type]  # unknown
    "fractional limit": (lambda c: c.events.list(limit=0.5), "limit"),  # type: ignore[arg-type]  # wrong type
    "boolean offset": (lambda c: c.events.list(offset=True), "offset"),
}


@in_both_control_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_method_sends_the_request_and_returns_the_result(
    make_client: MakeControlClient, case: ControlWireCase
) -> None:
    case.check(make_client)


@pytest.mark.wrong_types
@in_both_control_modes
@pytest.mark.parametrize(("call", "name"), INVALID_ARGUMENTS.values(), ids=INVALID_ARGUMENTS)
def test_invalid_argument_is_rejected_before_a_request(
    make_client: MakeControlClient, call: ControlClientCall, name: str
) -> None:
    record = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{name} "):
        outcome(make_client, call, record)
    assert record.requests == []
