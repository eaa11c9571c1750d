"""Is anybody there, and who am I: what works with any key."""

from __future__ import annotations

from memsy._version import __version__
from memsy.testing.service.call import Call
from memsy.testing.service.routes import route


def health(call: Call) -> object:
    return {
        "status": "ok",
        "version": f"local-{__version__}",
        "billing_enabled": False,
        "components": {"store": "ok"},
    }


def me(call: Call) -> object:
    return {
        "customer_id": f"cus_{call.org_id}",
        "email": "developer@example.invalid",
        "tier": call.rules.plan,
        "is_superadmin": False,
        "org_id": call.org_id,
        "is_billing_admin": True,
        "user_id": f"user_{call.org_id}",
        "org_role": "org:admin",
    }


ROUTES = (
    route("GET", "/v1/health", health, scope=None),
    route("GET", "/api/health", health, scope=None),
    route("GET", "/api/me", me, scope=None),
)
