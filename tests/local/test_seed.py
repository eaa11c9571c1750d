"""What a service is seeded with was there before: it came by no request."""

from __future__ import annotations

import pytest

from memsy import EventPayload
from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient

TEA = EventPayload("ann", "chat-1", "user_message", "I like tea", metadata={"cups": 3})


def test_seeds_are_events_like_any_other(ask: ServiceClient) -> None:
    ask.service.seed([TEA, EventPayload("bob", "chat-2", "app_event", "it rains", role_id="r1")])
    first, second = ask.service.events
    assert (first.actor_id, first.content, first.metadata) == ("ann", "I like tea", TEA.metadata)
    assert (second.kind, second.role_id, second.state) == ("app_event", "r1", "completed")
    assert ask.found("tea") == ["I like tea"]


def test_an_equal_event_soon_after_is_taken_for_the_seed(ask: ServiceClient) -> None:
    ask.service.seed([TEA, TEA])
    assert len(ask.service.events) == 1


def test_seeds_of_a_service_that_is_worked_by_hand_are_pending(clock: Clock) -> None:
    with LocalService(clock=clock, config=ServiceConfig(processing="manual")) as service:
        service.seed([TEA])
        assert [event.state for event in service.events] == ["pending"]


def test_no_limit_speaks_against_a_seed_and_no_call_was_made(clock: Clock) -> None:
    """Though what is stored is stored, and counts."""
    config = ServiceConfig(limits={"api_calls": 1, "events_ingested": 1}, max_batch=1)
    with LocalService(clock=clock, config=config) as service:
        service.seed([EventPayload("ann", "s", "app_event", f"tick {n}") for n in range(3)])
        assert service.requests == ()
        answer = ServiceClient(service).get("/v1/health")
        used = answer.headers["x-usage-apicalls"], answer.headers["x-usage-eventsingested"]
        assert (answer.status, used) == (200, ("1", "3"))


def test_nothing_is_a_good_seed_too(ask: ServiceClient) -> None:
    ask.service.seed([])
    assert ask.service.events == ()


def test_what_no_ingest_would_take_is_named_and_none_of_it_is_there(ask: ServiceClient) -> None:
    with pytest.raises(ValueError, match=r"^events\[1\]\.content: .* at least 1 character"):
        ask.service.seed([TEA, EventPayload("ann", "s", "app_event", "")])
    assert ask.service.events == ()


def test_there_may_be_more_seeds_than_a_request_could_bring(ask: ServiceClient) -> None:
    words = "tea " * 7_500
    ask.service.seed([EventPayload("ann", "s", "app_event", f"{words}{n}") for n in range(350)])
    assert len(ask.service.events) == 350


def test_half_of_a_pair_of_surrogates_is_no_seed(ask: ServiceClient) -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        ask.service.seed([TEA, EventPayload("ann", "s", "app_event", "\ud83d")])
    assert ask.service.events == ()
