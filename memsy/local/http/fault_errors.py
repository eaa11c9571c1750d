"""What the service has to say for a client to raise a certain exception of the tree."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any, TypedDict, cast

from attrs import field, frozen

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
from memsy.local.http.errors import (
    UPGRADE_URL,
    ErrorResponse,
    Unauthenticated,
    ValidationErrorResponse,
    ValidationItem,
    missing_scope,
)


class ErrorDetails(TypedDict, total=False):
    """What a refusal says besides its words, by the names of the attributes of the exception."""

    retry_after: float | datetime | str
    """
    Of `RateLimitExceeded`, `ServerError` and any status, for the header of that name.

    Seconds, or a moment, which stands there as a date, or a text, which stands there as it is. A
    moment without a time zone is in UTC.
    """
    required_scope: str
    """Of `AuthorizationError`."""
    feature: str
    """Of `FeatureNotAvailable`, as is *current_tier*."""
    current_tier: str
    upgrade_url: str
    """Of `FeatureNotAvailable` and `UsageLimitExceeded`."""
    dimension: str
    """Of `UsageLimitExceeded`."""
    current: int
    """Of `UsageLimitExceeded`, `OrgLimitReachedError`, `KeyLimitReachedError`; so is *limit*."""
    limit: int
    interest_path: str
    """Of `BillingNotEnabledError`."""
    purchased_seats: int
    """Of `SeatLimitReachedError`, as are the next two."""
    assigned_seats: int
    pending_invites: int
    errors: Sequence[dict[str, Any]]
    """Of `ValidationError`: objects with `loc`, `msg` and `type`."""


@frozen
class _ErrorSpec:
    status: int
    code: str
    words: str
    details: Mapping[str, object] = field(factory=dict[str, object])
    """What it says unless told otherwise, and all that it can be told."""
    headers: Mapping[str, str] = field(factory=dict[str, str])


_TEXTS = ("required_scope", "feature", "current_tier", "upgrade_url", "dimension", "interest_path")
_NUMBERS = ("current", "limit", "purchased_seats", "assigned_seats", "pending_invites")
_KINDS: Mapping[str, tuple[type, ...]] = {
    "retry_after": (int, float, datetime, str),
    "errors": (list, tuple),
    **dict.fromkeys(_TEXTS, (str,)),
    **dict.fromkeys(_NUMBERS, (int,)),
}

_RETRY_AFTER: Mapping[str, object] = {"retry_after": None}

_ERROR_SPECS: Mapping[type[MemsyAPIError], _ErrorSpec] = {
    MemsyAPIError: _ErrorSpec(400, "bad_request", "this cannot be done", _RETRY_AFTER),
    AuthenticationError: _ErrorSpec(401, "unauthenticated", "Invalid API key"),
    AuthorizationError: _ErrorSpec(
        403, "forbidden", "the key may not do this", {"required_scope": None}
    ),
    FeatureNotAvailable: _ErrorSpec(
        403,
        "feature_not_available",
        "this is not part of the plan",
        {"feature": "source_events", "current_tier": "free", "upgrade_url": UPGRADE_URL},
    ),
    OrgIdNotAllowedError: _ErrorSpec(
        400, "org_id_not_allowed", "org_id is not allowed on this plan"
    ),
    SeatRequiredError: _ErrorSpec(
        403, "seat_required", "the caller has no seat in the organisation"
    ),
    OrgLimitReachedError: _ErrorSpec(
        403, "org_limit_reached", "there are all the organisations that there can be",
        {"limit": 1, "current": 1},
    ),
    KeyLimitReachedError: _ErrorSpec(
        403, "key_limit_reached", "there are all the API keys that there can be",
        {"limit": 1, "current": 1},
    ),
    BillingNotEnabledError: _ErrorSpec(
        403, "billing_not_enabled", "billing is not enabled for this organisation",
        {"interest_path": "/interest/pro"},
    ),
    SeatLimitReachedError: _ErrorSpec(
        409, "seat_limit_reached", "no seat is left",
        {"purchased_seats": 1, "assigned_seats": 1, "pending_invites": 0},
    ),
    RateLimitExceeded: _ErrorSpec(429, "rate_limit_exceeded", "too many requests", _RETRY_AFTER),
    UsageLimitExceeded: _ErrorSpec(
        429, "usage_limit_exceeded", "the monthly quota is used up",
        {"dimension": "api_calls", "current": 1, "limit": 1, "upgrade_url": UPGRADE_URL},
    ),
    NotFoundError: _ErrorSpec(404, "not_found", "there is no such thing"),
    ConflictError: _ErrorSpec(409, "conflict", "this is not the state for it"),
    ValidationError: _ErrorSpec(422, "invalid", "the request is not valid", {"errors": []}),
    RedirectError: _ErrorSpec(
        307, "temporary_redirect", "this is to be found elsewhere",
        headers={"location": "https://elsewhere.invalid/"},
    ),
    ServerError: _ErrorSpec(500, "internal_error", "the service failed", _RETRY_AFTER),
}  # fmt: skip


def error_response_for(
    error: type[MemsyAPIError] | int, detail: str | None, inputs: ErrorDetails
) -> ErrorResponse:
    """
    The refusal that makes a client raise *error*, or one of that status, in the words of *detail*.

    Raises:
        ValueError: the error is none that a refusal brings, or has no such details.
        TypeError: a detail is of the wrong type.
    """
    case = _spec_for(error)
    unknown = sorted(inputs.keys() - case.details.keys())
    if unknown:
        known = ", ".join(case.details) or "none"
        raise ValueError(f"{error_name(error)} has no {', '.join(unknown)}; its details: {known}")
    for name, value in inputs.items():
        _check(name, value)
    words = case.words if detail is None else detail
    refusal = _build(case, words, {**case.details, **inputs})
    refusal.headers = {**case.headers, **_retry_after_header(inputs.get("retry_after"))}
    return refusal


def error_name(error: type[BaseException] | int) -> str:
    """What a person calls it."""
    return f"status {error}" if isinstance(error, int) else error.__name__


def _spec_for(error: type[MemsyAPIError] | int) -> _ErrorSpec:
    if not isinstance(error, int):
        if error not in _ERROR_SPECS:
            raise ValueError(f"{error_name(error)} is no refusal of the service")
        return _ERROR_SPECS[error]
    if isinstance(error, bool) or not 300 <= error <= 599:
        raise ValueError(f"a refusal has a status from 300 to 599, got {error!r}")
    try:
        words = HTTPStatus(error).phrase
    except ValueError:
        words = f"status {error}"
    return _ErrorSpec(error, words.lower().replace(" ", "_"), words, _RETRY_AFTER)


def _check(name: str, value: object) -> None:
    kinds = _KINDS[name]
    if isinstance(value, bool) or not isinstance(value, kinds):
        wanted = " or ".join(one.__name__ for one in kinds)
        raise TypeError(f"{name} must be of the type {wanted}, got {value!r}")
    if name == "errors":
        try:
            json.dumps(value)
        except (TypeError, ValueError) as error:
            raise TypeError(f"errors cannot be said in JSON: {error}") from None


def _build(case: _ErrorSpec, words: str, details: Mapping[str, object]) -> ErrorResponse:
    if case is _ERROR_SPECS[AuthenticationError]:
        return Unauthenticated(words, by_gateway=False)
    if case is _ERROR_SPECS[ValidationError]:
        faults = cast("Sequence[ValidationItem]", details["errors"]) or [_validation_item(words)]
        return ValidationErrorResponse(faults)
    if scope := details.get("required_scope"):
        return missing_scope(str(scope))
    extras = {name: value for name, value in details.items() if value is not None}
    extras.pop("retry_after", None)  # that is said in a header
    return ErrorResponse(case.status, case.code, words, **extras)


def _validation_item(words: str) -> ValidationItem:
    return {"loc": ["body"], "msg": words, "type": "value_error"}


def _retry_after_header(until: float | datetime | str | None) -> Mapping[str, str]:
    if until is None:
        return {}
    if isinstance(until, str):
        if not (until.isascii() and until.isprintable()):
            raise ValueError(f"retry_after is something that no header can say: {until!r}")
        return {"retry-after": until}
    if isinstance(until, datetime):
        moment = until if until.tzinfo is not None else until.replace(tzinfo=timezone.utc)
        return {"retry-after": format_datetime(moment.astimezone(timezone.utc), usegmt=True)}
    if not 0 <= until < math.inf:
        raise ValueError(f"retry_after is a number of seconds, 0 or more, got {until!r}")
    return {"retry-after": f"{until:.3f}".rstrip("0").rstrip(".")}
