"""Operations of the control client itself: `GET /me` and `GET /health`."""

from __future__ import annotations

from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy.models import HealthResponse, MeResponse
from memsy.resources._metered import decode_with_usage

_ME = Endpoint(
    name="me",
    plane=Plane.CONTROL,
    method="GET",
    path="/me",
    response=MeResponse,
)


def me() -> Operation[MeResponse]:
    """Build a call of `GET /me`."""
    return _ME.operation()


_HEALTH = Endpoint(
    name="health",
    plane=Plane.CONTROL,
    method="GET",
    path="/health",
    response=HealthResponse,
    decode=decode_with_usage(HealthResponse),
)


def health() -> Operation[HealthResponse]:
    """Build a call of `GET /health`."""
    return _HEALTH.operation()
