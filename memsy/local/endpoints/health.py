"""Is anybody there, and who am I: what works with any key."""

from __future__ import annotations

from memsy._version import __version__
from memsy.local.http.context import RequestContext
from memsy.local.http.routes import route


def health(context: RequestContext) -> object:
    return {
        "status": "ok",
        "version": f"local-{__version__}",
        "billing_enabled": context.config.billing is not None,
        "components": {"store": "ok"},
    }


def me(context: RequestContext) -> object:
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


HEALTH = route("health", "GET", "/health", health, scope=None)
ME = route("me", "GET", "/me", me, scope=None)
