"""What an organisation has used in a month, what it may use, and the headers that say both."""

from __future__ import annotations

from collections.abc import Mapping

from memsy.testing.service import moments
from memsy.testing.service.call import Call
from memsy.testing.service.refusals import usage_limit
from memsy.testing.service.rules import DIMENSIONS
from memsy.testing.service.store import Store

_HEADERS = {
    dimension: "x-usage-" + dimension.replace("_", "")  # names of headers know no case
    for dimension in DIMENSIONS
}

ASKED_FOR = ("api_calls", "events_ingested", "search_queries")
"""What a request can ask for, and be refused; everything else is counted once it has happened."""


def spend(call: Call, dimension: str, quantity: int) -> Mapping[str, int]:
    """
    Count *quantity* more of *dimension*, and give what is used of each by now.

    Raises:
        Refusal: 429, the quota does not allow it.
    """
    count(call.store, call.org_id, call.key.key_id, call.now, dimension, quantity)
    limit = call.rules.limits.get(dimension)
    spent = used(call)
    if limit is not None and spent[dimension] > limit:
        refusal = usage_limit(dimension, spent[dimension] - quantity, limit)
        refusal.headers = _rate_limit_headers(call, spent)
        raise refusal
    return spent


def count(store: Store, org_id: str, key_id: str, now: int, dimension: str, quantity: int) -> None:
    """Count what has happened already, and cannot be refused any more."""
    statement = """
        INSERT INTO usage VALUES (?, ?, ?, ?, ?) ON CONFLICT (org_id, hour, dimension, key_id)
        DO UPDATE SET quantity = quantity + excluded.quantity
    """
    store.write(statement, [org_id, now - now % moments.HOUR, dimension, key_id, quantity])


def headers(call: Call, spent: Mapping[str, int]) -> dict[str, str]:
    """Usage, plan and rate limit, for a reply of the data plane that grants what was asked."""
    said = {"x-plan": call.rules.plan}
    for dimension, name in _HEADERS.items():
        said[name] = str(spent[dimension])
        if dimension in call.rules.limits:
            said[f"{name}-limit"] = str(call.rules.limits[dimension])
    return said | _rate_limit_headers(call, spent)


def used(call: Call) -> Mapping[str, int]:
    """What the organisation has used of each dimension in the month of the request."""
    query = """
        SELECT dimension, sum(quantity) AS quantity FROM usage
        WHERE org_id = ? AND hour >= ? AND hour < ? GROUP BY dimension
    """
    month = [moments.this_month(call.now), moments.next_month(call.now)]
    rows = call.store.rows(query, [call.org_id, *month])
    return dict.fromkeys(DIMENSIONS, 0) | {row["dimension"]: row["quantity"] for row in rows}


def _rate_limit_headers(call: Call, spent: Mapping[str, int]) -> dict[str, str]:
    """How far the quota of API calls reaches. That is not known until it has a limit."""
    said = {"x-ratelimit-reset": str(moments.next_month(call.now) // moments.SECOND)}
    limit = call.rules.limits.get("api_calls")
    if limit is not None:
        said["x-ratelimit-limit"] = str(limit)
        said["x-ratelimit-remaining"] = str(max(limit - spent["api_calls"], 0))
    return said
