"""Is anybody there, and who am I: what works with any key."""

from __future__ import annotations

from memsy._version import __version__
from memsy.testing.service.call import Call
from memsy.testing.service.routes import route


def health(call: Call) -> object:
    return {
        "status": "ok",
        "version": f"local-{__version__}",
        "billing_enabled": call.rules.billing is not None,
        "components": {"store": "ok"},
    }


def me(call: Call) -> object:
    member = call.key.member
    return {
        "customer_id": "cus_local",
        "email": member.email,
        "tier": call.rules.plan,
        "is_superadmin": False,
        "org_id": call.org_id,
        "is_billing_admin": member.is_admin,
        "user_id": member.user_id,
        "org_role": member.role,
    }


HEALTH = route("health", "GET", "/health", health, scope=None)
ME = route("me", "GET", "/me", me, scope=None)
