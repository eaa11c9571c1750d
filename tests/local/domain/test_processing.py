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


def states(api: ServiceClient) -> list[str]:
    return [event.state for event in api.service.events]


def test_events_are_processed_immediately_by_default(api: ServiceClient) -> None:
    api.ingest("hello")
    assert states(api) == ["completed"]
    assert api.search_texts("hello") == ["hello"]


def test_manual_processing_starts_with_the_oldest(open_service: OpenService) -> None:
    api = open_service(ServiceConfig(processing="manual"))
    api.ingest("one", "two", "three")
    assert states(api) == ["pending", "pending", "pending"]
    assert api.service.process(2) == 2
    assert states(api) == ["completed", "completed", "pending"]
    assert api.service.process() == 1
    assert api.service.process() == 0
    assert [memory.text for memory in api.service.memories] == ["one", "two", "three"]


def test_manual_processing_ignores_the_clock(open_service: OpenService, clock: Clock) -> None:
    api = open_service(ServiceConfig(processing="manual"))
    api.ingest("hello")
    clock.advance(86_400)
    assert states(api) == ["pending"]


def test_event_is_processed_after_its_delay(open_service: OpenService, clock: Clock) -> None:
    api = open_service(ServiceConfig(process_delay=2.5))
    (event_id,) = api.ingest("hello")
    clock.advance(2.4)
    assert api.search_texts("hello") == []
    clock.advance(0.1)
    assert api.search_texts("hello") == ["hello"]
    assert api.post("/v1/status", {"event_ids": [event_id]}).body["completedIds"] == [event_id]


def test_failed_event_gives_no_memory(open_service: OpenService) -> None:
    api = open_service(ServiceConfig(processing="manual"))
    (event_id,) = api.ingest("hello")
    api.service.fail(event_id)
    assert api.service.process() == 0
    assert states(api) == ["failed"]
    assert api.service.memories == ()


def test_only_a_pending_event_can_fail(api: ServiceClient) -> None:
    (event_id,) = api.ingest("hello")
    for other_id in (event_id, "nope"):
        with pytest.raises(ValueError, match="no pending event"):
            api.service.fail(other_id)


def test_event_cannot_fail_after_its_delay(open_service: OpenService, clock: Clock) -> None:
    api = open_service(ServiceConfig(process_delay=2.5))
    (event_id,) = api.ingest("hello")
    clock.advance(2.5)
    with pytest.raises(ValueError, match="no pending event"):
        api.service.fail(event_id)
    assert states(api) == ["completed"]


@pytest.mark.parametrize("limit", [-1, 2.5, True, "3"])
def test_limit_must_be_a_non_negative_integer(open_service: OpenService, limit: Any) -> None:  # noqa: ANN401 - untyped code
    api = open_service(ServiceConfig(processing="manual"))
    api.ingest("hello")
    with pytest.raises(ValueError, match="limit must be a whole number"):
        api.service.process(limit)
    assert states(api) == ["pending"]
    assert api.service.process(2**80) == 1


def test_memory_has_event_and_session(api: ServiceClient) -> None:
    (event_id,) = api.ingest("  tea,\n\twithout   sugar ", ts="1970-04-14T03:07:53Z")
    (memory,) = api.service.memories
    assert memory.text == "tea, without sugar"
    assert (memory.actor_id, memory.session_id, memory.event_id) == ("lovell", "tape-1", event_id)
    assert (memory.level, memory.status, memory.strength) == ("actor", "active", 1.0)
    assert memory.observed_at.isoformat() == "1970-04-14T03:07:53+00:00"


def test_tagged_event_gives_role_and_team_memories(api: ServiceClient) -> None:
    """The copies have no actor and no session."""
    api.ingest("hello", role_id="r", team_id="t")
    assert [
        (m.level, m.actor_id, m.session_id, m.role_id, m.team_id) for m in api.service.memories
    ] == [
        ("actor", "lovell", "tape-1", "r", "t"),
        ("role", None, None, "r", None),
        ("team", None, None, None, "t"),
    ]
    assert len({memory.memory_id for memory in api.service.memories}) == 3
