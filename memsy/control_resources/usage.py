"""What the organisation uses."""

from __future__ import annotations

from memsy._core.json_codec import decode_as
from memsy._core.operation import Operation, ask
from memsy._core.resource import AsyncAPIResource, SyncAPIResource
from memsy.models import UsageSummaryResponse, UsageTimeseriesResponse
from memsy.parity import implements
from memsy.protocols import AsyncUsageProtocol, UsageProtocol


def _summary() -> Operation[UsageSummaryResponse]:
    return ask("usage.summary", "GET /usage/summary", decode_as(UsageSummaryResponse))


def _timeseries(
    dimension: str | None, granularity: str, period_start: str | None, period_end: str | None
) -> Operation[UsageTimeseriesResponse]:
    return ask(
        "usage.timeseries",
        "GET /usage/timeseries",
        decode_as(UsageTimeseriesResponse),
        query={
            "granularity": granularity,
            "dimension": dimension,
            "period_start": period_start,
            "period_end": period_end,
        },
    )


@implements(UsageProtocol)
class UsageResource(SyncAPIResource, UsageProtocol):
    """`control.usage`, blocking."""

    __slots__ = ()

    def summary(self) -> UsageSummaryResponse:
        return self._call(_summary())

    def timeseries(
        self,
        *,
        dimension: str | None = None,
        granularity: str = "daily",
        period_start: str | None = None,
        period_end: str | None = None,
    ) -> UsageTimeseriesResponse:
        return self._call(_timeseries(dimension, granularity, period_start, period_end))


@implements(AsyncUsageProtocol)
class AsyncUsageResource(AsyncAPIResource, AsyncUsageProtocol):
    """`control.usage`, awaiting."""

    __slots__ = ()

    async def summary(self) -> UsageSummaryResponse:
        return await self._call(_summary())

    async def timeseries(
        self,
        *,
        dimension: str | None = None,
        granularity: str = "daily",
        period_start: str | None = None,
        period_end: str | None = None,
    ) -> UsageTimeseriesResponse:
        return await self._call(_timeseries(dimension, granularity, period_start, period_end))
