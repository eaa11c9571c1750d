"""Mapping of error responses to the classes of `memsy.exceptions` (wire contract, section 3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from typing import TypeVar

from attrs import field, frozen

from memsy._core.http import HTTPResponse
from memsy._core.interrupts import is_interrupt
from memsy._core.json_codec import parse
from memsy._core.readers import whole_number
from memsy._core.redaction import NO_SECRETS, Redactor
from memsy._core.retry import parse_retry_after
from memsy._core.text import MAX_MESSAGE, MAX_REQUEST_ID, excerpt
from memsy.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BillingNotEnabledError,
    ConflictError,
    FeatureNotAvailable,
    KeyLimitReachedError,
    MemsyAPIError,
    MemsyError,
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

ValueT = TypeVar("ValueT")
Body = Mapping[str, object]

MAX_DETAIL = 10_000
"""Maximum number of characters of `MemsyAPIError.detail`."""

_MAX_LOCATION = 200
_MAX_ITEMS = 5_000
_MAX_LOC_STEPS = 50
_MAX_TEXT = 20_000
"""Characters from which a message is made: far more than it shows, so that no secret is split."""

_STATUSES = frozenset(HTTPStatus)
_NOT_IMPLEMENTED = 501
_GATEWAY_KEYS = frozenset({"message", "requestid", "request_id", "connectionid"})
"""Keys of an error of the gateway, in lower case."""


def error_from_response(
    response: HTTPResponse, now: float, redactor: Redactor = NO_SECRETS
) -> MemsyAPIError:
    """
    Return the exception for an error response. Any status outside 2xx and any body is accepted.

    Args:
        response: The error response.
        now: Seconds since 1970. A `Retry-After` date is relative to it if the response has no
            `Date` header.
        redactor: Masks the secrets of the client in everything but `MemsyAPIError.response`.
    """
    body, detail = _parse_error_body(response)
    code = _get(body, "error", str)
    rule = _rule_for(response.status, code, body, detail)
    items = _validation_items(body)
    text = _format_items(items) or detail or _redirect_message(response, redactor)
    text = text if text.strip() else _reason_phrase(response.status)
    extras = _extras(rule, body, redactor)
    if rule is _RATE_LIMIT:
        extras["retry_after"] = parse_retry_after(response, now)
    elif rule is _VALIDATION:
        extras["errors"] = redactor.mask_json(items, [])
    error = rule.error(
        rule.message(text, redactor),
        response.status,
        redactor.clean(detail, MAX_DETAIL),
        _clean(code, redactor),
        response,
        **extras,
    )
    request_id = response.request_id or _get(body, "requestId", str)
    error.request_id = request_id and redactor.clean(request_id, MAX_REQUEST_ID)
    # A gateway also sends 503 after a timeout, while the service still processes the request.
    error.maybe_processed = response.status >= 500 and response.status != _NOT_IMPLEMENTED
    return error


def offset_indices(error: ValidationError, list_name: str, first: int) -> None:
    """
    Add an offset to the list indices in the locations of a 422.

    Args:
        error: The error of a batch, which counts from 0. It is changed in place.
        list_name: The key of the list in the body, such as `events`.
        first: The index of the batch's first item in the whole call.
    """
    items = [
        {**item, "loc": _offset_loc(item["loc"], list_name, first)} if "loc" in item else item
        for item in error.errors
    ]
    if items:
        error.message = _VALIDATION.message(_format_items(items), NO_SECRETS)
        describe(error, error.route)
    error.errors = items


def describe(error: MemsyError, route: str | None, redactor: Redactor = NO_SECRETS) -> None:
    """
    Set the text of an error: its message, the endpoint, the attempts and the request id.

    Args:
        error: The error, with the number of its attempts. It is changed in place.
        route: HTTP method and path template.
        redactor: Masks the secrets of the client in the message and in the request id.
    """
    error.route = route
    error.message = redactor.clean(error.message, MAX_MESSAGE)
    if error.request_id:
        error.request_id = redactor.clean(error.request_id, MAX_REQUEST_ID)
    is_api_error = isinstance(error, MemsyAPIError)
    start = f"{route}: " if route and not is_api_error else ""
    details = [route] if route and is_api_error else []
    if error.attempts:
        details.append("1 attempt" if error.attempts == 1 else f"{error.attempts} attempts")
    if isinstance(error, RateLimitExceeded) and error.retry_after is not None:
        details.append(f"retry after {error.retry_after:g} s")
    if error.request_id:
        details.append(f"request id {error.request_id}")
    end = f" ({', '.join(details)})" if details else ""
    error.args = (start + excerpt(error.message, MAX_MESSAGE - len(start) - len(end)) + end,)


def _offset_loc(loc: object, list_name: str, first: int) -> object:
    match loc:
        case ["body", name, int(index), *field] if name == list_name:
            return ["body", name, first + index, *field]
        case _:
            return loc


def _parse_error_body(response: HTTPResponse) -> tuple[Body, str]:
    """
    Return the body as one flat object, and its `detail` text.

    The rules follow the official client (wire contract, section 3.2). The keys of a `detail` object
    replace the same keys of the body. If no key holds a text, the whole body is the `detail`; of a
    `detail` object with unknown keys, all its keys and values.
    """
    try:
        parsed = parse(response.content)
    except ValueError as error:
        if is_interrupt(error):
            raise
        parsed = None
    if not isinstance(parsed, dict):
        return {}, response.text
    inner = parsed.get("detail")
    body: Body = {**parsed, **inner} if isinstance(inner, dict) else parsed
    nested = body.get("detail")
    if isinstance(nested, dict):
        text = _get(nested, "message", str) or _get(nested, "error", str)
        return body, text or _format_pairs(nested)
    texts = (_get(body, name, str) for name in ("detail", "message", "error"))
    return body, next(filter(None, texts), response.text)


def _get(body: Body, name: str, kind: type[ValueT]) -> ValueT | None:
    value = _converted(body.get(name), kind)
    return value if isinstance(value, kind) else None


def _converted(value: object, kind: type) -> object:
    """Return `value`, but a whole float such as `10.0` as an integer if `kind` is int."""
    return whole_number(value) if kind is int else value


def _clean(text: str | None, redactor: Redactor) -> str | None:
    return None if text is None else redactor.clean(text, MAX_MESSAGE)


def _extras(rule: _ErrorRule, body: Body, redactor: Redactor) -> dict[str, object]:
    """Return the attributes of the error that the body holds."""
    extras: dict[str, object] = {name: _get(body, name, kind) for name, kind in rule.extras.items()}
    if rule is _SCOPE:
        extras["required_scope"] = extras["required_scope"] or _get(body, "scope", str)
    return {
        name: _clean(value, redactor) if isinstance(value, str) else value
        for name, value in extras.items()
    }


def _format_pairs(body: Body) -> str:
    """Return an object with unknown keys as text: `reason: closed; retry: false`."""
    pairs = {name: value for name, value in body.items() if value is not None}
    return "; ".join(f"{name}: {_as_text(value)}" for name, value in pairs.items())


def _as_text(value: object) -> str:
    try:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "..."


def _validation_items(body: Body) -> list[dict[str, object]]:
    detail = body.get("detail")
    items = detail if isinstance(detail, list) else []
    return list(islice((item for item in items if isinstance(item, dict)), _MAX_ITEMS))


def _format_items(items: Sequence[Mapping[str, object]]) -> str:
    """
    Return the validation items of a 422 as text: `events.0.kind: unknown kind; ...`.

    Items that the message of the error would cut off are left out.
    """
    text = ""
    for item in items:
        separator = "; " if text else ""
        text += f"{separator}{_loc_prefix(item.get('loc'))}{_short(item.get('msg') or 'invalid')}"
        if len(text) > _MAX_TEXT:
            break
    return text


def _redirect_message(response: HTTPResponse, redactor: Redactor) -> str:
    """Return a message for a redirect without a body."""
    location = redactor.clean(response.header("location") or "", _MAX_LOCATION)
    if not location:
        return ""
    return f"redirect to {location}; the client does not follow redirects: correct the base URL"


def _reason_phrase(status: int) -> str:
    """Return the standard text of a status, such as `Service Unavailable`."""
    return HTTPStatus(status).phrase if status in _STATUSES else "unknown status"


def _loc_prefix(loc: object) -> str:
    path = loc[:_MAX_LOC_STEPS] if isinstance(loc, list) else []
    steps = [_short(step) for step in path if step != "body"]
    return f"{'.'.join(steps)}: " if steps else ""


def _short(value: object) -> str:
    """Return a value of the body as text, without the part that no message has room for."""
    # An array or object may hold millions of values, or be nested too deeply for `str()`.
    return "..." if isinstance(value, (list, dict)) else str(value)[: _MAX_TEXT + 1]


@frozen(eq=False, repr=False)
class _ErrorRule:
    """A row of the table in the wire contract, section 3.3."""

    error: Callable[..., MemsyAPIError]
    prefix: str
    extras: Mapping[str, type] = field(factory=dict[str, type])
    """Attributes of the error, by their key in the body, with the type of each."""

    def message(self, text: str, redactor: Redactor) -> str:
        """Return the message of the error, cut to a readable length."""
        return f"{self.prefix}: {redactor.clean(text, MAX_MESSAGE - len(self.prefix) - 2)}"


_LIMIT_EXTRAS: Mapping[str, type] = {"limit": int, "current": int}

_ORG_ID_NOT_ALLOWED = _ErrorRule(OrgIdNotAllowedError, "org_id not allowed on this tier")
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

_RULES_FOR_403: Mapping[str, _ErrorRule] = {
    "feature_not_available": _ErrorRule(
        FeatureNotAvailable,
        "Feature not available",
        {"feature": str, "current_tier": str, "upgrade_url": str},
    ),
    "seat_required": _ErrorRule(SeatRequiredError, "Seat required"),
    "org_limit_reached": _ErrorRule(OrgLimitReachedError, "Org limit reached", _LIMIT_EXTRAS),
    "key_limit_reached": _ErrorRule(KeyLimitReachedError, "API key limit reached", _LIMIT_EXTRAS),
    "billing_not_enabled": _ErrorRule(
        BillingNotEnabledError, "Billing not enabled", {"interest_path": str}
    ),
    "wrong_scope": _SCOPE,
    "insufficient_scope": _SCOPE,
}
_SEAT_LIMIT = _ErrorRule(
    SeatLimitReachedError,
    "Seat limit reached",
    {"purchased_seats": int, "assigned_seats": int, "pending_invites": int},
)


def _rule_for(status: int, code: str | None, body: Body, detail: str) -> _ErrorRule:
    """Return the first matching row of section 3.3, or a rule for the status alone."""
    if status == 400 and code == "org_id_not_allowed":
        return _ORG_ID_NOT_ALLOWED
    if status == 401 or (status == 403 and _is_from_gateway(body)):
        return _AUTHENTICATION
    if status == 403:
        return _RULES_FOR_403.get(
            code or "", _SCOPE if "scope" in detail.lower() else _AUTHORIZATION
        )
    if status == 409 and code == "seat_limit_reached":
        return _SEAT_LIMIT
    if status == 429:
        is_quota = code == "usage_limit_exceeded" or "quota" in detail.lower()
        return _USAGE_LIMIT if is_quota else _RATE_LIMIT
    if status == 422:
        return _VALIDATION
    return _ErrorRule(_default_class(status), f"Memsy API error {status}")


def _is_from_gateway(body: Body) -> bool:
    """Return True for the body with which the gateway rejects an unknown key (section 3.4)."""
    is_only_message = {name.lower() for name in body} <= _GATEWAY_KEYS
    return is_only_message and body.get("message") == "Forbidden"


def _default_class(status: int) -> Callable[..., MemsyAPIError]:
    if 300 <= status < 400:
        return RedirectError
    if 500 <= status < 600:
        return ServerError
    return {404: NotFoundError, 409: ConflictError}.get(status, MemsyAPIError)
