"""Contract tests of the control plane: identity, usage, events, interest in the pro plan."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import partial
from typing import Any

from memsy.exceptions import MemsyConfigurationError, ValidationError
from memsy.models import Granularity
from memsy.testing.contract.context import ContractContext, expect_error


def me_returns_the_organisation_of_the_key(context: ContractContext) -> None:
    """`me()` returns the organisation and the tier of the API key (wire contract 6.1)."""
    me = context.control.me()
    assert me.org_id == context.org_id
    assert me.tier


def control_health_is_ok(context: ContractContext) -> None:
    """`health()` of the control plane returns the status `ok` (wire contract 6.2)."""
    assert context.control.health().status == "ok"


def _used_quantity(context: ContractContext, dimension: str) -> int:
    dimensions = context.control.usage.summary().dimensions
    (usage,) = (item for item in dimensions if item.dimension == dimension)
    return usage.used


def usage_summary_counts_ingested_events(context: ContractContext) -> None:
    """`usage.summary()` counts ingested events (wire contract 6.3)."""
    context.ingest_and_wait("the first event")
    before = _used_quantity(context, "events_ingested")
    context.ingest_and_wait("one", "two", "three")
    assert _used_quantity(context, "events_ingested") == before + 3


def usage_timeseries_adds_up_to_the_summary(context: ContractContext) -> None:
    """The points of `usage.timeseries()` add up to the summary (wire contract 6.4)."""
    context.ingest_and_wait("one", "two", "three")
    granularities: tuple[Granularity, ...] = ("daily", "hourly")
    for granularity in granularities:
        series = context.control.usage.timeseries(
            dimension="events_ingested", granularity=granularity
        )
        assert series.granularity == granularity
        assert {point.dimension for point in series.data} == {"events_ingested"}
        assert sum(point.quantity for point in series.data) == _used_quantity(
            context, "events_ingested"
        )


def period_of_usage_is_text_a_date_or_a_datetime_with_a_time_zone(
    context: ContractContext,
) -> None:
    """A `datetime` with a time zone means its date in UTC (wire contract 6.4)."""
    timeseries = partial(context.control.usage.timeseries, dimension="events_ingested")
    context.ingest_and_wait("one")
    (today,) = {point.date[:10] for point in timeseries(granularity="hourly").data[-1:]}
    day = date.fromisoformat(today)
    east = timezone(timedelta(hours=14))
    evening = datetime(day.year, day.month, day.day, 23, 59, tzinfo=timezone.utc)
    expected = timeseries(period_start=today, period_end=today)
    assert expected.data
    assert timeseries(period_start=day, period_end=day) == expected
    assert timeseries(period_start=evening.astimezone(east), period_end=evening) == expected
    naive = evening.replace(tzinfo=None)
    for call in (
        lambda: timeseries(period_start=naive),
        lambda: timeseries(period_end=naive),
    ):
        assert "must have a time zone" in str(expect_error(MemsyConfigurationError, call))


def unknown_granularity_is_rejected(context: ContractContext) -> None:
    """An unknown granularity is not sent (wire contract 6.4)."""
    granularity: Any = "hour"
    error = expect_error(
        MemsyConfigurationError,
        lambda: context.control.usage.timeseries(granularity=granularity),
    )
    message = "granularity must be 'daily' or 'hourly', got 'hour': did you mean 'hourly'?"
    assert str(error) == message


def console_lists_ingested_events(context: ContractContext) -> None:
    """`events.list()` returns events with metadata as an object (wire contract 6.11, 7.6)."""
    first_id, second_id = context.ingest_and_wait(
        context.event("Okay, Houston", ts="1970-04-14T03:07:53Z", metadata={"page": 167}),
        context.event("Roger", ts="1970-04-14T03:08:00Z", metadata="page 168"),
    )
    latest, earliest = context.control.events.list(actor_id=context.actor).items
    assert (latest.event_id, latest.metadata) == (second_id, {"raw": "page 168"})
    assert (earliest.event_id, earliest.metadata) == (first_id, {"page": 167})
    assert (earliest.actor_id, earliest.session_id) == (context.actor, context.session)
    assert (earliest.kind, earliest.content) == ("user_message", "Okay, Houston")
    assert earliest.ts == "1970-04-14T03:07:53Z"


def console_iterates_over_ingested_events(context: ContractContext) -> None:
    """`events.iterate()` returns the events of all pages (wire contract 6.11)."""
    event_ids = context.ingest_and_wait(
        *(
            context.event(f"event {number}", ts=f"1970-04-14T03:00:0{number}Z")
            for number in range(5)
        )
    )
    events = context.control.events.iterate(actor_id=context.actor, sort="ts_asc", page_size=2)
    assert [event.event_id for event in events] == event_ids


def time_of_an_event_may_be_a_datetime_with_a_time_zone(context: ContractContext) -> None:
    """A `datetime` as `ts` is stored as the same instant (wire contract 4, 5.1)."""
    houston = timezone(timedelta(hours=-6))
    event = context.event("Okay", ts=datetime(1970, 4, 13, 21, 7, 53, tzinfo=houston))
    assert event.ts == "1970-04-14T03:07:53Z"
    context.ingest_and_wait(event)
    (item,) = context.control.events.list(actor_id=context.actor).items
    assert item.ts == "1970-04-14T03:07:53Z"


def console_events_can_be_filtered_sorted_and_paged(context: ContractContext) -> None:
    """`events.list()` filters by actor, session and kind, sorts and pages (wire contract 6.11)."""
    times = [f"1970-04-14T03:0{minute}:00Z" for minute in range(5)]
    context.ingest_and_wait(*(context.event(f"at {ts}", ts=ts) for ts in times))
    context.ingest_and_wait(context.event("an answer", kind="assistant_message"))
    pages = [
        context.control.events.list(
            actor_id=context.actor, kind="user_message", sort="ts_asc", limit=2, offset=offset
        )
        for offset in (0, 2, 4)
    ]
    assert [item.ts for page in pages for item in page.items] == times
    assert {page.total for page in pages} == {5}
    unmatched = context.control.events.list(session_id=context.unique_id("session"))
    assert (unmatched.items, unmatched.total) == ([], 0)


def invalid_event_sort_or_page_is_rejected(context: ContractContext) -> None:
    """An unknown sort order or kind is not sent; limit and offset get a 422 (contract 6.11)."""
    word: Any = "newest"
    for call in (
        lambda: context.control.events.list(sort=word),
        lambda: context.control.events.list(kind=word),
    ):
        assert "got 'newest'" in str(expect_error(MemsyConfigurationError, call))
    expect_error(ValidationError, lambda: context.control.events.list(limit=201))
    expect_error(ValidationError, lambda: context.control.events.list(offset=-1))


def expressed_interest_is_stored(context: ContractContext) -> None:
    """Interest is stored, and may be expressed twice (wire contract 6.12, 6.13, 9 Q21)."""
    interest = context.control.interest
    assert interest.express("lovell@example.org", "Jim Lovell", company="NASA").message
    assert interest.status() is True
    assert interest.express("lovell@example.org", "Jim Lovell").message
