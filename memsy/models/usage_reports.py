"""What an organisation used: in this billing period, and day by day."""

from __future__ import annotations

from attrs import field, frozen

from memsy._core.decode import optional
from memsy.models._model import Model


@frozen
class DimensionUsage(Model):
    """
    One dimension, such as `events_ingested`: how much of how much.

    *limit* is None where there is none; *overage_rate* is the price of one above it, if it is sold.
    """

    dimension: str
    used: int
    limit: int | None = None
    overage_rate: float | None = None


@frozen
class UsageSummaryResponse(Model):
    """The billing period so far; its bounds are ISO 8601, *tier* is the plan."""

    org_id: str
    tier: str
    period_start: str
    period_end: str
    dimensions: list[DimensionUsage] = field(metadata=optional([]))


@frozen
class TimeseriesPoint(Model):
    """How much of one dimension was used in the day or hour that begins at *date*."""

    date: str
    dimension: str
    quantity: int


@frozen
class UsageTimeseriesResponse(Model):
    """Points in the order of time; *granularity* is `daily` or `hourly`."""

    org_id: str
    granularity: str
    data: list[TimeseriesPoint] = field(metadata=optional([]))
