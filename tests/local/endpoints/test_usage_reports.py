"""Usage, summed up and over time."""

from __future__ import annotations

from collections import Counter

import pytest

from memsy.local import ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient

SUMMARY = "/api/usage/summary"
SERIES = "/api/usage/timeseries"

HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
def busy(ask: ServiceClient, clock: Clock) -> ServiceClient:
    """Something was done on two days of April, and in two hours of the first."""
    ask.ingest("one", "two")
    ask.search("one")
    clock.advance(HOUR)
    ask.ingest("three")
    clock.advance(DAY)
    ask.ingest("three", "four", role_id="r")
    return ask


def points(ask: ServiceClient, **query: object) -> list[tuple[str, str, int]]:
    answer = ask.get(SERIES, **query)
    assert answer.status == 200, answer
    return [(p["date"], p["dimension"], p["quantity"]) for p in answer.body["data"]]


def test_the_summary_tells_the_month_and_the_plan(ask: ServiceClient) -> None:
    ask.service.config = ServiceConfig(plan="pro", limits={"api_calls": 10})
    ask.ingest("hello")
    body = ask.get(SUMMARY).body
    dimensions = {one.pop("dimension"): one for one in body.pop("dimensions")}
    assert body == {
        "org_id": "org_local",
        "tier": "pro",
        "period_start": "2026-04-01",
        "period_end": "2026-04-30",
    }
    assert dimensions["api_calls"] == {"used": 1, "limit": 10, "overage_rate": None}
    assert dimensions["events_ingested"] == {"used": 1, "limit": None, "overage_rate": None}
    assert len(dimensions) == 5


def test_the_series_tells_what_was_done_day_by_day(busy: ServiceClient) -> None:
    body = busy.get(SERIES).body
    assert (body["org_id"], body["granularity"]) == ("org_local", "daily")
    assert points(busy) == [
        ("2026-04-14", "api_calls", 3),
        ("2026-04-14", "events_ingested", 3),
        ("2026-04-14", "memories_stored", 3),
        ("2026-04-14", "search_queries", 1),
        ("2026-04-15", "api_calls", 1),
        ("2026-04-15", "events_ingested", 2),
        ("2026-04-15", "memories_stored", 4),
    ]


def test_hours_are_moments(busy: ServiceClient) -> None:
    assert points(busy, granularity="hourly", dimension="events_ingested") == [
        ("2026-04-14T03:00:00Z", "events_ingested", 2),
        ("2026-04-14T04:00:00Z", "events_ingested", 1),
        ("2026-04-15T04:00:00Z", "events_ingested", 2),
    ]


@pytest.mark.parametrize("granularity", ["daily", "hourly"])
def test_the_points_add_up_to_the_summary(busy: ServiceClient, granularity: str) -> None:
    summary = busy.get(SUMMARY).body
    totals = Counter[str]()
    for _, dimension, quantity in points(
        busy,
        granularity=granularity,
        period_start=summary["period_start"],
        period_end=summary["period_end"],
    ):
        totals[dimension] += quantity
    assert totals == {d["dimension"]: d["used"] for d in summary["dimensions"] if d["used"]}


@pytest.mark.parametrize(
    ("bounds", "dates"),
    [
        ({"period_start": "2026-04-15"}, ["2026-04-15"]),
        ({"period_end": "2026-04-14"}, ["2026-04-14"]),
        ({"period_start": "2026-04-14", "period_end": "2026-04-14"}, ["2026-04-14"]),
        ({"period_start": "2026-01-01", "period_end": "2026-12-31"}, ["2026-04-14", "2026-04-15"]),
        ({"period_end": "2026-03-31"}, []),
        ({"period_start": "2027-01-01"}, []),
    ],
)
def test_both_ends_of_a_period_are_part_of_it(
    busy: ServiceClient, bounds: dict[str, object], dates: list[str]
) -> None:
    assert [date for date, *_ in points(busy, dimension="api_calls", **bounds)] == dates


def test_a_former_month_is_still_there_to_ask_for(busy: ServiceClient, clock: Clock) -> None:
    clock.advance(30 * DAY)
    assert points(busy) == []
    assert len(points(busy, period_start="2026-04-01", period_end="2026-04-30")) == 7


def test_each_organisation_sees_its_own_usage(busy: ServiceClient) -> None:
    theirs = ServiceClient(busy.service, busy.service.issue_key(org_id="org_other"))
    assert points(theirs) == []
    assert {one["used"] for one in theirs.get(SUMMARY).body["dimensions"]} == {0}


def test_what_is_processed_late_counts_for_the_key_that_brought_it(
    ask: ServiceClient, clock: Clock
) -> None:
    ask.service.config = ServiceConfig(processing="manual")
    ask.ingest("hello")
    clock.advance(DAY)
    ask.service.process()
    assert points(ask, dimension="memories_stored") == [("2026-04-15", "memories_stored", 1)]
    usage = ask.get("/api/keys/key_local/usage").body["usage"]
    assert usage[-1] == {"date": "2026-04-15", "dimension": "memories_stored", "quantity": 1}


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ({"granularity": "weekly"}, [(["query", "granularity"], "enum")]),
        ({"dimension": "events"}, [(["query", "dimension"], "enum")]),
        ({"period_start": "yesterday"}, [(["query", "period_start"], "date_parsing")]),
        ({"period_end": "2026-04-31"}, [(["query", "period_end"], "date_parsing")]),
        (
            {"period_start": "2026-04-02", "period_end": "2026-04-01"},
            [(["query", "period_end"], "value_error")],
        ),
    ],
)
def test_a_bad_question_is_refused(
    ask: ServiceClient, query: dict[str, object], faults: list[object]
) -> None:
    assert ask.get(SERIES, **query).validation_errors == faults
