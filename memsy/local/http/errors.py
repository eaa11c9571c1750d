"""Error responses of the service, in the shape of each plane (wire contract 3.1 to 3.3)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypedDict

from memsy._core.http import HTTPResponse
from memsy._core.plane import Plane

UPGRADE_URL = "https://memsy.io/upgrade"


# One encoder for all responses: `json.dumps` with these options creates one in each call.
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def json_response(
    status: int, payload: object, headers: Mapping[str, str] | None = None
) -> HTTPResponse:
    """Return a response with `payload` as JSON. None gives a 204 without a body."""
    if payload is None:
        return HTTPResponse(204, headers or {})
    # An error message may quote a lone surrogate, which UTF-8 cannot encode.
    content = _encode(payload).encode("utf-8", "replace")
    return HTTPResponse(status, {"content-type": "application/json", **(headers or {})}, content)


class ValidationItem(TypedDict):
    """One entry of a 422 response, in the format of FastAPI."""

    loc: list[str | int]
    msg: str
    type: str


class ErrorResponse(Exception):
    """
    Error response with a status, a code and a message.

    The data plane has a flat body; the control plane nests the body in `detail`. `extras` are
    further fields of the body, such as `required_scope`, `limit` and `current`.
    """

    headers: Mapping[str, str] = {}

    def __init__(self, status: int, code: str, message: str, **extras: object) -> None:
        super().__init__(message)
        self.status = status
        self._fields: dict[str, object] = {"error": code, "message": message, **extras}

    def body(self, plane: Plane) -> dict[str, object]:
        """Return the body in the shape of `plane`."""
        return self._fields if plane is Plane.DATA else {"detail": self._fields}

    def response(self, plane: Plane) -> HTTPResponse:
        """Return the HTTP response in the shape of `plane`."""
        return json_response(self.status, self.body(plane), self.headers)


class ValidationErrorResponse(ErrorResponse):
    """422 with a list of all validation errors."""

    def __init__(self, items: Sequence[ValidationItem]) -> None:
        super().__init__(422, "invalid", "the request is not valid")
        self.items: list[ValidationItem] = list(items)

    def body(self, plane: Plane) -> dict[str, object]:
        return {"detail": self.items}


class Unauthenticated(ErrorResponse):
    """401 of the service, or 403 of the production gateway (wire contract 3.4)."""

    def __init__(self, detail: str, *, by_gateway: bool) -> None:
        super().__init__(403 if by_gateway else 401, "unauthenticated", detail)
        self._body: dict[str, object] = (
            {"message": "Forbidden"} if by_gateway else {"detail": detail}
        )

    def body(self, plane: Plane) -> dict[str, object]:
        return self._body


class CodeResponse(ErrorResponse):
    """Error response whose body has only a code, as its `detail` (wire contract 6.16)."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(status, code, code)

    def body(self, plane: Plane) -> dict[str, object]:
        return {"detail": str(self)}


class AuthorizationPending(ErrorResponse):
    """409 of a connector without OAuth consent. The message is part of the wire contract."""

    def __init__(self) -> None:
        super().__init__(409, "not_authorized", "Connector is waiting for authorization")

    def body(self, plane: Plane) -> dict[str, object]:
        return {"detail": str(self)}


class MethodNotAllowed(ErrorResponse):
    """405 for a known path, with an `Allow` header."""

    def __init__(self, method: str, path: str, allowed: Sequence[str]) -> None:
        methods = ", ".join(allowed)
        super().__init__(
            405, "method_not_allowed", f"{path} does not allow {method}: it allows {methods}"
        )
        self.headers: Mapping[str, str] = {"allow": methods}


def missing_scope(scope: str) -> ErrorResponse:
    """Return 403 `insufficient_scope`."""
    message = f"the key lacks the scope {scope!r}"
    return ErrorResponse(403, "insufficient_scope", message, required_scope=scope)


def admin_required() -> ErrorResponse:
    """Return 403 `admin_required`."""
    message = "only an admin of the organisation may do this"
    return ErrorResponse(403, "admin_required", message)


