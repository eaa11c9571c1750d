"""
Answers that say what the account has used: it stands in the headers, not in the body.

`memsy.metering` is for the answers that have no room for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from memsy._core.codec import reads
from memsy.models import (
    ClearResponse,
    HealthResponse,
    IngestResponse,
    RateLimitInfo,
    SearchResponse,
    StatusResponse,
    UsageInfo,
)

if TYPE_CHECKING:
    from memsy._core.wire import Reply

R = TypeVar("R", IngestResponse, SearchResponse, StatusResponse, HealthResponse, ClearResponse)


def reads_with_usage(shape: type[R]) -> Callable[[Reply], R]:
    """Reads the body as *shape*, and into it what the headers say of the account."""
    read_body = reads(shape)

    def read(reply: Reply) -> R:
        usage = UsageInfo.from_headers(reply.headers)
        rate_limit = RateLimitInfo.from_headers(reply.headers)
        return evolve(read_body(reply), usage=usage, rate_limit=rate_limit)

    return read
