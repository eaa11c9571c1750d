"""Usage of the organisation: the endpoints under `/usage`."""

from __future__ import annotations

from datetime import date
from typing import get_args

from memsy._core import encode
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import Granularity, UsageSummaryResponse, UsageTimeseriesResponse
from memsy.parity import implements
from memsy.protocols import AsyncUsageProtocol, UsageProtocol

_GRANULARITIES = get_args(Granularity)

_SUMMARY = Endpoint(
    name="usage.summary",
    plane=Plane.CONTROL,
    method="GET",
    path="/usage/summary",
    response=UsageSummaryResponse,
)


def _summary() -> Operation[UsageSummaryResponse]:
    return _SUMMARY.operation()


_TIMESERIES = Endpoint(
    name="usage.timeseries",
    plane=Plane.CONTROL,
    method="GET",
    path="/usage/timeseries",
    response=UsageTimeseriesResponse,
)


def _timeseries(
    *,
    dimension: str | None,
    granularity: Granularity,
    period_start: str | date | None,
    period_end: str | date | None,
) -> Operation[UsageTimeseriesResponse]:
    return _TIMESERIES.operation(
        query={
            "granularity": encode.choice("granularity", granularity, _GRANULARITIES),
            "dimension": encode.text_or_none("dimension", dimension),
            "period_start": encode.day_or_none("period_start", period_start),
            "period_end": encode.day_or_none("period_end", period_end),
        },
    )


@implements(UsageProtocol)
class UsageResource(SyncAPIResource, UsageProtocol):
    """`control.usage`, sync."""

    __slots__ = ()

    def summary(self) -> UsageSummaryResponse:
        return self._call(_summary())

    def timeseries(
        self,
        *,
        dimension: str | None = None,
        granularity: Granularity = "daily",
        period_start: str | date | None = None,
        period_end: str | date | None = None,
    ) -> UsageTimeseriesResponse:
        return self._call(
            _timeseries(
                dimension=dimension,
                granularity=granularity,
                period_start=period_start,
                period_end=period_end,
            )
        )


@implements(AsyncUsageProtocol)
class AsyncUsageResource(AsyncAPIResource, AsyncUsageProtocol):
    """`control.usage`, async."""

    __slots__ = ()

    async def summary(self) -> UsageSummaryResponse:
        return await self._call(_summary())

    async def timeseries(
        self,
        *,
        dimension: str | None = None,
        granularity: Granularity = "daily",
        period_start: str | date | None = None,
        period_end: str | date | None = None,
    ) -> UsageTimeseriesResponse:
        return await self._call(
            _timeseries(
                dimension=dimension,
                granularity=granularity,
                period_start=period_start,
                period_end=period_end,
            )
        )
