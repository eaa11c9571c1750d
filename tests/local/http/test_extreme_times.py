"""Times at both ends of the calendar: no request gets a 5xx, whatever the clock and the texts."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memsy import MemsyClient, metered
from memsy.local import Clock, LocalServer, LocalService, ServiceConfig
from memsy.local.http.routing_table import ROUTES
from tests.support.service_requests import ServiceClient, event

FIRST = datetime.min.replace(tzinfo=timezone.utc)
LAST = datetime.max.replace(tzinfo=timezone.utc)
MOMENTS = [
    FIRST,
    FIRST + timedelta(days=40),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=timezone.utc),
    datetime(9999, 11, 30, 23, 59, tzinfo=timezone.utc),
    datetime(9999, 12, 1, tzinfo=timezone.utc),
    LAST - timedelta(seconds=1),
    LAST,
]
TEXTS = [
    *("0001-01-01", "9999-12-31", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"),
    *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-04-14T24:00:00Z"),
    *("2016-12-31T23:59:60Z", "-0001-01-01", "0000-01-01", "10000-01-01", "+9999-12-31", "1e400"),
]
LONG = 9_999 * 366 * 86_400.0
CONFIGS = [
    ServiceConfig(),
    ServiceConfig(process_delay=LONG, dedup_window=LONG),
    ServiceConfig(process_delay=0.0, dedup_window=0.0),
]


def requests(api: ServiceClient, text: str) -> list[int]:
    """Send a request to every endpoint that takes or returns times, and return the statuses."""
    period = {"period_start": text, "period_end": text}
    responses = [
        api.post("/v1/ingest", {"events": [{**event("I like tea"), "ts": text}]}),
        api.post("/v1/ingest", {"events": [event("I like tea")]}),
        api.post("/v1/search", {"query": "tea", "include_source_events": True}),
        api.post("/api/keys", {"name": "k", "scopes": ["read"], "expires_at": text}),
        *(
            api.get("/api/usage/timeseries", granularity=granularity, **period)
            for granularity in ("daily", "hourly")
        ),
        *(
            api.get("/" + "/".join(route.pattern))
            for route in ROUTES
            if route.method == "GET" and "{" not in "".join(route.pattern)
        ),
        *(api.get(f"/v1/console/memories/{entry.memory_id}") for entry in api.service.memories),
    ]
    return [response.status for response in responses]


@pytest.mark.parametrize("config", CONFIGS, ids=["default", "long", "zero"])
@pytest.mark.parametrize("now", MOMENTS, ids=str)
@pytest.mark.parametrize("realtime", [False, True])
def test_no_request_fails_at_the_ends_of_the_calendar(
    now: datetime, config: ServiceConfig, realtime: bool
) -> None:
    with LocalService(clock=Clock(now, realtime=realtime), config=config) as service:
        for text in TEXTS:
            assert max(requests(ServiceClient(service), text)) < 500
        assert service.events
        assert service.snapshot()


@settings(deadline=None, max_examples=40)
@given(
    st.datetimes(timezones=st.just(timezone.utc)),
    st.sampled_from(TEXTS) | st.datetimes().map(str) | st.dates().map(str),
    st.floats(0, LONG),
)
def test_no_time_gets_a_5xx(now: datetime, text: str, seconds: float) -> None:
    config = ServiceConfig(process_delay=seconds, dedup_window=LONG - seconds)
    with LocalService(clock=Clock(now), config=config) as service:
        assert max(requests(ServiceClient(service), text)) < 500


def test_client_reads_the_headers_of_the_year_9999() -> None:
    with (
        LocalService(clock=Clock(LAST)) as service,
        LocalServer(service) as server,
        MemsyClient(server.base_url, server.api_key) as memsy,
        metered() as meter,
    ):
        assert memsy.search("tea").results == []
        assert meter.rate_limit is not None
