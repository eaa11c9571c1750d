"""`control.usage`: every byte, both colours."""

from __future__ import annotations

import pytest

from memsy import (
    DimensionUsage,
    MemsyConfigurationError,
    TimeseriesPoint,
    UsageSummaryResponse,
    UsageTimeseriesResponse,
)
from tests.recording import (
    ControlCall,
    ControlCase,
    ControlColour,
    in_both_control_colours,
    outcome,
    record_of,
)

PERIOD = ("2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z")

CASES = {
    "summary": ControlCase(
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
    "timeseries": ControlCase(
        lambda c: c.usage.timeseries(),
        *("GET", "/usage/timeseries?granularity=daily", None),
        {
            "org_id": "o1",
            "granularity": "daily",
            "data": [{"date": "2026-09-20", "dimension": "api_calls", "quantity": 7}],
        },
        UsageTimeseriesResponse("o1", "daily", [TimeseriesPoint("2026-09-20", "api_calls", 7)]),
    ),
    "timeseries with everything": ControlCase(
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
}

UNSENDABLE: dict[str, tuple[ControlCall, str]] = {
    "dimension": (lambda c: c.usage.timeseries(dimension="\ud800"), "dimension"),
    "granularity": (lambda c: c.usage.timeseries(granularity="\ud800"), "granularity"),
    "period_start": (lambda c: c.usage.timeseries(period_start="\ud800"), "period_start"),
    "period_end": (lambda c: c.usage.timeseries(period_end="\ud800"), "period_end"),
}


@in_both_control_colours
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_method_says_this_and_no_more(colour: ControlColour, case: ControlCase) -> None:
    case.check(colour)


@in_both_control_colours
@pytest.mark.parametrize(("call", "name"), UNSENDABLE.values(), ids=UNSENDABLE)
def test_what_cannot_be_said_is_not_sent(
    colour: ControlColour, call: ControlCall, name: str
) -> None:
    record = record_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{name} "):
        outcome(colour, call, record)
    assert record.requests == []
