"""Whose key it is that calls."""

from __future__ import annotations

from attrs import frozen

from memsy.models._model import Model


@frozen
class MeResponse(Model):
    """
    The person and the organisation behind a key.

    *tier* is the plan (`free`, `pro`), *org_role* such as `org:admin`.
    """

    customer_id: str
    email: str
    tier: str
    is_superadmin: bool
    org_id: str
    is_billing_admin: bool
    user_id: str | None = None
    org_role: str | None = None
