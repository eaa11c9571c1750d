"""Processing of pending events: immediate, delayed, manual, failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient

OpenService = Callable[[ServiceConfig], ServiceClient]


@pytest.fixture
def open_service(clock: Clock) -> Iterator[OpenService]:
    with ExitStack() as stack:
        yield lambda config: ServiceClient(
            stack.enter_context(LocalService(clock=clock, config=config))
        )


def states(ask: ServiceClient) -> list[str]:
    return [event.state for event in ask.service.events]


def test_events_are_processed_immediately_by_default(ask: ServiceClient) -> None:
    ask.ingest("hello")
    assert states(ask) == ["completed"]
    assert ask.found("hello") == ["hello"]


def test_manual_processing_starts_with_the_oldest(open_service: OpenService) -> None:
    ask = open_service(ServiceConfig(processing="manual"))
    ask.ingest("one", "two", "three")
    assert states(ask) == ["pending", "pending", "pending"]
    assert ask.service.process(2) == 2
    assert states(ask) == ["completed", "completed", "pending"]
    assert ask.service.process() == 1
    assert ask.service.process() == 0
    assert [memory.text for memory in ask.service.memories] == ["one", "two", "three"]


def test_manual_processing_ignores_the_clock(open_service: OpenService, clock: Clock) -> None:
    ask = open_service(ServiceConfig(processing="manual"))
    ask.ingest("hello")
    clock.advance(86_400)
    assert states(ask) == ["pending"]


def test_event_is_processed_after_its_delay(open_service: OpenService, clock: Clock) -> None:
    ask = open_service(ServiceConfig(process_delay=2.5))
    (event_id,) = ask.ingest("hello")
    clock.advance(2.4)
    assert ask.found("hello") == []
    clock.advance(0.1)
    assert ask.found("hello") == ["hello"]
    assert ask.post("/v1/status", {"event_ids": [event_id]}).body["completedIds"] == [event_id]


def test_failed_event_gives_no_memory(open_service: OpenService) -> None:
    ask = open_service(ServiceConfig(processing="manual"))
    (event_id,) = ask.ingest("hello")
    ask.service.fail(event_id)
    assert ask.service.process() == 0
    assert states(ask) == ["failed"]
    assert ask.service.memories == ()


def test_only_a_pending_event_can_fail(ask: ServiceClient) -> None:
    (event_id,) = ask.ingest("hello")
    for other_id in (event_id, "nope"):
        with pytest.raises(ValueError, match="no pending event"):
            ask.service.fail(other_id)


def test_event_cannot_fail_after_its_delay(open_service: OpenService, clock: Clock) -> None:
    ask = open_service(ServiceConfig(process_delay=2.5))
    (event_id,) = ask.ingest("hello")
    clock.advance(2.5)
    with pytest.raises(ValueError, match="no pending event"):
        ask.service.fail(event_id)
    assert states(ask) == ["completed"]


@pytest.mark.parametrize("limit", [-1, 2.5, True, "3"])
def test_limit_must_be_a_non_negative_integer(open_service: OpenService, limit: Any) -> None:  # noqa: ANN401 - untyped code
    ask = open_service(ServiceConfig(processing="manual"))
    ask.ingest("hello")
    with pytest.raises(ValueError, match="limit must be a whole number"):
        ask.service.process(limit)
    assert states(ask) == ["pending"]
    assert ask.service.process(2**80) == 1


def test_memory_has_event_and_session(ask: ServiceClient) -> None:
    (event_id,) = ask.ingest("  tea,\n\twithout   sugar ", ts="1970-04-14T03:07:53Z")
    (memory,) = ask.service.memories
    assert memory.text == "tea, without sugar"
    assert (memory.actor_id, memory.session_id, memory.event_id) == ("lovell", "tape-1", event_id)
    assert (memory.level, memory.status, memory.strength) == ("actor", "active", 1.0)
    assert memory.observed_at.isoformat() == "1970-04-14T03:07:53+00:00"


def test_tagged_event_gives_role_and_team_memories(ask: ServiceClient) -> None:
    """The copies have no actor and no session."""
    ask.ingest("hello", role_id="r", team_id="t")
    assert [
        (m.level, m.actor_id, m.session_id, m.role_id, m.team_id) for m in ask.service.memories
    ] == [
        ("actor", "lovell", "tape-1", "r", "t"),
        ("role", None, None, "r", None),
        ("team", None, None, None, "t"),
    ]
    assert len({memory.memory_id for memory in ask.service.memories}) == 3
