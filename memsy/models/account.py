"""Account of an API key: the response of `GET /me`."""

from __future__ import annotations

from attrs import frozen

from memsy.models._model import Model


@frozen(slots=False)
class MeResponse(Model):
    """
    User and organisation of an API key.

    Response of `GET /me` (wire contract, section 6.1).
    """

    customer_id: str
    """Id of the customer."""
    email: str
    """E-mail address of the user."""
    tier: str
    """Plan, such as `free` or `pro`."""
    is_superadmin: bool
    """True for a superadmin of the service."""
    org_id: str
    """Id of the organisation."""
    is_billing_admin: bool
    """True if the user administers the billing."""
    user_id: str | None = None
    """Id of the user."""
    org_role: str | None = None
    """Role in the organisation, such as `org:admin`."""
