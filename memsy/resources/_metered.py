"""
Decoder that reads usage and rate limit of the account from the response headers.

Other models have no field for them; `memsy.metering` reports them for every call.
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


def decode_with_usage(model: type[R]) -> Callable[[HTTPResponse], R]:
    """Return a decoder of `model` that fills in `usage` and `rate_limit` from the headers."""
    decode_body = decode_as(model)

    def decode(response: HTTPResponse) -> R:
        usage = UsageInfo.from_headers(response.headers)
        rate_limit = RateLimitInfo.from_headers(response.headers)
        return evolve(decode_body(response), usage=usage, rate_limit=rate_limit)

    return decode
