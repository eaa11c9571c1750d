"""Requests and results of `control.usage`, sync and async."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from memsy import (
    DimensionUsage,
    MemsyConfigurationError,
    TimeseriesPoint,
    UsageSummaryResponse,
    UsageTimeseriesResponse,
)
from tests.support.recording_clients import (
    ControlClientCall,
    ControlWireCase,
    MakeControlClient,
    in_both_control_modes,
    outcome,
    recording_of,
)

PERIOD = ("2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z")

CASES = {
    "summary": ControlWireCase(
        lambda c: c.usage.summary(),
        *("GET", "/usage/summary", None),
        {
            "org_id": "o1",
            "tier": "pro",
            "period_start": PERIOD[0],
            "period_end": PERIOD[1],
            "dimensions": [
                {"dimension": "events_ingested", "used": 3, "limit": None, "overage_rate": None},
                {"dimension": "search_queries", "used": 5, "limit": 10, "overage_rate": 0.25},
            ],
        },
        UsageSummaryResponse(
            *("o1", "pro", *PERIOD),
            [DimensionUsage("events_ingested", 3), DimensionUsage("search_queries", 5, 10, 0.25)],
        ),
    ),
    "timeseries": ControlWireCase(
        lambda c: c.usage.timeseries(),
        *("GET", "/usage/timeseries?granularity=daily", None),
        {
            "org_id": "o1",
            "granularity": "daily",
            "data": [{"date": "2026-09-20", "dimension": "api_calls", "quantity": 7}],
        },
        UsageTimeseriesResponse("o1", "daily", [TimeseriesPoint("2026-09-20", "api_calls", 7)]),
    ),
    "timeseries with all arguments": ControlWireCase(
        lambda c: c.usage.timeseries(
            dimension="api_calls",
            granularity="hourly",
            period_start="2026-09-20",
            period_end="2026-09-21T12:00:00+02:00",
        ),
        "GET",
        "/usage/timeseries?granularity=hourly&dimension=api_calls&period_start=2026-09-20"
        "&period_end=2026-09-21T12%3A00%3A00%2B02%3A00",
        None,
        {"org_id": "o1", "granularity": "hourly", "data": None},
        UsageTimeseriesResponse("o1", "hourly", []),
    ),
    "timeseries with dates": ControlWireCase(
        lambda c: c.usage.timeseries(
            period_start=date(2026, 9, 20),
            period_end=datetime(2026, 9, 22, 1, 30, tzinfo=timezone(timedelta(hours=2))),
        ),
        "GET",
        "/usage/timeseries?granularity=daily&period_start=2026-09-20&period_end=2026-09-21",
        None,
        {"org_id": "o1", "granularity": "daily", "data": None},
        UsageTimeseriesResponse("o1", "daily", []),
    ),
}

INVALID_ARGUMENTS: dict[str, tuple[ControlClientCall, str]] = {
    "dimension": (lambda c: c.usage.timeseries(dimension="\ud800"), "dimension"),
    "granularity": (lambda c: c.usage.timeseries(granularity="\ud800"), "granularity"),  # type: ignore[arg-type]  # unknown
    "period_start": (lambda c: c.usage.timeseries(period_start="\ud800"), "period_start"),
    "period_end": (lambda c: c.usage.timeseries(period_end="\ud800"), "period_end"),
    "naive period_start": (
        lambda c: c.usage.timeseries(period_start=datetime(2026, 9, 20)),  # noqa: DTZ001 - invalid
        "period_start must have a time zone",
    ),
    "naive period_end": (
        lambda c: c.usage.timeseries(period_end=datetime(2026, 9, 20)),  # noqa: DTZ001 - invalid
        "period_end must have a time zone",
    ),
    "number as period_end": (
        lambda c: c.usage.timeseries(period_end=20260920),  # type: ignore[arg-type]  # wrong type
        "period_end must be an ISO 8601 date, a date or a datetime with a time zone",
    ),
}


@in_both_control_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_method_sends_the_request_and_returns_the_result(
    make_client: MakeControlClient, case: ControlWireCase
) -> None:
    case.check(make_client)


@pytest.mark.wrong_types
@in_both_control_modes
@pytest.mark.parametrize(("call", "name"), INVALID_ARGUMENTS.values(), ids=INVALID_ARGUMENTS)
def test_invalid_argument_is_rejected_before_a_request(
    make_client: MakeControlClient, call: ControlClientCall, name: str
) -> None:
    record = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{name}[ ,]"):
        outcome(make_client, call, record)
    assert record.requests == []
