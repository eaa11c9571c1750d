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
    email: str
    tier: str
    """Plan, such as `free` or `pro`."""
    is_superadmin: bool
    org_id: str
    is_billing_admin: bool
    user_id: str | None = None
    org_role: str | None = None
    """Role in the organisation, such as `org:admin`."""
