"""Seeding of a service with events, without requests and limits."""

from __future__ import annotations

import pytest

from memsy import EventPayload
from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient

TEA = EventPayload("ann", "chat-1", "user_message", "I like tea", metadata={"cups": 3})


def test_seeded_events_are_stored_and_found(api: ServiceClient) -> None:
    api.service.seed([TEA, EventPayload("bob", "chat-2", "app_event", "it rains", role_id="r1")])
    first, second = api.service.events
    assert (first.actor_id, first.content, first.metadata) == ("ann", "I like tea", TEA.metadata)
    assert (second.kind, second.role_id, second.state) == ("app_event", "r1", "completed")
    assert api.search_texts("tea") == ["I like tea"]


def test_equal_seeded_events_are_deduplicated(api: ServiceClient) -> None:
    api.service.seed([TEA, TEA])
    assert len(api.service.events) == 1


def test_seeded_events_are_pending_with_manual_processing(clock: Clock) -> None:
    with LocalService(clock=clock, config=ServiceConfig(processing="manual")) as service:
        service.seed([TEA])
        assert [event.state for event in service.events] == ["pending"]


def test_seeding_ignores_limits_and_counts_as_usage_but_not_as_a_call(clock: Clock) -> None:
    config = ServiceConfig(limits={"api_calls": 1, "events_ingested": 1}, max_batch=1)
    with LocalService(clock=clock, config=config) as service:
        service.seed([EventPayload("ann", "s", "app_event", f"tick {n}") for n in range(3)])
        assert service.requests == ()
        response = ServiceClient(service).get("/v1/health")
        used = response.headers["x-usage-apicalls"], response.headers["x-usage-eventsingested"]
        assert (response.status, used) == (200, ("1", "3"))


def test_seeding_no_events_is_allowed(api: ServiceClient) -> None:
    api.service.seed([])
    assert api.service.events == ()


def test_invalid_event_is_named_and_nothing_is_stored(api: ServiceClient) -> None:
    with pytest.raises(ValueError, match=r"^events\[1\]\.content: .* at least 1 character"):
        api.service.seed([TEA, EventPayload("ann", "s", "app_event", "")])
    assert api.service.events == ()


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([TEA, "tea"], r"events\[1\] must be an EventPayload, got str"),
        ([TEA, TEA.to_dict()], r"events\[1\] must be an EventPayload, got dict"),
        (TEA, "events must be a list of EventPayload, got EventPayload"),
        (None, "events must be a list of EventPayload, got NoneType"),
    ],
)
def test_value_that_is_not_an_event_is_named(
    api: ServiceClient, events: list[EventPayload], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        api.service.seed(events)
    assert api.service.events == []


def test_message_about_many_invalid_events_is_short(api: ServiceClient) -> None:
    with pytest.raises(ValueError, match=r"^events\[0\]\.content: ") as excinfo:
        api.service.seed([EventPayload("ann", "s", "app_event", "")] * 1_000)
    assert len(str(excinfo.value)) <= 500


def test_reset_restores_the_initial_events(api: ServiceClient) -> None:
    api.service.initial_events = [TEA]
    api.service.seed([EventPayload("ann", "s", "app_event", "it rains")])
    for _ in range(2):
        api.service.reset()
        assert [event.content for event in api.service.events] == ["I like tea"]
        assert api.search_texts("tea") == ["I like tea"]
    api.service.initial_events = []
    api.service.reset()
    assert api.service.events == []


def test_reset_with_an_invalid_initial_event_changes_nothing(api: ServiceClient) -> None:
    api.service.seed([TEA])
    api.service.initial_events = [EventPayload("ann", "s", "app_event", "")]
    with pytest.raises(ValueError, match=r"^events\[0\]\.content: "):
        api.service.reset()
    assert len(api.service.events) == 1


def test_seeding_has_no_limit_on_batch_and_body_size(api: ServiceClient) -> None:
    words = "tea " * 7_500
    api.service.seed([EventPayload("ann", "s", "app_event", f"{words}{n}") for n in range(350)])
    assert len(api.service.events) == 350


def test_lone_surrogate_is_rejected(api: ServiceClient) -> None:
    with pytest.raises(ValueError, match=r"^seed: events\[1\]\.content .*lone surrogate"):
        api.service.seed([TEA, EventPayload("ann", "s", "app_event", "\ud83d")])
    assert api.service.events == ()
