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


def spend(call: Call, dimension: str, quantity: int) -> None:
    """
    Count *quantity* more of *dimension*.

    Raises:
        Refusal: 429, the quota does not allow it.
    """
    count(call.store, call.org_id, call.now, dimension, quantity)
    limit = call.rules.limits.get(dimension)
    used = _used(call)
    if limit is not None and used[dimension] > limit:
        refusal = usage_limit(dimension, used[dimension] - quantity, limit)
        refusal.headers = _rate_limit_headers(call, used)
        raise refusal


def count(store: Store, org_id: str, now: int, dimension: str, quantity: int) -> None:
    """Count what has happened already, and cannot be refused any more."""
    statement = """
        INSERT INTO usage VALUES (?, ?, ?, ?) ON CONFLICT (org_id, period, dimension)
        DO UPDATE SET quantity = quantity + excluded.quantity
    """
    store.write(statement, [org_id, moments.month(now), dimension, quantity])


def headers(call: Call) -> dict[str, str]:
    """Usage, plan and rate limit, for a reply that grants what was asked on the hot path."""
    used = _used(call)
    said = {"x-plan": call.rules.plan}
    for dimension, name in _HEADERS.items():
        said[name] = str(used[dimension])
        if dimension in call.rules.limits:
            said[f"{name}-limit"] = str(call.rules.limits[dimension])
    return said | _rate_limit_headers(call, used)


def _rate_limit_headers(call: Call, used: Mapping[str, int]) -> dict[str, str]:
    """How far the quota of API calls reaches. That is not known until it has a limit."""
    said = {"x-ratelimit-reset": str(moments.next_month(call.now) // moments.SECOND)}
    limit = call.rules.limits.get("api_calls")
    if limit is not None:
        said["x-ratelimit-limit"] = str(limit)
        said["x-ratelimit-remaining"] = str(max(limit - used["api_calls"], 0))
    return said


def _used(call: Call) -> Mapping[str, int]:
    """What the organisation has used of each dimension in the month of the request."""
    query = "SELECT dimension, quantity FROM usage WHERE org_id = ? AND period = ?"
    rows = call.store.rows(query, [call.org_id, moments.month(call.now)])
    return dict.fromkeys(DIMENSIONS, 0) | {row["dimension"]: row["quantity"] for row in rows}
