"""The control plane's view of usage: summed up, or drawn out over time."""

from __future__ import annotations

from attrs import frozen

from memsy.local import timestamps
from memsy.local.config import DIMENSIONS
from memsy.local.domain import usage
from memsy.local.http.context import RequestContext
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import route, route_with_input

_WIDTHS = {"daily": timestamps.DAY, "hourly": timestamps.HOUR}


@frozen
class Span:
    """Which part of the usage to draw out; the days *start* and *end* are both part of it."""

    granularity: str = "daily"
    dimension: str | None = None
    start: int | None = None
    end: int | None = None

    @classmethod
    def read(cls, inputs: RequestInput) -> Span:
        query = inputs.query
        params = cls(
            query.choice("granularity", tuple(_WIDTHS), "daily"),
            query.choice("dimension", DIMENSIONS) if query.has("dimension") else None,
            query.date("period_start"),
            query.date("period_end"),
        )
        if params.start is not None and params.end is not None and params.end < params.start:
            query.fault("period_end", "must not lie before period_start", "value_error")
        return params


def summary(context: RequestContext) -> object:
    limits = context.config.limits
    return {
        "org_id": context.org_id,
        "tier": context.config.plan,
        "period_start": timestamps.to_date(timestamps.this_month(context.now)),
        "period_end": timestamps.to_date(timestamps.next_month(context.now) - timestamps.DAY),
        "dimensions": [
            {
                "dimension": dimension,
                "used": used,
                "limit": limits.get(dimension),
                "overage_rate": None,
            }
            for dimension, used in usage.used(context).items()
        ],
    }


def timeseries(context: RequestContext, params: Span) -> object:
    data = points(context, params)
    return {"org_id": context.org_id, "granularity": params.granularity, "data": data}


_POINTS = """
    SELECT hour - (hour % :width + :width) % :width AS start, dimension, sum(quantity) AS quantity
    FROM usage
    WHERE org_id = :org_id AND hour >= :start AND hour < :end
    AND (:dimension IS NULL OR dimension = :dimension)
    AND (:key_id IS NULL OR key_id = :key_id)
    GROUP BY start, dimension HAVING sum(quantity) > 0 ORDER BY start, dimension
"""


def points(
    context: RequestContext, params: Span, key_id: str | None = None
) -> list[dict[str, object]]:
    """What was done, when, and how much of it; by one key, or by all. Unasked: this month."""
    end = timestamps.next_month(context.now) if params.end is None else params.end + timestamps.DAY
    start = timestamps.this_month(end - 1) if params.start is None else params.start
    parameters = {
        "org_id": context.org_id,
        "key_id": key_id,
        "dimension": params.dimension,
        "width": _WIDTHS[params.granularity],
        "start": start,
        "end": end,
    }
    written = timestamps.to_date if params.granularity == "daily" else timestamps.to_text
    return [
        {
            "date": written(row["start"]),
            "dimension": row["dimension"],
            "quantity": row["quantity"],
        }
        for row in context.store.rows(_POINTS, parameters)
    ]


ROUTES = (
    route("usage.summary", "GET", "/usage/summary", summary, scope="read", standing="admin"),
    route_with_input(
        "usage.timeseries",
        "GET",
        "/usage/timeseries",
        Span.read,
        timeseries,
        scope="read",
        standing="admin",
    ),
)
