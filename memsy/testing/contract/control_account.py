"""Promises of the control plane: who calls, what was used, what was ingested."""

from __future__ import annotations

from memsy.exceptions import ValidationError
from memsy.testing.contract.scene import Scene, refused


def me_names_the_organisation_of_the_key(scene: Scene) -> None:
    me = scene.control.me()
    assert me.org_id == scene.org_id
    assert me.tier


def the_control_plane_is_well(scene: Scene) -> None:
    assert scene.control.health().status == "ok"


def _used(scene: Scene, dimension: str) -> int:
    (found,) = (d for d in scene.control.usage.summary().dimensions if d.dimension == dimension)
    return found.used


def the_summary_counts_what_was_done(scene: Scene) -> None:
    scene.remember("the first of them all")
    before = _used(scene, "events_ingested")
    scene.remember("one", "two", "three")
    assert _used(scene, "events_ingested") == before + 3


def the_points_of_time_add_up_to_the_summary(scene: Scene) -> None:
    scene.remember("one", "two", "three")
    for granularity in ("daily", "hourly"):
        series = scene.control.usage.timeseries(
            dimension="events_ingested", granularity=granularity
        )
        assert series.granularity == granularity
        assert {point.dimension for point in series.data} == {"events_ingested"}
        assert sum(p.quantity for p in series.data) == _used(scene, "events_ingested")


def an_unknown_granularity_is_refused(scene: Scene) -> None:
    refused(ValidationError, lambda: scene.control.usage.timeseries(granularity="yearly"))


def what_was_ingested_is_listed(scene: Scene) -> None:
    event_id, other = scene.remember(
        scene.event("Okay, Houston", ts="1970-04-14T03:07:53Z", metadata={"page": 167}),
        scene.event("Roger", ts="1970-04-14T03:08:00Z", metadata="page 168"),
    )
    latest, earliest = scene.control.events.list(actor_id=scene.actor).items
    assert (latest.event_id, latest.metadata) == (other, {"raw": "page 168"})
    assert (earliest.event_id, earliest.metadata) == (event_id, {"page": 167})
    assert (earliest.actor_id, earliest.session_id) == (scene.actor, scene.session)
    assert (earliest.kind, earliest.content) == ("user_message", "Okay, Houston")
    assert earliest.ts == "1970-04-14T03:07:53Z"


def events_are_picked_sorted_and_paged(scene: Scene) -> None:
    times = [f"1970-04-14T03:0{minute}:00Z" for minute in range(5)]
    scene.remember(*(scene.event(f"at {ts}", ts=ts) for ts in times))
    scene.remember(scene.event("an answer", kind="assistant_message"))
    pages = [
        scene.control.events.list(
            actor_id=scene.actor, kind="user_message", sort="ts_asc", limit=2, offset=offset
        )
        for offset in (0, 2, 4)
    ]
    assert [item.ts for page in pages for item in page.items] == times
    assert {page.total for page in pages} == {5}
    elsewhere = scene.control.events.list(session_id=scene.fresh("session"))
    assert (elsewhere.items, elsewhere.total) == ([], 0)


def an_unknown_order_of_events_or_a_page_out_of_range_is_refused(scene: Scene) -> None:
    refused(ValidationError, lambda: scene.control.events.list(sort="loudest"))
    refused(ValidationError, lambda: scene.control.events.list(limit=201))
    refused(ValidationError, lambda: scene.control.events.list(offset=-1))


def interest_that_was_expressed_is_remembered(scene: Scene) -> None:
    interest = scene.control.interest
    assert interest.express("lovell@example.org", "Jim Lovell", company="NASA").message
    assert interest.status() is True
    assert interest.express("lovell@example.org", "Jim Lovell").message
