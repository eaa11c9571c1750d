"""What the headers of every reply say of the account: use of the plan, and the rate limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from memsy._core.http import lowercase_names

if TYPE_CHECKING:
    from typing_extensions import Self


@frozen
class UsageInfo:
    """
    What the organisation used of its plan in this billing period (a calendar month).

    A field is None where the service did not say it; a limit is None where there is none.
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

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Self | None:
        """Read the `X-Usage-*` and `X-Plan` headers; None if there is none that can be read."""
        given = lowercase_names(headers)
        counts = {name: _integer(given.get(header)) for name, header in _USAGE_HEADERS.items()}
        usage = cls(**counts, plan=given.get("x-plan"))
        return None if usage == cls() else usage


@frozen
class RateLimitInfo:
    """
    The limit of API calls in this billing period.

    *reset* is the Unix time (seconds) of the next period's start: the first of next month, so it is
    nothing to wait for.
    """

    limit: int | None = None
    remaining: int | None = None
    reset: int | None = None

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Self | None:
        """Read the `X-RateLimit-*` headers; None if neither limit nor remaining can be read."""
        given = lowercase_names(headers)
        names = ("limit", "remaining", "reset")
        found = cls(**{name: _integer(given.get(f"x-ratelimit-{name}")) for name in names})
        return None if found.limit is None and found.remaining is None else found


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
    except ValueError:
        return None
