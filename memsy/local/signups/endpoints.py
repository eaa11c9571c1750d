"""
Sign-up of agents without an API key (wire contract 6.16).

* `POST /agents/signup`
* `GET /agents/signup/{signup_id}`

The caller of `GET` proves with the secret of the sign-up that it has started the sign-up.
"""

from __future__ import annotations

from memsy.local.http.context import RequestContext
from memsy.local.http.errors import CodeResponse
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import open_route
from memsy.local.signups import storage

_MAX_NAME_LENGTH = 100


def _read_org_name(inputs: RequestInput) -> str | None:
    return inputs.body.optional_nonblank_text("org_name", max_length=_MAX_NAME_LENGTH)


def start_signup(context: RequestContext, org_name: str | None) -> object:
    """Handle `POST /agents/signup`. The secret is in this response only."""
    _require_enabled(context)
    recent = storage.count_unexpired(context.store, context.now)
    if recent >= context.config.max_agent_signups:
        raise CodeResponse(429, "too_many_signup_attempts")
    signup_id, secret = storage.start(context.store, org_name, context.now)
    return {
        "signup_id": signup_id,
        "poll_secret": secret,
        "authorize_url": storage.authorize_url(signup_id),
        "expires_in": storage.LIFETIME,
    }


def _read_secret(inputs: RequestInput) -> str | None:
    return inputs.authorization


def poll_signup(context: RequestContext, authorization: str | None) -> object:
    """Handle `GET /agents/signup/{signup_id}`. The key is in one response only."""
    _require_enabled(context)
    row = storage.find_unexpired(context.store, context.ids["signup_id"], context.now)
    if row is None:
        raise CodeResponse(404, "unknown_or_expired_signup")
    if not storage.has_secret(row, authorization):
        raise CodeResponse(401, "invalid_poll_secret")
    if row["status"] == "issued":
        raise CodeResponse(410, "api_key_already_issued")
    if row["status"] == "refused":
        return {"status": "error", "error": row["error"]}
    if row["status"] == "pending":
        return {"status": "pending"}
    key, text = storage.issue_key(context.store, row, context.now)
    return {
        "status": "complete",
        "api_key": text,
        "key_id": key.key_id,
        "org_id": key.org_id,
        "user_id": key.member.user_id,
    }


def _require_enabled(context: RequestContext) -> None:
    if not context.config.agent_signup:
        raise CodeResponse(404, "agent_signup_not_enabled")


_COLLECTION = "/agents/signup"

ROUTES = (
    open_route("agent_signup.start", "POST", _COLLECTION, _read_org_name, start_signup, status=201),
    open_route(
        "agent_signup.poll", "GET", f"{_COLLECTION}/{{signup_id}}", _read_secret, poll_signup
    ),
)
