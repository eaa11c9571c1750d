"""Usage reports: the responses of the endpoints under `/usage`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from memsy._core.fields import optional
from memsy.models._model import Model

Granularity: TypeAlias = Literal["daily", "hourly"]
"""Lengths of the periods of `usage.timeseries`."""

UsageDimension: TypeAlias = Literal[
    "api_calls", "events_ingested", "memories_stored", "llm_tokens", "search_queries"
]
"""Known dimensions of usage. A newer service may have more."""


@frozen(slots=False)
class DimensionUsage(Model):
    """
    Usage of one dimension in a billing period.

    Item of `GET /usage/summary` (wire contract, section 6.3).
    """

    dimension: str
    """Name such as `events_ingested`."""
    used: int
    """Quantity that is used in the period."""
    limit: int | None = None
    """Quantity that the plan includes. None means unlimited."""
    overage_rate: float | None = None
    """Price of one unit above `limit`. None if the plan does not sell such units."""


@frozen(slots=False)
class UsageSummaryResponse(Model):
    """
    Usage in the current billing period.

    Response of `GET /usage/summary` (wire contract, section 6.3).
    """

    org_id: str
    """Id of the organisation."""
    tier: str
    """Plan, such as `free` or `pro`."""
    period_start: str
    """Start of the period, ISO 8601."""
    period_end: str
    """End of the period, ISO 8601."""
    dimensions: list[DimensionUsage] = field(metadata=optional([]))
    """Usage of each dimension."""


@frozen(slots=False)
class TimeseriesPoint(Model):
    """
    Usage of one dimension in one day or hour.

    Item of `GET /usage/timeseries` (wire contract, section 6.4).
    """

    date: str
    """Start of the day or hour, ISO 8601."""
    dimension: str
    """Name such as `events_ingested`."""
    quantity: int
    """Quantity that was used in the day or hour."""


@frozen(slots=False)
class UsageTimeseriesResponse(Model):
    """
    Usage per day or hour.

    Response of `GET /usage/timeseries` (wire contract, section 6.4).
    """

    org_id: str
    """Id of the organisation."""
    granularity: str
    """`daily` or `hourly`."""
    data: list[TimeseriesPoint] = field(metadata=optional([]))
    """Usage of each day or hour and dimension."""
