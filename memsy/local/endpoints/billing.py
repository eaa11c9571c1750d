"""
Billing summary and list of invoices (wire contract 6.5 and 6.6).

* `GET /billing/summary`
* `GET /billing/invoices`
"""

from __future__ import annotations

from attrs import asdict

from memsy.local.domain import seats
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import billing_not_enabled
from memsy.local.http.routes import route


def get_billing_summary(context: RequestContext) -> object:
    """Handle `GET /billing/summary`: 403 if billing is not enabled."""
    billing = context.config.billing
    if billing is None:
        raise billing_not_enabled()
    card, upcoming = billing.payment_method, billing.upcoming_invoice
    return {
        "tier": context.config.plan,
        "purchased_seats": context.config.purchased_seats,
        "assigned_seats": seats.count_assigned(context),
        "available_seats": seats.count_available(context),
        "stripe_customer_id": f"cus_{context.org_id}",
        "stripe_subscription_id": f"sub_{context.org_id}",
        "subscription_status": billing.subscription_status,
        "billing_contact": billing.contact,
        "payment_method": None if card is None else asdict(card),
        "upcoming_invoice": None if upcoming is None else asdict(upcoming),
    }


def list_invoices(context: RequestContext) -> object:
    """Handle `GET /billing/invoices`: an empty list if billing is not enabled."""
    billing = context.config.billing
    return [] if billing is None else [asdict(invoice) for invoice in billing.invoices]


ROUTES = (
    route(
        "billing.summary",
        "GET",
        "/billing/summary",
        get_billing_summary,
        scope="read",
        requires="admin",
    ),
    route(
        "billing.invoices",
        "GET",
        "/billing/invoices",
        list_invoices,
        scope="read",
        requires="admin",
    ),
)
