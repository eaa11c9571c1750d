"""What a control client asks by itself, not through a noun: me, and health as on the hot path."""

from __future__ import annotations

from memsy._core.json_codec import decode_as
from memsy._core.operation import Operation, ask
from memsy.models import MeResponse
from memsy.resources.verbs import health

__all__ = ["health", "me"]


def me() -> Operation[MeResponse]:
    return ask("me", "GET /me", decode_as(MeResponse))
