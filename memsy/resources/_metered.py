"""
Decoder for responses whose headers report the usage and the rate limit of the account.

`memsy.metering` reports them for calls whose result has no field for them.
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


def decode_with_usage(shape: type[R]) -> Callable[[HTTPResponse], R]:
    """Return a decoder of *shape* that fills in `usage` and `rate_limit` from the headers."""
    decode_body = decode_as(shape)

    def decode(response: HTTPResponse) -> R:
        usage = UsageInfo.from_headers(response.headers)
        rate_limit = RateLimitInfo.from_headers(response.headers)
        return evolve(decode_body(response), usage=usage, rate_limit=rate_limit)

    return decode
