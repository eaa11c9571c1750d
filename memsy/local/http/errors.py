"""Every way in which the service says no, each in the shape that its plane has for it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypedDict

from memsy._core.http import HTTPResponse
from memsy._core.plane import Plane

UPGRADE_URL = "https://memsy.io/upgrade"


def json_response(
    status: int, said: object, headers: Mapping[str, str] | None = None
) -> HTTPResponse:
    """A reply with *said* as JSON, or an empty one if it is None."""
    if said is None:
        return HTTPResponse(204, headers or {})
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    # A refusal may quote what cannot be written in UTF-8.
    content = text.encode("utf-8", "replace")
    return HTTPResponse(status, {"content-type": "application/json", **(headers or {})}, content)


class ValidationItem(TypedDict):
    """One thing that is wrong with a request, as FastAPI says it."""

    loc: list[str | int]
    msg: str
    type: str


class ErrorResponse(Exception):
    """
    A refusal with a code and a message: flat on the data plane, in a `detail` on the control plane.

    *extras* stand beside the code: `required_scope`, `limit`, `current` and the like.
    """

    headers: Mapping[str, str] = {}

    def __init__(self, status: int, error: str, message: str, **extras: object) -> None:
        super().__init__(message)
        self.status = status
        self._said: dict[str, object] = {"error": error, "message": message, **extras}

    def body(self, plane: Plane) -> dict[str, object]:
        return self._said if plane is Plane.DATA else {"detail": self._said}

    def response(self, plane: Plane) -> HTTPResponse:
        """How it is said over HTTP."""
        return json_response(self.status, self.body(plane), self.headers)


class ValidationErrorResponse(ErrorResponse):
    """422, with a list of everything that is wrong."""

    def __init__(self, faults: Sequence[ValidationItem]) -> None:
        super().__init__(422, "invalid", "the request is not valid")
        self.faults: list[ValidationItem] = list(faults)

    def body(self, plane: Plane) -> dict[str, object]:
        return {"detail": self.faults}


class Unauthenticated(ErrorResponse):
    """401 by the service itself, or 403 as the production gateway has it."""

    def __init__(self, detail: str, *, by_gateway: bool) -> None:
        super().__init__(403 if by_gateway else 401, "unauthenticated", detail)
        self._words: dict[str, object] = (
            {"message": "Forbidden"} if by_gateway else {"detail": detail}
        )

    def body(self, plane: Plane) -> dict[str, object]:
        return self._words


class AuthorizationPending(ErrorResponse):
    """409: nobody has consented to the connector yet. Clients know it by its words."""

    def __init__(self) -> None:
        super().__init__(409, "not_authorized", "Connector is waiting for authorization")

    def body(self, plane: Plane) -> dict[str, object]:
        return {"detail": str(self)}


class MethodNotAllowed(ErrorResponse):
    """405: the path is known, the method is not one of *allowed*."""

    def __init__(self, method: str, path: str, allowed: Sequence[str]) -> None:
        super().__init__(405, "method_not_allowed", f"{method} is not a method of {path}")
        self.headers: Mapping[str, str] = {"allow": ", ".join(allowed)}


def missing_scope(scope: str) -> ErrorResponse:
    message = f"the key lacks the scope {scope!r}"
    return ErrorResponse(403, "insufficient_scope", message, required_scope=scope)


def admin_required() -> ErrorResponse:
    return ErrorResponse(403, "admin_required", "only an admin of the organisation may do this")


def owner_required() -> ErrorResponse:
    message = "only the member who connected this account may do this"
    return ErrorResponse(403, "owner_required", message)


def seat_required() -> ErrorResponse:
    return ErrorResponse(403, "seat_required", "the caller has no seat in the organisation")


def seat_limit(purchased: int, assigned: int, pending: int) -> ErrorResponse:
    return ErrorResponse(
        409,
        "seat_limit_reached",
        f"no seat is left: {purchased} purchased, {assigned} assigned, {pending} promised",
        purchased_seats=purchased,
        assigned_seats=assigned,
        pending_invites=pending,
    )


def org_limit(limit: int, current: int) -> ErrorResponse:
    message = f"there can be {limit} organisations, and there are {current}"
    return ErrorResponse(403, "org_limit_reached", message, limit=limit, current=current)


def key_limit(limit: int, current: int) -> ErrorResponse:
    message = f"there can be {limit} API keys, and there are {current}"
    return ErrorResponse(403, "key_limit_reached", message, limit=limit, current=current)


def billing_not_enabled() -> ErrorResponse:
    message = "billing is not enabled for this organisation"
    return ErrorResponse(403, "billing_not_enabled", message, interest_path="/interest/pro")


def feature_not_available(feature: str, plan: str) -> ErrorResponse:
    return ErrorResponse(
        403,
        "feature_not_available",
        f"{feature} is not part of the {plan} plan",
        feature=feature,
        current_tier=plan,
        upgrade_url=UPGRADE_URL,
    )


def wrong_org(org_id: str) -> ErrorResponse:
    return ErrorResponse(
        403, "wrong_org", f"the key does not belong to the organisation {org_id!r}"
    )


def org_id_not_allowed() -> ErrorResponse:
    message = "org_id is not allowed on the free plan: the key says which organisation is meant"
    return ErrorResponse(400, "org_id_not_allowed", message)


def not_found(what: str, name: str) -> ErrorResponse:
    return ErrorResponse(404, "not_found", f"no {what} {name!r}")


def no_route(method: str, path: str) -> ErrorResponse:
    return ErrorResponse(404, "not_found", f"the local service has no route {method} {path}")


def conflict(error: str, message: str) -> ErrorResponse:
    return ErrorResponse(409, error, message)


def too_large(most: int) -> ErrorResponse:
    return ErrorResponse(413, "payload_too_large", f"a body may have at most {most} bytes")


def not_json(content_type: str | None) -> ErrorResponse:
    message = f"the body must be application/json, not {content_type or 'of no stated type'}"
    return ErrorResponse(415, "unsupported_media_type", message)


def usage_limit(dimension: str, current: int, limit: int) -> ErrorResponse:
    return ErrorResponse(
        429,
        "usage_limit_exceeded",
        f"the monthly quota of {dimension} is used up: {current} of {limit}",
        dimension=dimension,
        current=current,
        limit=limit,
        upgrade_url=UPGRADE_URL,
    )
