"""Every way in which the service says no, each in the shape that its plane has for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

Plane = Literal["hot", "control"]


class Fault(TypedDict):
    """One thing that is wrong with a request, as FastAPI says it."""

    loc: list[str | int]
    msg: str
    type: str


class Refusal(Exception):
    """
    A refusal with a code and a message: flat on the hot path, in a `detail` on the control plane.

    *extras* stand beside the code: `required_scope`, `limit`, `current` and the like.
    """

    headers: Mapping[str, str] = {}

    def __init__(self, status: int, error: str, message: str, **extras: object) -> None:
        super().__init__(message)
        self.status = status
        self._said: dict[str, object] = {"error": error, "message": message, **extras}

    def body(self, plane: Plane) -> dict[str, object]:
        return self._said if plane == "hot" else {"detail": self._said}


class Invalid(Refusal):
    """422, with a list of everything that is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(422, "invalid", "the request is not valid")
        self.faults: list[Fault] = list(faults)

    def body(self, plane: Plane) -> dict[str, object]:
        return {"detail": self.faults}


class Unauthenticated(Refusal):
    """401 by the service itself, or 403 as the production gateway has it."""

    def __init__(self, detail: str, *, by_gateway: bool) -> None:
        super().__init__(403 if by_gateway else 401, "unauthenticated", detail)
        self._words: dict[str, object] = (
            {"message": "Forbidden"} if by_gateway else {"detail": detail}
        )

    def body(self, plane: Plane) -> dict[str, object]:
        return self._words


class WrongMethod(Refusal):
    """405: the path is known, the method is not one of *allowed*."""

    def __init__(self, method: str, path: str, allowed: Sequence[str]) -> None:
        super().__init__(405, "method_not_allowed", f"{method} is not a method of {path}")
        self.headers: Mapping[str, str] = {"allow": ", ".join(allowed)}


def missing_scope(scope: str) -> Refusal:
    message = f"the key lacks the scope {scope!r}"
    return Refusal(403, "insufficient_scope", message, required_scope=scope)


def wrong_org(org_id: str) -> Refusal:
    return Refusal(403, "wrong_org", f"the key does not belong to the organisation {org_id!r}")


def org_id_not_allowed() -> Refusal:
    message = "org_id is not allowed on the free plan: the key says which organisation is meant"
    return Refusal(400, "org_id_not_allowed", message)


def not_found(what: str, name: str) -> Refusal:
    return Refusal(404, "not_found", f"no {what} {name!r}")


def no_route(method: str, path: str) -> Refusal:
    return Refusal(404, "not_found", f"the local service has no route {method} {path}")


def conflict(error: str, message: str) -> Refusal:
    return Refusal(409, error, message)


def too_large(most: int) -> Refusal:
    return Refusal(413, "payload_too_large", f"a body may have at most {most} bytes")


def not_json(content_type: str | None) -> Refusal:
    message = f"the body must be application/json, not {content_type or 'of no stated type'}"
    return Refusal(415, "unsupported_media_type", message)


def usage_limit(dimension: str, current: int, limit: int) -> Refusal:
    return Refusal(
        429,
        "usage_limit_exceeded",
        f"the monthly quota of {dimension} is used up: {current} of {limit}",
        dimension=dimension,
        current=current,
        limit=limit,
        upgrade_url="https://memsy.io/upgrade",
    )
