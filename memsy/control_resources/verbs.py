"""What a control client asks by itself, not through a noun: me, health."""

from __future__ import annotations

from memsy._core.codec import reads
from memsy._core.operation import Operation, ask
from memsy.models import HealthResponse, MeResponse


def me() -> Operation[MeResponse]:
    return ask("me", "GET /me", reads(MeResponse))


def health() -> Operation[HealthResponse]:
    return ask("health", "GET /health", reads(HealthResponse))
