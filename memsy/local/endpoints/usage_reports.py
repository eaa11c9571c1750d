"""
Usage reports of the control plane: summary and time series (wire contract 6.3 and 6.4).

* `GET /usage/summary`
* `GET /usage/timeseries`
"""

from __future__ import annotations

from attrs import frozen

from memsy.local import timestamps
from memsy.local.config import DIMENSIONS
from memsy.local.domain import usage
from memsy.local.http.context import RequestContext
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import route, route_with_input

_BUCKET_SIZES = {"daily": timestamps.DAY, "hourly": timestamps.HOUR}


@frozen
class TimeseriesParams:
    """Query of `GET /usage/timeseries`. Both days, `start` and `end`, are inclusive."""

    granularity: str = "daily"
    dimension: str | None = None
    """None means all dimensions."""
    start: int | None = None
    """Microseconds since 1970. None means the first day of the month of `end`."""
    end: int | None = None
    """Microseconds since 1970. None means the last day of this month."""

    @classmethod
    def read(cls, inputs: RequestInput) -> TimeseriesParams:
        query = inputs.query
        params = cls(
            granularity=query.choice("granularity", tuple(_BUCKET_SIZES), "daily"),
            dimension=query.choice("dimension", DIMENSIONS) if query.has("dimension") else None,
            start=query.date("period_start"),
            end=query.date("period_end"),
        )
        if params.start is not None and params.end is not None and params.end < params.start:
            query.add_error("period_end", "must not be before period_start", "value_error")
        return params


def get_usage_summary(context: RequestContext) -> object:
    """Handle `GET /usage/summary`: the usage of this month."""
    limits = context.config.limits
    return {
        "org_id": context.org_id,
        "tier": context.config.plan,
        "period_start": timestamps.to_date(timestamps.month_start(context.now)),
        "period_end": timestamps.to_date(timestamps.next_month_start(context.now) - timestamps.DAY),
        "dimensions": [
            {
                "dimension": dimension,
                "used": used,
                "limit": limits[dimension] if dimension in limits else None,  # noqa: SIM401 - see _Limits
                "overage_rate": None,
            }
            for dimension, used in usage.current_usage(context).items()
        ],
    }


def get_usage_timeseries(context: RequestContext, params: TimeseriesParams) -> object:
    """Handle `GET /usage/timeseries`."""
    data = usage_points(context, params)
    return {"org_id": context.org_id, "granularity": params.granularity, "data": data}


_POINTS = """
    SELECT hour - (hour % :width + :width) % :width AS start, dimension, sum(quantity) AS quantity
    FROM usage
    WHERE org_id = :org_id AND hour >= :start AND hour < :end
    AND (:dimension IS NULL OR dimension = :dimension)
    AND (:key_id IS NULL OR key_id = :key_id)
    GROUP BY start, dimension HAVING sum(quantity) > 0 ORDER BY start, dimension
"""


def usage_points(
    context: RequestContext, params: TimeseriesParams, key_id: str | None = None
) -> list[dict[str, object]]:
    """
    Return the usage by day or hour, and by dimension.

    Args:
        context: Request context.
        params: Period, granularity and dimension.
        key_id: Count the requests of this key only. None counts all keys.
    """
    end = (
        timestamps.next_month_start(context.now)
        if params.end is None
        else params.end + timestamps.DAY
    )
    start = timestamps.month_start(end - 1) if params.start is None else params.start
    sql_params = {
        "org_id": context.org_id,
        "key_id": key_id,
        "dimension": params.dimension,
        "width": _BUCKET_SIZES[params.granularity],
        "start": start,
        "end": end,
    }
    to_text = timestamps.to_date if params.granularity == "daily" else timestamps.to_text
    return [
        {
            "date": to_text(row["start"]),
            "dimension": row["dimension"],
            "quantity": row["quantity"],
        }
        for row in context.store.rows(_POINTS, sql_params)
    ]


ROUTES = (
    route(
        "usage.summary", "GET", "/usage/summary", get_usage_summary, scope="read", requires="admin"
    ),
    route_with_input(
        "usage.timeseries",
        "GET",
        "/usage/timeseries",
        TimeseriesParams.read,
        get_usage_timeseries,
        scope="read",
        requires="admin",
    ),
)