def owner_required() -> ErrorResponse:
    """Return 403 `owner_required`."""
    message = "only the member who connected this account may do this"
    return ErrorResponse(403, "owner_required", message)


def seat_required() -> ErrorResponse:
    """Return 403 `seat_required`."""
    return ErrorResponse(403, "seat_required", "the caller has no seat in the organisation")


def seat_limit(purchased: int, assigned: int, pending: int) -> ErrorResponse:
    """Return 409 `seat_limit_reached`."""
    return ErrorResponse(
        409,
        "seat_limit_reached",
        f"no seat is free: {purchased} purchased, {assigned} assigned, {pending} invited",
        purchased_seats=purchased,
        assigned_seats=assigned,
        pending_invites=pending,
    )


def org_limit(limit: int, current: int) -> ErrorResponse:
    """Return 403 `org_limit_reached`."""
    message = f"the limit of {limit} organisations is reached: there are {current}"
    return ErrorResponse(403, "org_limit_reached", message, limit=limit, current=current)


def key_limit(limit: int, current: int) -> ErrorResponse:
    """Return 403 `key_limit_reached`."""
    message = f"the limit of {limit} API keys is reached: there are {current}"
    return ErrorResponse(403, "key_limit_reached", message, limit=limit, current=current)


def billing_not_enabled() -> ErrorResponse:
    """Return 403 `billing_not_enabled`."""
    message = "billing is not enabled for this organisation"
    return ErrorResponse(403, "billing_not_enabled", message, interest_path="/interest/pro")


def feature_not_available(feature: str, plan: str) -> ErrorResponse:
    """Return 403 `feature_not_available`."""
    return ErrorResponse(
        403,
        "feature_not_available",
        f"{feature} is not part of the {plan} plan",
        feature=feature,
        current_tier=plan,
        upgrade_url=UPGRADE_URL,
    )


def wrong_org(org_id: str) -> ErrorResponse:
    """Return 403 `wrong_org`."""
    return ErrorResponse(
        403, "wrong_org", f"the key does not belong to the organisation {org_id!r}"
    )


def org_id_not_allowed() -> ErrorResponse:
    """Return 400 `org_id_not_allowed`."""
    message = "org_id is not allowed on the free plan: omit it, the key identifies the organisation"
    return ErrorResponse(400, "org_id_not_allowed", message)


def not_found(record_type: str, record_id: str) -> ErrorResponse:
    """Return 404 for a record of the type `record_type`, such as `memory`."""
    return ErrorResponse(404, "not_found", f"there is no {record_type} {record_id!r}")


def no_route(method: str, path: str, hint: str = "") -> ErrorResponse:
    """Return 404 for an unknown path. `hint` follows the message."""
    return ErrorResponse(404, "not_found", f"the local service has no route {method} {path}{hint}")


def conflict(code: str, message: str) -> ErrorResponse:
    """Return 409 with the code `code`."""
    return ErrorResponse(409, code, message)


def too_large(max_bytes: int) -> ErrorResponse:
    """Return 413 `payload_too_large`."""
    return ErrorResponse(413, "payload_too_large", f"a body may have at most {max_bytes} bytes")


def insufficient_storage(cause: str) -> ErrorResponse:
    """Return 507 `insufficient_storage`: the disk of the database refused the write."""
    return ErrorResponse(
        507,
        "insufficient_storage",
        f"nothing was stored, because the database file cannot be written: {cause}; "
        "free space on its disk, and send the request again",
    )


def not_json(content_type: str | None) -> ErrorResponse:
    """Return 415 `unsupported_media_type`."""
    message = f"content-type must be application/json, got {content_type or 'none'}"
    return ErrorResponse(415, "unsupported_media_type", message)


def usage_limit(dimension: str, current: int, limit: int) -> ErrorResponse:
    """Return 429 `usage_limit_exceeded`."""
    return ErrorResponse(
        429,
        "usage_limit_exceeded",
        f"the monthly quota of {dimension} is exhausted: {current} of {limit}",
        dimension=dimension,
        current=current,
        limit=limit,
        upgrade_url=UPGRADE_URL,
    )
