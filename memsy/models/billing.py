"""
Billing of an organisation: the responses of the endpoints under `/billing`.

Amounts are integers in the minor unit of their currency, such as cents.
"""

from __future__ import annotations

from attrs import field, frozen

from memsy._core.fields import AS_TEXT
from memsy.models._model import Model


@frozen(slots=False)
class PaymentMethod(Model):
    """Payment card of the organisation (wire contract, section 6)."""

    brand: str
    """Brand of the card, such as `visa`."""
    last4: str
    """Last four digits of the card number."""
    exp_month: int
    """Month of expiry, 1 to 12."""
    exp_year: int
    """Year of expiry, four digits."""


@frozen(slots=False)
class UpcomingInvoice(Model):
    """Next invoice (wire contract, section 6)."""

    amount_due: int
    """Amount in the minor unit of `currency`."""
    currency: str
    """Currency code, such as `usd`."""
    period_end: int
    """End of the billing period, Unix time in seconds."""


@frozen(slots=False)
class BillingSummary(Model):
    """
    Plan, seats and payment details.

    Response of `GET /billing/summary` (wire contract, section 6.5).
    """

    tier: str
    """Plan, such as `free` or `pro`."""
    purchased_seats: int
    """Number of seats in the subscription."""
    assigned_seats: int
    """Number of seats in use."""
    available_seats: int
    """Number of free seats."""
    stripe_customer_id: str | None = None
    """Id of the customer at Stripe."""
    payment_method: PaymentMethod | None = None
    """Card on file."""
    upcoming_invoice: UpcomingInvoice | None = None
    """Next invoice."""
    subscription_status: str | None = None
    """State of the subscription, such as `active`."""
    billing_contact: str | None = None
    """Contact for invoices."""
    stripe_subscription_id: str | None = None
    """Id of the subscription at Stripe."""


@frozen(slots=False)
class Invoice(Model):
    """
    Invoice.

    Item of `GET /billing/invoices` (wire contract, section 6.6).
    """

    id: str
    """Id of the invoice."""
    amount_due: int
    """Amount in the minor unit of `currency`."""
    amount_paid: int
    """Amount in the minor unit of `currency`."""
    currency: str
    """Currency code, such as `usd`."""
    status: str
    """State of the invoice, such as `paid`."""
    created: str = field(metadata=AS_TEXT)
    """Unix time in seconds, as text. A number in the response becomes text."""
    hosted_invoice_url: str | None = None
    """Page with the invoice."""
