"""
Answers that say what the account has used: it stands in the headers, not in the body.

`memsy.metering` is for the answers that have no room for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from memsy._core.json_codec import decode_as
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
    from memsy._core.http import HTTPResponse

R = TypeVar("R", IngestResponse, SearchResponse, StatusResponse, HealthResponse, ClearResponse)


def reads_with_usage(shape: type[R]) -> Callable[[HTTPResponse], R]:
    """Reads the body as *shape*, and into it what the headers say of the account."""
    read_body = decode_as(shape)

    def read(response: HTTPResponse) -> R:
        usage = UsageInfo.from_headers(response.headers)
        rate_limit = RateLimitInfo.from_headers(response.headers)
        return evolve(read_body(response), usage=usage, rate_limit=rate_limit)

    return read
