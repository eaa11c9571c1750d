"""Requests and results of `me` and `health` of the control client, sync and async."""

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
    "me without user": ControlWireCase(
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
def test_method_sends_the_request_and_returns_the_result(
    make_client: MakeControlClient, case: ControlWireCase
) -> None:
    case.check(make_client)


@in_both_control_modes
def test_health_has_usage_and_rate_limit_of_the_headers(make_client: MakeControlClient) -> None:
    """As on the data plane; the contract leaves open if the control plane sends the headers."""
    response = HTTPResponse(200, {"X-Plan": "pro", "X-RateLimit-Limit": "7"}, b'{"status": "ok"}')
    assert result(make_client, lambda c: c.health(), response) == HealthResponse(
        "ok", usage=UsageInfo(plan="pro"), rate_limit=RateLimitInfo(limit=7)
    )
