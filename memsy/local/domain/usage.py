"""What an organisation has used in a month, what it may use, and the headers that say both."""

from __future__ import annotations

from collections.abc import Mapping

from memsy.local import timestamps
from memsy.local.config import DIMENSIONS
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import usage_limit
from memsy.local.storage.store import Store

_HEADERS = {
    dimension: "x-usage-" + dimension.replace("_", "")  # names of headers know no case
    for dimension in DIMENSIONS
}

ENFORCED_DIMENSIONS = ("api_calls", "events_ingested", "search_queries")
"""What a request can ask for, and be refused; everything else is counted once it has happened."""


def record(context: RequestContext, dimension: str, quantity: int) -> Mapping[str, int]:
    """
    Count *quantity* more of *dimension*, and give what is used of each by now.

    Raises:
        Refusal: 429, the quota does not allow it.
    """
    count(context.store, context.org_id, context.key.key_id, context.now, dimension, quantity)
    limit = context.config.limits.get(dimension)
    spent = used(context)
    if limit is not None and spent[dimension] > limit:
        error = usage_limit(dimension, spent[dimension] - quantity, limit)
        error.headers = _rate_limit_headers(context, spent)
        raise error
    return spent


def count(store: Store, org_id: str, key_id: str, now: int, dimension: str, quantity: int) -> None:
    """Count what has happened already, and cannot be refused any more."""
    statement = """
        INSERT INTO usage VALUES (?, ?, ?, ?, ?) ON CONFLICT (org_id, hour, dimension, key_id)
        DO UPDATE SET quantity = quantity + excluded.quantity
    """
    store.write(statement, [org_id, now - now % timestamps.HOUR, dimension, key_id, quantity])


def headers(context: RequestContext, spent: Mapping[str, int]) -> dict[str, str]:
    """Usage, plan and rate limit, for a reply of the data plane that grants what was asked."""
    said = {"x-plan": context.config.plan}
    for dimension, name in _HEADERS.items():
        said[name] = str(spent[dimension])
        if dimension in context.config.limits:
            said[f"{name}-limit"] = str(context.config.limits[dimension])
    return said | _rate_limit_headers(context, spent)


def used(context: RequestContext) -> Mapping[str, int]:
    """What the organisation has used of each dimension in the month of the request."""
    query = """
        SELECT dimension, sum(quantity) AS quantity FROM usage
        WHERE org_id = ? AND hour >= ? AND hour < ? GROUP BY dimension
    """
    month = [timestamps.this_month(context.now), timestamps.next_month(context.now)]
    rows = context.store.rows(query, [context.org_id, *month])
    return dict.fromkeys(DIMENSIONS, 0) | {row["dimension"]: row["quantity"] for row in rows}


def _rate_limit_headers(context: RequestContext, spent: Mapping[str, int]) -> dict[str, str]:
    """How far the quota of API calls reaches. That is not known until it has a limit."""
    said = {"x-ratelimit-reset": str(timestamps.next_month(context.now) // timestamps.SECOND)}
    limit = context.config.limits.get("api_calls")
    if limit is not None:
        said["x-ratelimit-limit"] = str(limit)
        said["x-ratelimit-remaining"] = str(max(limit - spent["api_calls"], 0))
    return said
