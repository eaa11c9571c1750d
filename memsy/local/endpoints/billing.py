"""What the organisation pays for, where billing is enabled at all."""

from __future__ import annotations

from attrs import asdict

from memsy.local.domain import seats
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import billing_not_enabled
from memsy.local.http.routes import route


def summary(context: RequestContext) -> object:
    billing = context.config.billing
    if billing is None:
        raise billing_not_enabled()
    card, upcoming = billing.payment_method, billing.upcoming_invoice
    return {
        "tier": context.config.plan,
        "purchased_seats": context.config.purchased_seats,
        "assigned_seats": seats.assigned(context),
        "available_seats": seats.available(context),
        "stripe_customer_id": f"cus_{context.org_id}",
        "stripe_subscription_id": f"sub_{context.org_id}",
        "subscription_status": billing.subscription_status,
        "billing_contact": billing.contact,
        "payment_method": None if card is None else asdict(card),
        "upcoming_invoice": None if upcoming is None else asdict(upcoming),
    }


def invoices(context: RequestContext) -> object:
    """All there are: none where billing is not enabled, which is no error here."""
    billing = context.config.billing
    return [] if billing is None else [asdict(invoice) for invoice in billing.invoices]


ROUTES = (
    route("billing.summary", "GET", "/billing/summary", summary, scope="read", standing="admin"),
    route("billing.invoices", "GET", "/billing/invoices", invoices, scope="read", standing="admin"),
)
