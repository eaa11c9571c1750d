"""The control plane's view of usage: summed up, or drawn out over time."""

from __future__ import annotations

from attrs import frozen

from memsy.testing.service import moments, usage
from memsy.testing.service.call import Call
from memsy.testing.service.reading import Given
from memsy.testing.service.routes import route, route_reading
from memsy.testing.service.rules import DIMENSIONS

_WIDTHS = {"daily": moments.DAY, "hourly": moments.HOUR}


@frozen
class Span:
    """Which part of the usage to draw out; the days *start* and *end* are both part of it."""

    granularity: str = "daily"
    dimension: str | None = None
    start: int | None = None
    end: int | None = None

    @classmethod
    def read(cls, given: Given) -> Span:
        query = given.query
        asked = cls(
            query.choice("granularity", tuple(_WIDTHS), "daily"),
            query.choice("dimension", DIMENSIONS) if query.has("dimension") else None,
            query.date("period_start"),
            query.date("period_end"),
        )
        if asked.start is not None and asked.end is not None and asked.end < asked.start:
            query.fault("period_end", "must not lie before period_start", "value_error")
        return asked


def summary(call: Call) -> object:
    limits = call.rules.limits
    return {
        "org_id": call.org_id,
        "tier": call.rules.plan,
        "period_start": moments.to_date(moments.this_month(call.now)),
        "period_end": moments.to_date(moments.next_month(call.now) - moments.DAY),
        "dimensions": [
            {
                "dimension": dimension,
                "used": used,
                "limit": limits.get(dimension),
                "overage_rate": None,
            }
            for dimension, used in usage.used(call).items()
        ],
    }


def timeseries(call: Call, asked: Span) -> object:
    data = points(call, asked)
    return {"org_id": call.org_id, "granularity": asked.granularity, "data": data}


_POINTS = """
    SELECT hour - (hour % :width + :width) % :width AS start, dimension, sum(quantity) AS quantity
    FROM usage
    WHERE org_id = :org_id AND hour >= :start AND hour < :end
    AND (:dimension IS NULL OR dimension = :dimension)
    AND (:key_id IS NULL OR key_id = :key_id)
    GROUP BY start, dimension HAVING sum(quantity) > 0 ORDER BY start, dimension
"""


def points(call: Call, asked: Span, key_id: str | None = None) -> list[dict[str, object]]:
    """What was done, when, and how much of it; by one key, or by all. Unasked: this month."""
    end = moments.next_month(call.now) if asked.end is None else asked.end + moments.DAY
    start = moments.this_month(end - 1) if asked.start is None else asked.start
    parameters = {
        "org_id": call.org_id,
        "key_id": key_id,
        "dimension": asked.dimension,
        "width": _WIDTHS[asked.granularity],
        "start": start,
        "end": end,
    }
    written = moments.to_date if asked.granularity == "daily" else moments.to_text
    return [
        {
            "date": written(row["start"]),
            "dimension": row["dimension"],
            "quantity": row["quantity"],
        }
        for row in call.store.rows(_POINTS, parameters)
    ]


ROUTES = (
    route("usage.summary", "GET", "/usage/summary", summary, scope="read", standing="admin"),
    route_reading(
        "usage.timeseries",
        "GET",
        "/usage/timeseries",
        Span.read,
        timeseries,
        scope="read",
        standing="admin",
    ),
)
