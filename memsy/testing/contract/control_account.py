"""Promises of the control plane: who calls, what was used, what was ingested."""

from __future__ import annotations

from memsy.exceptions import ValidationError
from memsy.testing.contract.context import ContractContext, expect_error


def me_names_the_organisation_of_the_key(context: ContractContext) -> None:
    me = context.control.me()
    assert me.org_id == context.org_id
    assert me.tier


def the_control_plane_is_well(context: ContractContext) -> None:
    assert context.control.health().status == "ok"


def _used(context: ContractContext, dimension: str) -> int:
    (found,) = (d for d in context.control.usage.summary().dimensions if d.dimension == dimension)
    return found.used


def the_summary_counts_what_was_done(context: ContractContext) -> None:
    context.ingest_and_wait("the first of them all")
    before = _used(context, "events_ingested")
    context.ingest_and_wait("one", "two", "three")
    assert _used(context, "events_ingested") == before + 3


def the_points_of_time_add_up_to_the_summary(context: ContractContext) -> None:
    context.ingest_and_wait("one", "two", "three")
    for granularity in ("daily", "hourly"):
        series = context.control.usage.timeseries(
            dimension="events_ingested", granularity=granularity
        )
        assert series.granularity == granularity
        assert {point.dimension for point in series.data} == {"events_ingested"}
        assert sum(p.quantity for p in series.data) == _used(context, "events_ingested")


def an_unknown_granularity_is_refused(context: ContractContext) -> None:
    expect_error(ValidationError, lambda: context.control.usage.timeseries(granularity="yearly"))


def what_was_ingested_is_listed(context: ContractContext) -> None:
    event_id, other = context.ingest_and_wait(
        context.event("Okay, Houston", ts="1970-04-14T03:07:53Z", metadata={"page": 167}),
        context.event("Roger", ts="1970-04-14T03:08:00Z", metadata="page 168"),
    )
    latest, earliest = context.control.events.list(actor_id=context.actor).items
    assert (latest.event_id, latest.metadata) == (other, {"raw": "page 168"})
    assert (earliest.event_id, earliest.metadata) == (event_id, {"page": 167})
    assert (earliest.actor_id, earliest.session_id) == (context.actor, context.session)
    assert (earliest.kind, earliest.content) == ("user_message", "Okay, Houston")
    assert earliest.ts == "1970-04-14T03:07:53Z"


def events_are_picked_sorted_and_paged(context: ContractContext) -> None:
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
    elsewhere = context.control.events.list(session_id=context.unique_id("session"))
    assert (elsewhere.items, elsewhere.total) == ([], 0)


def an_unknown_order_of_events_or_a_page_out_of_range_is_refused(context: ContractContext) -> None:
    expect_error(ValidationError, lambda: context.control.events.list(sort="loudest"))
    expect_error(ValidationError, lambda: context.control.events.list(limit=201))
    expect_error(ValidationError, lambda: context.control.events.list(offset=-1))


def interest_that_was_expressed_is_remembered(context: ContractContext) -> None:
    interest = context.control.interest
    assert interest.express("lovell@example.org", "Jim Lovell", company="NASA").message
    assert interest.status() is True
    assert interest.express("lovell@example.org", "Jim Lovell").message
