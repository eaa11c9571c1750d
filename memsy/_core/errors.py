"""The one place where a refusal by the service becomes an exception."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from attrs import field, frozen

from memsy._core.http import HTTPResponse
from memsy._core.json_codec import parse
from memsy._core.retry import retry_after
from memsy._core.text import replace_surrogates
from memsy.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BillingNotEnabledError,
    ConflictError,
    FeatureNotAvailable,
    KeyLimitReachedError,
    MemsyAPIError,
    NotFoundError,
    OrgIdNotAllowedError,
    OrgLimitReachedError,
    RateLimitExceeded,
    RedirectError,
    SeatLimitReachedError,
    SeatRequiredError,
    ServerError,
    UsageLimitExceeded,
    ValidationError,
)

V = TypeVar("V")
Body = Mapping[str, object]

_MAX_MESSAGE = 500
_NOT_IMPLEMENTED = 501


def error_from_response(response: HTTPResponse, now: float) -> MemsyAPIError:
    """
    The exception for a *reply* of any status but 2xx, whatever its body looks like.

    *now*, in seconds since 1970, is what a `Retry-After` date is read against if the reply has
    no date of its own.
    """
    body, detail = _parse_error_body(response)
    faults = _validation_items(body)
    code = _get(body, "error", str)
    case = _rule_for(response.status, code, body, detail)
    said = _format_items(faults) or detail or _redirect_error(response)
    extras: dict[str, object] = {name: _get(body, name, kind) for name, kind in case.extras.items()}
    if case is _RATE_LIMIT:
        extras["retry_after"] = retry_after(response, now)
    elif case is _SCOPE:
        extras["required_scope"] = extras["required_scope"] or _get(body, "scope", str)
    elif case is _VALIDATION:
        extras["errors"] = faults
    error = case.error(case.message(said), response.status, detail, code, response, **extras)
    error.request_id = response.header("x-request-id") or response.header("apigw-requestid")
    # A gateway that gave up says 503, too, of what the service is still about to do.
    error.maybe_processed = response.status >= 500 and response.status != _NOT_IMPLEMENTED
    return error


def offset_indices(error: ValidationError, items: str, first: int) -> None:
    """Let an *error* that counts *items* of the body from 0 count them from *first* on."""
    faults = [
        {**fault, "loc": _offset_loc(fault["loc"], items, first)} if "loc" in fault else fault
        for fault in error.errors
    ]
    if faults:
        error.args = (_VALIDATION.message(_format_items(faults)),)
    error.errors = faults


def _offset_loc(loc: object, items: str, first: int) -> object:
    match loc:
        case ["body", name, int(index), *field] if name == items:
            return ["body", name, first + index, *field]
        case _:
            return loc


def _parse_error_body(response: HTTPResponse) -> tuple[Body, str]:
    """
    What the body says, as one flat object, and the words that it says it in.

    The rules are those of the official client (section 3.2 of the wire contract): a `detail`
    that is an object is laid over the rest; a body without such words speaks as it is.
    """
    try:
        parsed = parse(response.content)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        return {}, response.text
    inner = parsed.get("detail")
    body: Body = {**parsed, **inner} if isinstance(inner, dict) else parsed
    nested = body.get("detail")
    if isinstance(nested, dict):
        return body, _get(nested, "message", str) or _get(nested, "error", str) or ""
    words = (_get(body, name, str) for name in ("detail", "message", "error"))
    return body, next(filter(None, words), response.text)


def _get(body: Body, name: str, kind: type[V]) -> V | None:
    value = body.get(name)
    # To Python a boolean is an integer; to the service it is not.
    return value if isinstance(value, kind) and not isinstance(value, bool) else None


def _validation_items(body: Body) -> list[dict[str, object]]:
    detail = body.get("detail")
    return [f for f in detail if isinstance(f, dict)] if isinstance(detail, list) else []


def _format_items(faults: Sequence[Mapping[str, object]]) -> str:
    """The faults of a 422, one after the other: `events.0.kind: unknown kind; ...`."""
    return "; ".join(
        f"{_path(fault.get('loc'))}{fault.get('msg') or 'invalid'}" for fault in faults
    )


def _redirect_error(response: HTTPResponse) -> str:
    """Where a redirect points: at least that can be said of a reply without a word."""
    location = response.header("location")
    return f"it points to {location}, and redirects are not followed" if location else ""


def _path(loc: object) -> str:
    steps = [str(step) for step in loc if step != "body"] if isinstance(loc, list) else []
    return f"{'.'.join(steps)}: " if steps else ""


@frozen
class _ErrorRule:
    error: Callable[..., MemsyAPIError]
    prefix: str
    extras: Mapping[str, type] = field(factory=dict[str, type])
    """Attributes of the error that stand under the same name in the body."""

    def message(self, said: str) -> str:
        """What the error says, cut to a length that can be read."""
        is_long = len(said) > _MAX_MESSAGE
        shown = replace_surrogates(said[:_MAX_MESSAGE])
        return f"{self.prefix}: {shown}{' ...' if is_long else ''}"


_LIMIT: Mapping[str, type] = {"limit": int, "current": int}

_ORG_ID = _ErrorRule(OrgIdNotAllowedError, "org_id not allowed on this tier")
_AUTHENTICATION = _ErrorRule(AuthenticationError, "Authentication failed")
_AUTHORIZATION = _ErrorRule(AuthorizationError, "Authorization failed")
_SCOPE = _ErrorRule(AuthorizationError, "Authorization failed", {"required_scope": str})
_RATE_LIMIT = _ErrorRule(RateLimitExceeded, "Rate limit exceeded")
_VALIDATION = _ErrorRule(ValidationError, "Memsy API error 422")
_USAGE_LIMIT = _ErrorRule(
    UsageLimitExceeded,
    "Usage limit exceeded",
    {"dimension": str, "current": int, "limit": int, "upgrade_url": str},
)

_FORBIDDEN: Mapping[str, _ErrorRule] = {
    "feature_not_available": _ErrorRule(
        FeatureNotAvailable,
        "Feature not available",
        {"feature": str, "current_tier": str, "upgrade_url": str},
    ),
    "seat_required": _ErrorRule(SeatRequiredError, "Seat required"),
    "org_limit_reached": _ErrorRule(OrgLimitReachedError, "Org limit reached", _LIMIT),
    "key_limit_reached": _ErrorRule(KeyLimitReachedError, "API key limit reached", _LIMIT),
    "billing_not_enabled": _ErrorRule(
        BillingNotEnabledError, "Billing not enabled", {"interest_path": str}
    ),
    "wrong_scope": _SCOPE,
    "insufficient_scope": _SCOPE,
}
_SEATS = _ErrorRule(
    SeatLimitReachedError,
    "Seat limit reached",
    {"purchased_seats": int, "assigned_seats": int, "pending_invites": int},
)


def _rule_for(status: int, code: str | None, body: Body, detail: str) -> _ErrorRule:
    """The rows of section 3.3 of the wire contract in their order, and then classes of our own."""
    if status == 400 and code == "org_id_not_allowed":
        return _ORG_ID
    # A revoked key never reaches the service: the gateway refuses it with a bare
    # 403 {"message": "Forbidden"}, which means "who are you?", not "you may not".
    if status == 401 or (status == 403 and body == {"message": "Forbidden"}):
        return _AUTHENTICATION
    if status == 403:
        return _FORBIDDEN.get(code or "", _SCOPE if "scope" in detail.lower() else _AUTHORIZATION)
    if status == 409 and code == "seat_limit_reached":
        return _SEATS
    if status == 429:
        is_quota = code == "usage_limit_exceeded" or "quota" in detail.lower()
        return _USAGE_LIMIT if is_quota else _RATE_LIMIT
    if status == 422:
        return _VALIDATION
    return _ErrorRule(_default_rule(status), f"Memsy API error {status}")


def _default_rule(status: int) -> Callable[..., MemsyAPIError]:
    if 300 <= status < 400:
        return RedirectError
    if 500 <= status < 600:
        return ServerError
    return {404: NotFoundError, 409: ConflictError}.get(status, MemsyAPIError)
