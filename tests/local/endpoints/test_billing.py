"""Billing endpoints: summary and invoices, with billing enabled or not."""

from __future__ import annotations

import pytest
from attrs import asdict

from memsy.local import Billing, LocalService, Member, ServiceConfig
from memsy.models import Invoice, UpcomingInvoice
from tests.support.service_requests import ServiceClient

INVOICE = Invoice("in_1", 2000, 2000, "usd", "paid", "1775001600", "https://pay.example.invalid/1")
UPCOMING = UpcomingInvoice(2500, "usd", 1777593600)


@pytest.mark.parametrize("billing", [None, Billing()])
def test_health_reports_billing_enabled(api: ServiceClient, billing: Billing | None) -> None:
    api.service.config = ServiceConfig(billing=billing)
    for path in ("/v1/health", "/api/health"):
        assert api.get(path).body["billing_enabled"] is (billing is not None)


def test_summary_has_plan_seats_and_payment(
    service: LocalService,
) -> None:
    service.config = ServiceConfig(
        plan="pro",
        purchased_seats=5,
        pending_invites=1,
        billing=Billing(upcoming_invoice=UPCOMING, contact="gene@example.invalid"),
    )
    service.issue_key(member=Member("user_haise"))
    service.issue_key(member=Member("user_swigert", has_seat=False))
    assert ServiceClient(service).get("/api/billing/summary").body == {
        "tier": "pro",
        "purchased_seats": 5,
        "assigned_seats": 2,
        "available_seats": 2,
        "stripe_customer_id": "cus_org_local",
        "stripe_subscription_id": "sub_org_local",
        "subscription_status": "active",
        "billing_contact": "gene@example.invalid",
        "payment_method": {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2030},
        "upcoming_invoice": asdict(UPCOMING),
    }


def test_missing_card_and_invoice_are_null(api: ServiceClient) -> None:
    api.service.config = ServiceConfig(billing=Billing(payment_method=None))
    body = api.get("/api/billing/summary").body
    assert (body["payment_method"], body["upcoming_invoice"]) == (None, None)


def test_available_seats_are_not_negative(api: ServiceClient) -> None:
    api.service.config = ServiceConfig(purchased_seats=0, billing=Billing())
    assert api.get("/api/billing/summary").body["available_seats"] == 0


def test_invoices_are_listed(api: ServiceClient) -> None:
    api.service.config = ServiceConfig(billing=Billing(invoices=[INVOICE]))
    assert api.get("/api/billing/invoices").body == [asdict(INVOICE)]


def test_without_billing_the_invoice_list_is_empty(api: ServiceClient) -> None:
    response = api.get("/api/billing/invoices")
    assert (response.status, response.body) == (200, [])
