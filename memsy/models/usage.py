"""Usage of the plan and rate limit, from the headers of a response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from attrs import frozen
from typing_extensions import Self

from memsy._core.http import HTTPResponse, lowercase_names
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
    """Number of API calls in the period."""
    api_calls_limit: int | None = None
    """Number of API calls that the plan allows."""
    events_ingested: int | None = None
    """Number of ingested events in the period."""
    events_ingested_limit: int | None = None
    """Number of ingested events that the plan allows."""
    memory_stored: int | None = None
    """Number of stored memories in the period."""
    memory_stored_limit: int | None = None
    """Number of stored memories that the plan allows."""
    llm_tokens: int | None = None
    """Number of tokens of language models in the period."""
    llm_tokens_limit: int | None = None
    """Number of tokens of language models that the plan allows."""
    search_queries: int | None = None
    """Number of searches in the period."""
    search_queries_limit: int | None = None
    """Number of searches that the plan allows."""
    plan: str | None = None
    """Plan, such as `free` or `pro`."""

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Self:
        """Return the usage in the headers of a response. A field that they lack is None."""
        return cls(*_usage_in(lowercase_names(headers)))


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
        return cls(*_integers(lowercase_names(headers), _RATE_LIMIT_HEADERS))


def read_usage(response: HTTPResponse) -> UsageInfo | None:
    """Return the usage in the headers, or None without any field (wire contract, section 2.2)."""
    values = _usage_in(response.headers)
    return None if values == _NO_USAGE else UsageInfo(*values)


def read_rate_limit(response: HTTPResponse) -> RateLimitInfo | None:
    """Return the limit in the headers, or None without `limit` and `remaining` (section 2.2)."""
    limit, remaining, reset = _integers(response.headers, _RATE_LIMIT_HEADERS)
    return None if limit is remaining is None else RateLimitInfo(limit, remaining, reset)


_COUNT_HEADERS = (
    "x-usage-apicalls",
    "x-usage-apicalls-limit",
    "x-usage-eventsingested",
    "x-usage-eventsingested-limit",
    "x-usage-memoriesstored",
    "x-usage-memoriesstored-limit",
    "x-usage-llmtokens",
    "x-usage-llmtokens-limit",
    "x-usage-searchqueries",
    "x-usage-searchqueries-limit",
)
"""The headers with the integers of `UsageInfo`, in the order of its fields."""

_RATE_LIMIT_HEADERS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")

_NO_USAGE = [None] * len(attrs.fields(UsageInfo))


def _usage_in(headers: Mapping[str, str]) -> list[Any]:
    """Return the fields of `UsageInfo`, from headers with names in lower case."""
    return [*_integers(headers, _COUNT_HEADERS), headers.get("x-plan")]


def _integers(headers: Mapping[str, str], names: Sequence[str]) -> list[int | None]:
    """Return the integers in headers with names in lower case."""
    texts = [headers.get(name) for name in names]
    try:
        return [None if text is None else int(text) for text in texts]
    except ValueError as error:
        if is_interrupt(error):
            raise
    return [_integer(text) for text in texts]


def _integer(text: str | None) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError as error:
        if is_interrupt(error):
            raise
        return None
