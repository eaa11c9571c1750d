"""Usage accounting of a request: monthly counts, quotas, headers (wire contract 2.1, 7.13)."""

from __future__ import annotations

from collections.abc import Mapping

from memsy.local import timestamps
from memsy.local.config import DIMENSIONS
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import usage_limit
from memsy.local.storage.store import Store

_HEADERS = {
    dimension: "x-usage-" + dimension.replace("_", "")  # x-usage-apicalls
    for dimension in DIMENSIONS
}

ENFORCED_DIMENSIONS = ("api_calls", "events_ingested", "search_queries")
"""Dimensions with a quota check. The other dimensions are only counted."""


def consume(context: RequestContext, dimension: str, quantity: int) -> Mapping[str, int]:
    """
    Add to the usage of `dimension`, and return the usage of all dimensions.

    Raises:
        ErrorResponse: 429 if the usage exceeds the quota.
    """
    add(context.store, context.org_id, context.key.key_id, context.now, dimension, quantity)
    limit = context.config.limits.get(dimension)
    totals = current_usage(context)
    if limit is not None and totals[dimension] > limit:
        error = usage_limit(dimension, totals[dimension] - quantity, limit)
        error.headers = _rate_limit_headers(context, totals)
        raise error
    return totals


def add(store: Store, org_id: str, key_id: str, now: int, dimension: str, quantity: int) -> None:
    """Add to the usage of `dimension` without a quota check."""
    statement = """
        INSERT INTO usage VALUES (?, ?, ?, ?, ?) ON CONFLICT (org_id, hour, dimension, key_id)
        DO UPDATE SET quantity = quantity + excluded.quantity
    """
    hour = now - now % timestamps.HOUR
    if store.write(statement, [org_id, hour, dimension, key_id, quantity]):
        totals: dict[str, int] | None = store.cache.get(_cache_key(org_id, now))
        if totals is not None:
            totals[dimension] += quantity


def headers(context: RequestContext, totals: Mapping[str, int]) -> dict[str, str]:
    """Return the headers of a success response of the data plane: plan, usage, rate limit."""
    result = {"x-plan": context.config.plan}
    limits = context.config.limits
    for dimension, name in _HEADERS.items():
        result[name] = str(totals[dimension])
        limit = limits.get(dimension)
        if limit is not None:
            result[f"{name}-limit"] = str(limit)
    return result | _rate_limit_headers(context, totals)


def current_usage(context: RequestContext) -> Mapping[str, int]:
    """Return the usage of each dimension in the current month."""
    cache_key = _cache_key(context.org_id, context.now)
    totals: dict[str, int] | None = context.store.cache.get(cache_key)
    if totals is None:
        query = """
            SELECT dimension, sum(quantity) AS quantity FROM usage
            WHERE org_id = ? AND hour >= ? AND hour < ? GROUP BY dimension
        """
        month = [timestamps.month_start(context.now), timestamps.next_month_start(context.now)]
        rows = context.store.rows(query, [context.org_id, *month])
        totals = dict.fromkeys(DIMENSIONS, 0)
        totals |= {row["dimension"]: row["quantity"] for row in rows}
        context.store.cache[cache_key] = totals
    return totals


def _cache_key(org_id: str, now: int) -> object:
    return "usage", org_id, timestamps.month_start(now)


def _rate_limit_headers(context: RequestContext, totals: Mapping[str, int]) -> dict[str, str]:
    """Return the rate limit headers. Without a quota of API calls, only the reset is included."""
    result = {
        "x-ratelimit-reset": str(timestamps.next_month_start(context.now) // timestamps.SECOND)
    }
    limit = context.config.limits.get("api_calls")
    if limit is not None:
        result["x-ratelimit-limit"] = str(limit)
        result["x-ratelimit-remaining"] = str(max(limit - totals["api_calls"], 0))
    return result
