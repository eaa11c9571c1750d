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
    assigned_seats: int
    available_seats: int
    stripe_customer_id: str | None = None
    payment_method: PaymentMethod | None = None
    upcoming_invoice: UpcomingInvoice | None = None
    subscription_status: str | None = None
    billing_contact: str | None = None
    stripe_subscription_id: str | None = None


@frozen(slots=False)
class Invoice(Model):
    """
    Invoice.

    Item of `GET /billing/invoices` (wire contract, section 6.6).
    """

    id: str
    amount_due: int
    """Amount in the minor unit of `currency`."""
    amount_paid: int
    """Amount in the minor unit of `currency`."""
    currency: str
    """Currency code, such as `usd`."""
    status: str
    created: str = field(metadata=AS_TEXT)
    """Unix time in seconds, as text. A number in the response becomes text."""
    hosted_invoice_url: str | None = None
