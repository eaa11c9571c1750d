"""`UsageInfo` and `RateLimitInfo`, decoded from response headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy import RateLimitInfo, UsageInfo
from memsy._core.http import HTTPResponse
from memsy.models.usage import read_rate_limit, read_usage

DIMENSIONS = {
    "X-Usage-ApiCalls": "api_calls",
    "X-Usage-EventsIngested": "events_ingested",
    "X-Usage-MemoriesStored": "memory_stored",
    "X-Usage-LlmTokens": "llm_tokens",
    "X-Usage-SearchQueries": "search_queries",
}


@pytest.mark.parametrize(("header", "name"), DIMENSIONS.items())
@pytest.mark.parametrize("change", [str, str.lower, str.upper])
def test_every_dimension_has_a_count_and_a_limit(header: str, name: str, change: type[str]) -> None:
    headers = {change(header): "12", change(f"{header}-Limit"): "1000"}
    usage = UsageInfo.from_headers(headers)
    assert usage == UsageInfo(**{name: 12, f"{name}_limit": 1000})  # type: ignore[arg-type]  # counts


def test_plan_is_read_from_the_header() -> None:
    assert UsageInfo.from_headers({"X-Plan": "pro"}) == UsageInfo(plan="pro")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Usage-ApiCall": "12", "X-Usage-MemoryStored": "12"},
        {"X-Usage-ApiCalls": "many"},
        {"X-Usage-ApiCalls": ""},
        {"X-Usage-ApiCalls": "1.5"},
    ],
)
def test_without_a_valid_header_a_response_has_no_usage(headers: dict[str, str]) -> None:
    assert UsageInfo.from_headers(headers) == UsageInfo()
    assert read_usage(HTTPResponse(200, headers)) is None


def test_invalid_header_does_not_affect_the_others() -> None:
    headers = {"X-Usage-ApiCalls": "12abc", "X-Usage-LlmTokens": "7"}
    assert UsageInfo.from_headers(headers) == UsageInfo(llm_tokens=7)


def test_rate_limit_has_limit_remaining_and_reset() -> None:
    headers = {
        "X-RateLimit-Limit": "1000",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": "1796083200",
    }
    assert RateLimitInfo.from_headers(headers) == RateLimitInfo(1000, 0, 1796083200)


@pytest.mark.parametrize("headers", [{}, {"X-RateLimit-Reset": "1796083200"}])
def test_without_limit_and_remaining_a_response_has_no_rate_limit(headers: dict[str, str]) -> None:
    info = RateLimitInfo.from_headers(headers)
    assert info == RateLimitInfo(reset=1796083200 if headers else None)
    assert read_rate_limit(HTTPResponse(200, headers)) is None


def test_limit_or_remaining_is_enough_for_a_rate_limit() -> None:
    assert RateLimitInfo.from_headers({"x-ratelimit-limit": "5"}) == RateLimitInfo(limit=5)
    assert RateLimitInfo.from_headers({"x-ratelimit-remaining": "5"}) == RateLimitInfo(remaining=5)


HEADERS = st.dictionaries(
    st.sampled_from([*DIMENSIONS, "X-Plan", "X-RateLimit-Limit", "X-RateLimit-Remaining"]),
    st.text() | st.integers().map(str) | st.just("9" * 5000),
)


@given(HEADERS)
def test_any_header_value_is_accepted(headers: dict[str, str]) -> None:
    response = HTTPResponse(200, headers)
    usage, rate_limit = UsageInfo.from_headers(headers), RateLimitInfo.from_headers(headers)
    assert read_usage(response) == (None if usage == UsageInfo() else usage)
    has_rate_limit = rate_limit.limit is not None or rate_limit.remaining is not None
    assert read_rate_limit(response) == (rate_limit if has_rate_limit else None)
