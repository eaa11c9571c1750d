"""
Decoder that reads usage, rate limit and request id from the response headers.

The other models have no fields for these headers. `memsy.metering` reports them for every call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from memsy._core.http import HTTPResponse
from memsy._core.json_codec import decode_as
from memsy.models import (
    ClearResponse,
    HealthResponse,
    IngestResponse,
    SearchResponse,
    StatusResponse,
)
from memsy.models.usage import read_rate_limit, read_usage

ResponseT = TypeVar(
    "ResponseT", IngestResponse, SearchResponse, StatusResponse, HealthResponse, ClearResponse
)


def decode_with_usage(model: type[ResponseT]) -> Callable[[HTTPResponse], ResponseT]:
    """Return a decoder of `model` that also fills in the fields which come from the headers."""
    decode_body = decode_as(model)

    def decode(response: HTTPResponse) -> ResponseT:
        fields: dict[str, Any] = {
            **vars(decode_body(response)),
            "usage": read_usage(response),
            "rate_limit": read_rate_limit(response),
            "request_id": response.request_id,
        }
        return model(**fields)

    return decode
