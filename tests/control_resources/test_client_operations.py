"""`me` and `health` of the control client: every byte, sync and async."""

from __future__ import annotations

import pytest

from memsy import HealthResponse, HTTPResponse, MeResponse, RateLimitInfo, UsageInfo
from tests.support.recording_clients import (
    ControlWireCase,
    MakeControlClient,
    in_both_control_modes,
    result,
)

PERSON = {
    "customer_id": "cus_1",
    "email": "ann@example.com",
    "tier": "pro",
    "is_superadmin": False,
    "org_id": "o1",
    "is_billing_admin": True,
}

CASES = {
    "me": ControlWireCase(
        lambda c: c.me(),
        *("GET", "/me", None),
        {**PERSON, "user_id": "u1", "org_role": "org:admin"},
        MeResponse(
            *("cus_1", "ann@example.com", "pro"),
            is_superadmin=False,
            org_id="o1",
            is_billing_admin=True,
            user_id="u1",
            org_role="org:admin",
        ),
    ),
    "me of a key without a person": ControlWireCase(
        lambda c: c.me(),
        *("GET", "/me", None),
        PERSON,
        MeResponse.from_dict(PERSON),
    ),
    "health": ControlWireCase(
        lambda c: c.health(),
        *("GET", "/health", None),
        {"status": "ok", "version": "1.2.3", "billing_enabled": False},
        HealthResponse("ok", "1.2.3", billing_enabled=False),
    ),
}


@in_both_control_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_method_says_this_and_no_more(
    make_client: MakeControlClient, case: ControlWireCase
) -> None:
    case.check(make_client)


@in_both_control_modes
def test_health_has_room_for_what_the_headers_say(make_client: MakeControlClient) -> None:
    """As on the hot path, should this service ever send them."""
    response = HTTPResponse(200, {"X-Plan": "pro", "X-RateLimit-Limit": "7"}, b'{"status": "ok"}')
    assert result(make_client, lambda c: c.health(), response) == HealthResponse(
        "ok", usage=UsageInfo(plan="pro"), rate_limit=RateLimitInfo(limit=7)
    )
