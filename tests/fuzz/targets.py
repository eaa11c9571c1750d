"""All fuzz targets by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.fuzz.decoders import BodyTarget, ErrorTarget, ModelTarget, RetryAfterTarget
from tests.fuzz.requests import ServerRequests, ServiceRequests
from tests.fuzz.responses import ClientResponses
from tests.fuzz.target import Target

TARGETS: Mapping[str, Callable[[], Target]] = {
    "responses": ClientResponses,
    "requests": ServerRequests,
    "service": ServiceRequests,
    "bodies": BodyTarget,
    "models": ModelTarget,
    "errors": ErrorTarget,
    "retry_after": RetryAfterTarget,
}
