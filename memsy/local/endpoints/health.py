"""
Health of the service, and identity of the API key (wire contract 5.4, 6.1 and 6.2).

* `GET /health`
* `GET /me`
"""

from __future__ import annotations

from memsy._version import __version__
from memsy.local.http.context import RequestContext
from memsy.local.http.routes import route


def get_health(context: RequestContext) -> object:
    """Handle `GET /health`, on both planes."""
    return {
        "status": "ok",
        "version": f"local-{__version__}",
        "billing_enabled": context.config.billing is not None,
        "components": {"store": "ok"},
    }


def get_me(context: RequestContext) -> object:
    """Handle `GET /me`: the member of the key and the organisation."""
    member = context.key.member
    return {
        "customer_id": "cus_local",
        "email": member.email,
        "tier": context.config.plan,
        "is_superadmin": False,
        "org_id": context.org_id,
        "is_billing_admin": member.is_admin,
        "user_id": member.user_id,
        "org_role": member.role,
    }


HEALTH = route("health", "GET", "/health", get_health, scope=None)
ME = route("me", "GET", "/me", get_me, scope=None)
