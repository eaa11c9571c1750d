"""What the organisation pays for, where billing is enabled at all."""

from __future__ import annotations

from attrs import asdict

from memsy.testing.service import seats
from memsy.testing.service.call import Call
from memsy.testing.service.refusals import billing_off
from memsy.testing.service.routes import route


def summary(call: Call) -> object:
    billing = call.rules.billing
    if billing is None:
        raise billing_off()
    card, upcoming = billing.payment_method, billing.upcoming_invoice
    return {
        "tier": call.rules.plan,
        "purchased_seats": call.rules.purchased_seats,
        "assigned_seats": seats.assigned(call),
        "available_seats": seats.available(call),
        "stripe_customer_id": f"cus_{call.org_id}",
        "stripe_subscription_id": f"sub_{call.org_id}",
        "subscription_status": billing.subscription_status,
        "billing_contact": billing.contact,
        "payment_method": None if card is None else asdict(card),
        "upcoming_invoice": None if upcoming is None else asdict(upcoming),
    }


def invoices(call: Call) -> object:
    """All there are: none where billing is not enabled, which is no error here."""
    billing = call.rules.billing
    return [] if billing is None else [asdict(invoice) for invoice in billing.invoices]


ROUTES = (
    route("billing.summary", "GET", "/billing/summary", summary, scope="read", standing="admin"),
    route("billing.invoices", "GET", "/billing/invoices", invoices, scope="read", standing="admin"),
)
