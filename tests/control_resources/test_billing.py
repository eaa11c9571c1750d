"""Requests and results of `control.billing`, sync and async."""

from __future__ import annotations

import pytest

from memsy import (
    BillingNotEnabledError,
    BillingSummary,
    HTTPResponse,
    Invoice,
    PaymentMethod,
    UpcomingInvoice,
)
from tests.support.recording_clients import (
    ControlWireCase,
    MakeControlClient,
    in_both_control_modes,
    outcome,
    recording_of,
)

SEATS = {"tier": "pro", "purchased_seats": 5, "assigned_seats": 3, "available_seats": 2}
INVOICE = {
    "id": "in_1",
    "amount_due": 4900,
    "amount_paid": 0,
    "currency": "usd",
    "status": "open",
    "created": 1767225600,
}

CASES = {
    "summary": ControlWireCase(
        lambda c: c.billing.summary(),
        *("GET", "/billing/summary", None),
        {
            **SEATS,
            "stripe_customer_id": "cus_1",
            "payment_method": {"brand": "visa", "last4": "4242", "exp_month": 2, "exp_year": 2030},
            "upcoming_invoice": {"amount_due": 4900, "currency": "usd", "period_end": 1769904000},
            "subscription_status": "active",
            "billing_contact": "ann@example.com",
            "stripe_subscription_id": "sub_1",
        },
        BillingSummary(
            *("pro", 5, 3, 2, "cus_1"),
            *(PaymentMethod("visa", "4242", 2, 2030), UpcomingInvoice(4900, "usd", 1769904000)),
            *("active", "ann@example.com", "sub_1"),
        ),
    ),
    "summary before the first payment": ControlWireCase(
        lambda c: c.billing.summary(),
        *("GET", "/billing/summary", None),
        {**SEATS, "payment_method": None, "upcoming_invoice": None},
        BillingSummary("pro", 5, 3, 2),
    ),
    "invoices": ControlWireCase(
        lambda c: c.billing.invoices(),
        *("GET", "/billing/invoices", None),
        [INVOICE, {**INVOICE, "created": "1767225600", "hosted_invoice_url": "https://pay.test"}],
        [
            Invoice("in_1", 4900, 0, "usd", "open", "1767225600"),
            Invoice("in_1", 4900, 0, "usd", "open", "1767225600", "https://pay.test"),
        ],
    ),
    "invoices without any": ControlWireCase(
        lambda c: c.billing.invoices(), "GET", "/billing/invoices", None, [], []
    ),
}


@in_both_control_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_method_sends_the_request_and_returns_the_result(
    make_client: MakeControlClient, case: ControlWireCase
) -> None:
    case.check(make_client)


@in_both_control_modes
def test_billing_not_enabled_has_the_path_to_express_interest(
    make_client: MakeControlClient,
) -> None:
    body = b'{"detail": {"error": "billing_not_enabled", "interest_path": "/interest/pro"}}'
    with pytest.raises(BillingNotEnabledError) as excinfo:
        outcome(
            make_client, lambda c: c.billing.summary(), recording_of(HTTPResponse(403, {}, body))
        )
    assert excinfo.value.interest_path == "/interest/pro"
