"""Usage endpoints: monthly summary and time series."""

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
def used_service(api: ServiceClient, clock: Clock) -> ServiceClient:
    """Usage on two days of April, in two hours of the first day."""
    api.ingest("one", "two")
    api.search("one")
    clock.advance(HOUR)
    api.ingest("three")
    clock.advance(DAY)
    api.ingest("three", "four", role_id="r")
    return api


def points(api: ServiceClient, **query: object) -> list[tuple[str, str, int]]:
    response = api.get(SERIES, **query)
    assert response.status == 200, response
    return [(p["date"], p["dimension"], p["quantity"]) for p in response.body["data"]]


def test_summary_has_period_plan_and_dimensions(api: ServiceClient) -> None:
    api.service.config = ServiceConfig(plan="pro", limits={"api_calls": 10})
    api.ingest("hello")
    body = api.get(SUMMARY).body
    dimensions = {entry.pop("dimension"): entry for entry in body.pop("dimensions")}
    assert body == {
        "org_id": "org_local",
        "tier": "pro",
        "period_start": "2026-04-01",
        "period_end": "2026-04-30",
    }
    assert dimensions["api_calls"] == {"used": 1, "limit": 10, "overage_rate": None}
    assert dimensions["events_ingested"] == {"used": 1, "limit": None, "overage_rate": None}
    assert len(dimensions) == 5


def test_daily_series_has_one_point_per_day_and_dimension(used_service: ServiceClient) -> None:
    body = used_service.get(SERIES).body
    assert (body["org_id"], body["granularity"]) == ("org_local", "daily")
    assert points(used_service) == [
        ("2026-04-14", "api_calls", 3),
        ("2026-04-14", "events_ingested", 3),
        ("2026-04-14", "memories_stored", 3),
        ("2026-04-14", "search_queries", 1),
        ("2026-04-15", "api_calls", 1),
        ("2026-04-15", "events_ingested", 2),
        ("2026-04-15", "memories_stored", 4),
    ]


def test_hourly_series_has_timestamps(used_service: ServiceClient) -> None:
    assert points(used_service, granularity="hourly", dimension="events_ingested") == [
        ("2026-04-14T03:00:00Z", "events_ingested", 2),
        ("2026-04-14T04:00:00Z", "events_ingested", 1),
        ("2026-04-15T04:00:00Z", "events_ingested", 2),
    ]


@pytest.mark.parametrize("granularity", ["daily", "hourly"])
def test_series_adds_up_to_the_summary(used_service: ServiceClient, granularity: str) -> None:
    summary = used_service.get(SUMMARY).body
    totals = Counter[str]()
    for _, dimension, quantity in points(
        used_service,
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
def test_period_is_inclusive(
    used_service: ServiceClient, bounds: dict[str, object], dates: list[str]
) -> None:
    assert [date for date, *_ in points(used_service, dimension="api_calls", **bounds)] == dates


def test_earlier_month_can_be_queried(used_service: ServiceClient, clock: Clock) -> None:
    clock.advance(30 * DAY)
    assert points(used_service) == []
    assert len(points(used_service, period_start="2026-04-01", period_end="2026-04-30")) == 7


def test_organisations_have_separate_usage(used_service: ServiceClient) -> None:
    other_org = ServiceClient(
        used_service.service, used_service.service.issue_key(org_id="org_other")
    )
    assert points(other_org) == []
    assert {entry["used"] for entry in other_org.get(SUMMARY).body["dimensions"]} == {0}


def test_late_processing_counts_for_the_key_of_the_event(api: ServiceClient, clock: Clock) -> None:
    api.service.config = ServiceConfig(processing="manual")
    api.ingest("hello")
    clock.advance(DAY)
    api.service.process()
    assert points(api, dimension="memories_stored") == [("2026-04-15", "memories_stored", 1)]
    usage = api.get("/api/keys/key_local/usage").body["usage"]
    assert usage[-1] == {"date": "2026-04-15", "dimension": "memories_stored", "quantity": 1}


@pytest.mark.parametrize(
    ("query", "errors"),
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
def test_invalid_query_is_rejected(
    api: ServiceClient, query: dict[str, object], errors: list[object]
) -> None:
    assert api.get(SERIES, **query).validation_errors == errors
