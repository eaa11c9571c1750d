"""Pending events, and when they become memories."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient

OpenClient = Callable[[ServiceConfig], ServiceClient]


@pytest.fixture
def opened(clock: Clock) -> Iterator[OpenClient]:
    with ExitStack() as stack:
        yield lambda config: ServiceClient(
            stack.enter_context(LocalService(clock=clock, config=config))
        )


def states(ask: ServiceClient) -> list[str]:
    return [event.state for event in ask.service.events]


def test_events_are_processed_at_once(ask: ServiceClient) -> None:
    ask.ingest("hello")
    assert states(ask) == ["completed"]
    assert ask.found("hello") == ["hello"]


def test_by_hand_the_oldest_are_processed_first(opened: OpenClient) -> None:
    ask = opened(ServiceConfig(processing="manual"))
    ask.ingest("one", "two", "three")
    assert states(ask) == ["pending", "pending", "pending"]
    assert ask.service.process(2) == 2
    assert states(ask) == ["completed", "completed", "pending"]
    assert ask.service.process() == 1
    assert ask.service.process() == 0
    assert [memory.text for memory in ask.service.memories] == ["one", "two", "three"]


def test_by_hand_no_time_is_long_enough(opened: OpenClient, clock: Clock) -> None:
    ask = opened(ServiceConfig(processing="manual"))
    ask.ingest("hello")
    clock.advance(86_400)
    assert states(ask) == ["pending"]


def test_an_event_is_processed_when_its_delay_is_over(opened: OpenClient, clock: Clock) -> None:
    ask = opened(ServiceConfig(process_delay=2.5))
    (event_id,) = ask.ingest("hello")
    clock.advance(2.4)
    assert ask.found("hello") == []
    clock.advance(0.1)
    assert ask.found("hello") == ["hello"]
    assert ask.post("/v1/status", {"event_ids": [event_id]}).body["completedIds"] == [event_id]


def test_a_failed_event_gives_no_memory(opened: OpenClient) -> None:
    ask = opened(ServiceConfig(processing="manual"))
    (event_id,) = ask.ingest("hello")
    ask.service.fail(event_id)
    assert ask.service.process() == 0
    assert states(ask) == ["failed"]
    assert ask.service.memories == ()


def test_only_a_pending_event_can_fail(ask: ServiceClient) -> None:
    (event_id,) = ask.ingest("hello")
    for no_pending_one in (event_id, "nope"):
        with pytest.raises(ValueError, match="no pending event"):
            ask.service.fail(no_pending_one)


def test_an_event_whose_delay_is_over_cannot_fail_any_more(
    opened: OpenClient, clock: Clock
) -> None:
    ask = opened(ServiceConfig(process_delay=2.5))
    (event_id,) = ask.ingest("hello")
    clock.advance(2.5)
    with pytest.raises(ValueError, match="no pending event"):
        ask.service.fail(event_id)
    assert states(ask) == ["completed"]


@pytest.mark.parametrize("most", [-1, 2.5, True, "3"])
def test_so_many_events_are_a_number_of_events(opened: OpenClient, most: Any) -> None:  # noqa: ANN401 - untyped code
    ask = opened(ServiceConfig(processing="manual"))
    ask.ingest("hello")
    with pytest.raises(ValueError, match="most is a whole number"):
        ask.service.process(most)
    assert states(ask) == ["pending"]
    assert ask.service.process(2**80) == 1


def test_a_memory_knows_its_event_and_its_conversation(ask: ServiceClient) -> None:
    (event_id,) = ask.ingest("  tea,\n\twithout   sugar ", ts="1970-04-14T03:07:53Z")
    (memory,) = ask.service.memories
    assert memory.text == "tea, without sugar"
    assert (memory.actor_id, memory.session_id, memory.event_id) == ("lovell", "tape-1", event_id)
    assert (memory.level, memory.status, memory.strength) == ("actor", "active", 1.0)
    assert memory.observed_at.isoformat() == "1970-04-14T03:07:53+00:00"


def test_a_tagged_event_is_promoted_to_its_role_and_its_team(ask: ServiceClient) -> None:
    """The copies belong to nobody and to no conversation."""
    ask.ingest("hello", role_id="r", team_id="t")
    assert [
        (m.level, m.actor_id, m.session_id, m.role_id, m.team_id) for m in ask.service.memories
    ] == [
        ("actor", "lovell", "tape-1", "r", "t"),
        ("role", None, None, "r", None),
        ("team", None, None, None, "t"),
    ]
    assert len({memory.memory_id for memory in ask.service.memories}) == 3
