"""Usage of the plan and rate limit, from the headers of a response."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen
from typing_extensions import Self

from memsy._core.http import lowercase_names
from memsy._core.interrupts import is_interrupt
from memsy.models._model import Model


@frozen(slots=False)
class UsageInfo(Model):
    """
    Usage of the plan in the current billing period, a calendar month.

    The source is the headers `X-Usage-*` and `X-Plan` (wire contract, section 2.1). A field is None
    if the response does not have the header, or if the value is not an integer.
    """

    api_calls: int | None = None
    api_calls_limit: int | None = None
    events_ingested: int | None = None
    events_ingested_limit: int | None = None
    memory_stored: int | None = None
    memory_stored_limit: int | None = None
    llm_tokens: int | None = None
    llm_tokens_limit: int | None = None
    search_queries: int | None = None
    search_queries_limit: int | None = None
    plan: str | None = None
    """Plan, such as `free` or `pro`."""

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Self:
        """Return the usage in the headers of a response. A field that they lack is None."""
        lowercase = lowercase_names(headers)
        counts = {name: _integer(lowercase.get(header)) for name, header in _USAGE_HEADERS.items()}
        return cls(**counts, plan=lowercase.get("x-plan"))


@frozen(slots=False)
class RateLimitInfo(Model):
    """
    Limit of API calls in the current billing period, a calendar month.

    The source is the headers `X-RateLimit-*` (wire contract, section 2.1).
    """

    limit: int | None = None
    """Number of calls that the plan allows in the period."""
    remaining: int | None = None
    """Number of calls left in the period, 0 or more."""
    reset: int | None = None
    """Start of the next period (first day of the next month), Unix time in seconds."""

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Self:
        """Return the limit in the headers of a response. A field that they lack is None."""
        lowercase = lowercase_names(headers)
        names = ("limit", "remaining", "reset")
        return cls(**{name: _integer(lowercase.get(f"x-ratelimit-{name}")) for name in names})


def read_usage(headers: Mapping[str, str]) -> UsageInfo | None:
    """Return the usage in the headers, or None without any field (wire contract, section 2.2)."""
    usage = UsageInfo.from_headers(headers)
    return None if usage == UsageInfo() else usage


def read_rate_limit(headers: Mapping[str, str]) -> RateLimitInfo | None:
    """Return the limit in the headers, or None without `limit` and `remaining` (section 2.2)."""
    info = RateLimitInfo.from_headers(headers)
    return None if info.limit is None and info.remaining is None else info


_USAGE_HEADERS: Mapping[str, str] = {
    "api_calls": "x-usage-apicalls",
    "api_calls_limit": "x-usage-apicalls-limit",
    "events_ingested": "x-usage-eventsingested",
    "events_ingested_limit": "x-usage-eventsingested-limit",
    "memory_stored": "x-usage-memoriesstored",
    "memory_stored_limit": "x-usage-memoriesstored-limit",
    "llm_tokens": "x-usage-llmtokens",
    "llm_tokens_limit": "x-usage-llmtokens-limit",
    "search_queries": "x-usage-searchqueries",
    "search_queries_limit": "x-usage-searchqueries-limit",
}


def _integer(text: str | None) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError as error:
        if is_interrupt(error):
            raise
        return None
