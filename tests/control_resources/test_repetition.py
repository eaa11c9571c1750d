"""Which calls are asked again after their answer was lost on the way."""

from __future__ import annotations

import inspect

import pytest

from memsy import MemsyConnectionError, MemsyError, ResourceSelection
from tests import official
from tests.recording import (
    ControlCall,
    ControlColour,
    in_both_control_colours,
    outcome,
    record_of,
)

HARMLESS: dict[str, tuple[ControlCall, object]] = {
    "me": (
        lambda c: c.me(),
        {
            **dict.fromkeys(("customer_id", "email", "tier", "org_id"), "x"),
            **dict.fromkeys(("is_superadmin", "is_billing_admin"), False),
        },
    ),
    "health": (lambda c: c.health(), {}),
    "usage.summary": (
        lambda c: c.usage.summary(),
        dict.fromkeys(("org_id", "tier", "period_start", "period_end"), "x"),
    ),
    "usage.timeseries": (
        lambda c: c.usage.timeseries(),
        {"org_id": "o1", "granularity": "daily"},
    ),
    "billing.summary": (
        lambda c: c.billing.summary(),
        {"tier": "pro", "purchased_seats": 1, "assigned_seats": 1, "available_seats": 0},
    ),
    "billing.invoices": (lambda c: c.billing.invoices(), []),
    "keys.list": (lambda c: c.keys.list(), {"max_keys": 5, "active_count": 0}),
    "keys.usage": (lambda c: c.keys.usage("k1"), {}),
    "events.list": (lambda c: c.events.list(), {"total": 0, "limit": 50, "offset": 0}),
    "interest.status": (lambda c: c.interest.status(), None),
    "connectors.list_providers": (lambda c: c.connectors.list_providers(), {}),
    "connectors.status": (lambda c: c.connectors.status("slack"), {"connected": False}),
    "connectors.list": (lambda c: c.connectors.list(), []),
    "connectors.get": (
        lambda c: c.connectors.get("c1"),
        dict.fromkeys(("id", "provider", "status", "created_at"), "x"),
    ),
    "connectors.list_resources": (lambda c: c.connectors.list_resources("c1"), {}),
    "connectors.list_branches": (lambda c: c.connectors.list_branches("c1", "acme/app"), {}),
    "connectors.picker_config": (
        lambda c: c.connectors.picker_config("c1"),
        {"access_token": "x", "expires_in": 1, "api_key": "x", "app_id": "x"},
    ),
    "connectors.wait_until_authorized": (lambda c: c.connectors.wait_until_authorized("c1"), {}),
}
"""They read."""

HARMFUL: dict[str, ControlCall] = {
    "keys.create": lambda c: c.keys.create("ci"),
    "keys.delete": lambda c: c.keys.delete("k1"),
    "interest.express": lambda c: c.interest.express("ann@example.com", "Ann"),
    "connectors.create": lambda c: c.connectors.create("slack"),
    "connectors.configure_s3": lambda c: c.connectors.configure_s3(
        access_key_id="AKIA1", secret_access_key="hunter2", region="r", bucket="b"
    ),
    "connectors.configure_resources": lambda c: c.connectors.configure_resources(
        "c1", [ResourceSelection("C1")]
    ),
    "connectors.sync": lambda c: c.connectors.sync("c1"),
    "connectors.delete": lambda c: c.connectors.delete("c1"),
}


def lost() -> MemsyError:
    error = MemsyConnectionError("the connection was reset")
    error.maybe_processed = True
    return error


def test_every_method_is_in_a_table() -> None:
    nouns = inspect.get_annotations(official.MemsyControlClient).items()
    methods = {
        f"{noun}.{method}"
        for noun, resource in nouns
        for method in vars(getattr(official, resource))
        if not method.startswith("_")
    }
    assert HARMLESS.keys() | HARMFUL.keys() == methods | {"me", "health"}


@in_both_control_colours
@pytest.mark.parametrize(("call", "body"), HARMLESS.values(), ids=HARMLESS)
def test_a_call_that_does_no_harm_is_repeated(
    colour: ControlColour, call: ControlCall, body: object
) -> None:
    record = record_of(lost(), body)
    outcome(colour, call, record)
    first, second = record.requests
    assert first == second


@in_both_control_colours
@pytest.mark.parametrize("call", HARMFUL.values(), ids=HARMFUL)
def test_a_call_that_may_have_been_heard_is_not(colour: ControlColour, call: ControlCall) -> None:
    record = record_of(lost())
    with pytest.raises(MemsyConnectionError) as raised:
        outcome(colour, call, record)
    assert (raised.value.attempts, raised.value.maybe_processed) == (1, True)
