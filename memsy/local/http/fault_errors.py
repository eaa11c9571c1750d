"""The error response to inject so that a client raises a given exception class."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any, TypedDict, cast

from attrs import field, frozen

from memsy._core.interrupts import is_interrupt
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
from memsy.local.timestamps import in_utc


class ErrorDetails(TypedDict, total=False):
    """Details of an injected error response, by the attribute names of the exception."""

    retry_after: float | datetime | str
    """
    Value of the `Retry-After` header, for `RateLimitExceeded`, `ServerError` and any status.

    A number of seconds, a datetime, which becomes an HTTP date, or a text, which is sent
    unchanged. A datetime without a time zone is in UTC.
    """
    required_scope: str
    """For `AuthorizationError`."""
    feature: str
    """For `FeatureNotAvailable`."""
    current_tier: str
    """For `FeatureNotAvailable`."""
    upgrade_url: str
    """For `FeatureNotAvailable` and `UsageLimitExceeded`."""
    dimension: str
    """For `UsageLimitExceeded`."""
    current: int
    """For `UsageLimitExceeded`, `OrgLimitReachedError` and `KeyLimitReachedError`."""
    limit: int
    """For `UsageLimitExceeded`, `OrgLimitReachedError` and `KeyLimitReachedError`."""
    interest_path: str
    """For `BillingNotEnabledError`."""
    purchased_seats: int
    """For `SeatLimitReachedError`."""
    assigned_seats: int
    """For `SeatLimitReachedError`."""
    pending_invites: int
    """For `SeatLimitReachedError`."""
    errors: Sequence[dict[str, Any]]
    """For `ValidationError`: objects with `loc`, `msg` and `type`."""


@frozen
class _ErrorSpec:
    status: int
    code: str
    message: str
    details: Mapping[str, object] = field(factory=dict[str, object])
    """Default value of each detail that this error accepts."""
    headers: Mapping[str, str] = field(factory=dict[str, str])


_TEXTS = ("required_scope", "feature", "current_tier", "upgrade_url", "dimension", "interest_path")
_NUMBERS = ("current", "limit", "purchased_seats", "assigned_seats", "pending_invites")
_TYPES: Mapping[str, tuple[type, ...]] = {
    "retry_after": (int, float, datetime, str),
    "errors": (list, tuple),
    **dict.fromkeys(_TEXTS, (str,)),
    **dict.fromkeys(_NUMBERS, (int,)),
}

_RETRY_AFTER: Mapping[str, object] = {"retry_after": None}

_ERROR_SPECS: Mapping[type[MemsyAPIError], _ErrorSpec] = {
    MemsyAPIError: _ErrorSpec(400, "bad_request", "the request cannot be handled", _RETRY_AFTER),
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
        403, "org_limit_reached", "the limit of organisations is reached",
        {"limit": 1, "current": 1},
    ),
    KeyLimitReachedError: _ErrorSpec(
        403, "key_limit_reached", "the limit of API keys is reached",
        {"limit": 1, "current": 1},
    ),
    BillingNotEnabledError: _ErrorSpec(
        403, "billing_not_enabled", "billing is not enabled for this organisation",
        {"interest_path": "/interest/pro"},
    ),
    SeatLimitReachedError: _ErrorSpec(
        409, "seat_limit_reached", "no seat is free",
        {"purchased_seats": 1, "assigned_seats": 1, "pending_invites": 0},
    ),
    RateLimitExceeded: _ErrorSpec(429, "rate_limit_exceeded", "too many requests", _RETRY_AFTER),
    UsageLimitExceeded: _ErrorSpec(
        429, "usage_limit_exceeded", "the monthly quota is exhausted",
        {"dimension": "api_calls", "current": 1, "limit": 1, "upgrade_url": UPGRADE_URL},
    ),
    NotFoundError: _ErrorSpec(404, "not_found", "not found"),
    ConflictError: _ErrorSpec(409, "conflict", "the current state does not allow this"),
    ValidationError: _ErrorSpec(422, "invalid", "the request is not valid", {"errors": []}),
    RedirectError: _ErrorSpec(
        307, "temporary_redirect", "the resource has moved",
        headers={"location": "https://elsewhere.invalid/"},
    ),
    ServerError: _ErrorSpec(500, "internal_error", "the service failed", _RETRY_AFTER),
}  # fmt: skip


def error_response_for(
    error: type[MemsyAPIError] | int, detail: str | None, details: ErrorDetails
) -> ErrorResponse:
    """
    Return the error response for which a client raises `error`.

    Args:
        error: Exception class, or a status from 300 to 599.
        detail: Message of the response. None gives a standard message.
        details: Further values of the response.

    Raises:
        ValueError: The service returns no response for `error`, or `error` has no such detail.
        TypeError: A detail has the wrong type.
    """
    spec = _spec_for(error)
    unknown = sorted(details.keys() - spec.details.keys())
    if unknown:
        known = ", ".join(spec.details) or "none"
        raise ValueError(f"{error_name(error)} has no {', '.join(unknown)}; its details: {known}")
    for name, value in details.items():
        _check_type(name, value)
    message = spec.message if detail is None else detail
    response = _build_response(spec, message, {**spec.details, **details})
    response.headers = {**spec.headers, **_retry_after_header(details.get("retry_after"))}
    return response


def error_name(error: type[BaseException] | int) -> str:
    """Return the name of an exception class, or `status 503` for a status."""
    return f"status {error}" if isinstance(error, int) else error.__name__


def _spec_for(error: type[MemsyAPIError] | int) -> _ErrorSpec:
    if not isinstance(error, int):
        if error not in _ERROR_SPECS:
            raise ValueError(
                f"{error_name(error)} is not an error response of the service: "
                "pass MemsyAPIError or a subclass of it from memsy.exceptions"
            )
        return _ERROR_SPECS[error]
    if isinstance(error, bool) or not 300 <= error <= 599:
        raise ValueError(f"the status of an error must be 300 to 599, got {error!r}")
    try:
        phrase = HTTPStatus(error).phrase
    except ValueError as unknown:
        if is_interrupt(unknown):
            raise
        phrase = f"status {error}"
    return _ErrorSpec(error, phrase.lower().replace(" ", "_"), phrase, _RETRY_AFTER)


def _check_type(name: str, value: object) -> None:
    types = _TYPES[name]
    if isinstance(value, bool) or not isinstance(value, types):
        expected = " or ".join(type_.__name__ for type_ in types)
        raise TypeError(f"{name} must be of the type {expected}, got {value!r}")
    if name == "errors":
        try:
            json.dumps(value)
        except (TypeError, ValueError) as error:
            if is_interrupt(error):
                raise
            raise TypeError(f"errors must be JSON values: {error}") from None


def _build_response(spec: _ErrorSpec, message: str, details: Mapping[str, object]) -> ErrorResponse:
    if spec is _ERROR_SPECS[AuthenticationError]:
        return Unauthenticated(message, by_gateway=False)
    if spec is _ERROR_SPECS[ValidationError]:
        items = cast("Sequence[ValidationItem]", details["errors"]) or [_validation_item(message)]
        return ValidationErrorResponse(items)
    if scope := details.get("required_scope"):
        return missing_scope(str(scope))
    extras = {name: value for name, value in details.items() if value is not None}
    extras.pop("retry_after", None)  # sent as a header
    return ErrorResponse(spec.status, spec.code, message, **extras)


def _validation_item(message: str) -> ValidationItem:
    return {"loc": ["body"], "msg": message, "type": "value_error"}


def _retry_after_header(value: float | datetime | str | None) -> Mapping[str, str]:
    if value is None:
        return {}
    if isinstance(value, str):
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"retry_after must be printable ASCII text, got {value!r}")
        return {"retry-after": value}
    if isinstance(value, datetime):
        date = value if value.tzinfo is not None else value.replace(tzinfo=timezone.utc)
        return {"retry-after": format_datetime(in_utc("retry_after", date), usegmt=True)}
    if not 0 <= value <= sys.float_info.max:
        raise ValueError(f"retry_after must be a number of seconds, 0 or more, got {value!r}")
    return {"retry-after": f"{value:.3f}".rstrip("0").rstrip(".")}
