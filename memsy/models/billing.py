"""What an organisation pays for. Amounts are in minor units, such as cents."""

from __future__ import annotations

from attrs import field, frozen

from memsy._core.decode import AS_TEXT
from memsy.models._model import Model


@frozen
class PaymentMethod(Model):
    """The card on file."""

    brand: str
    last4: str
    exp_month: int
    exp_year: int


@frozen
class UpcomingInvoice(Model):
    """The invoice that comes next; *period_end* is in Unix seconds."""

    amount_due: int
    currency: str
    period_end: int


@frozen
class BillingSummary(Model):
    """The plan, its seats, and how they are paid."""

    tier: str
    purchased_seats: int
    assigned_seats: int
    available_seats: int
    stripe_customer_id: str | None = None
    payment_method: PaymentMethod | None = None
    upcoming_invoice: UpcomingInvoice | None = None
    subscription_status: str | None = None
    billing_contact: str | None = None
    stripe_subscription_id: str | None = None


@frozen
class Invoice(Model):
    """An invoice. *created* is a time in Unix seconds, as a text, also if a number was sent."""

    id: str
    amount_due: int
    amount_paid: int
    currency: str
    status: str
    created: str = field(metadata=AS_TEXT)
    hosted_invoice_url: str | None = None
