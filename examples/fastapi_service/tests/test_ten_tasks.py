"""Ten common test tasks with the async client."""

from __future__ import annotations

import pytest
from memsy import EventPayload, MemsyTimeoutError, RateLimitExceeded
from memsy.testing import Clock, FakeAsyncMemsyClient, LocalService

from concierge.concierge import Concierge

TEA = "I take my tea without sugar"
EVENTS = [EventPayload("ann", "stay-1", "user_message", f"Wish {n}") for n in range(120)]


async def test_recall_a_preference(concierge: Concierge) -> None:
    await concierge.remember("ann", "stay-1", TEA, "Room with a view")
    assert await concierge.recall("ann", "tea") == [TEA]
    assert await concierge.recall("bob", "tea") == []


async def test_survive_a_429(
    concierge: Concierge, memsy_service: LocalService, memsy_clock: Clock
) -> None:
    memsy_service.faults.fail_next("ingest", RateLimitExceeded, retry_after=7, times=3)
    await concierge.remember("ann", "stay-1", TEA)
    assert await concierge.recall("ann", "tea") == [TEA]
    assert memsy_clock.monotonic() >= 21


@pytest.mark.memsy(limits={"events_ingested": 2})
async def test_stop_on_quota(
    concierge: Concierge, async_memsy_client: FakeAsyncMemsyClient
) -> None:
    assert await concierge.remember_letter("ann", "stay-1", ["A", "B", "C", "D"]) == ["C", "D"]
    assert [call.attempts for call in async_memsy_client.calls.for_operation("ingest")] == [1, 1, 1]


@pytest.mark.memsy(process_delay=5)
async def test_wait_for_pending(
    concierge: Concierge, async_memsy_client: FakeAsyncMemsyClient
) -> None:
    event_ids = await concierge.remember("ann", "stay-1", TEA)
    assert await concierge.recall("ann", "tea") == []
    await async_memsy_client.wait_until_processed(event_ids)
    assert await concierge.recall("ann", "tea") == [TEA]


async def test_deduplicate(concierge: Concierge, memsy_clock: Clock) -> None:
    first_ids = await concierge.remember("ann", "stay-1", "Another towel, please")
    assert await concierge.remember("ann", "stay-1", "Another towel, please") == first_ids
    memsy_clock.advance(61)
    assert await concierge.remember("ann", "stay-1", "Another towel, please") != first_ids


async def test_scope_by_role(concierge: Concierge) -> None:
    await concierge.remember("ann", "stay-1", "No nuts in anything", role="kitchen")
    assert await concierge.recall("bob", "nuts", role="kitchen") == ["No nuts in anything"]
    assert await concierge.recall("bob", "nuts", role="bar") == []


@pytest.mark.memsy(events=EVENTS)
async def test_page_through_memories(
    concierge: Concierge, async_memsy_client: FakeAsyncMemsyClient
) -> None:
    texts = [memory.text async for memory in concierge.list_memories("ann")]
    assert sorted(texts) == sorted(event.content for event in EVENTS)
    assert len(async_memsy_client.calls.for_operation("memories.list")) == 2


async def test_bad_key(memsy_service: LocalService) -> None:
    memory = FakeAsyncMemsyClient(api_key="msy_revoked", service=memsy_service)
    problem = await Concierge(memory).check_memory()
    assert problem == "the memory service rejected the API key"


async def test_time_out(
    concierge: Concierge, memsy_service: LocalService, memsy_clock: Clock
) -> None:
    memsy_service.faults.fail_next("search", MemsyTimeoutError)
    assert await concierge.chat("ann", "stay-1", TEA) == []
    assert memsy_clock.monotonic() == 30
    assert await concierge.recall("ann", "tea") == [TEA]


async def test_assert_what_was_stored(
    concierge: Concierge, async_memsy_client: FakeAsyncMemsyClient
) -> None:
    await concierge.chat("ann", "stay-1", TEA)
    assert async_memsy_client.calls.ingested == [
        EventPayload("ann", "stay-1", "user_message", TEA),
    ]
