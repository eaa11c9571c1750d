"""Whoever waits with a fake waits on its clock: for retries, deadlines, memories and users."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from memsy import (
    EventPayload,
    MemsyClient,
    MemsyConnectionError,
    MemsyTimeoutError,
    RateLimitExceeded,
    RetryPolicy,
    ServerError,
)
from memsy.testing import (
    Clock,
    FakeAsyncMemsyClient,
    FakeAsyncMemsyControlClient,
    FakeMemsyClient,
    FakeMemsyControlClient,
    LocalService,
    ServiceConfig,
)

FOREVER = 1e6

TEA = EventPayload("ann", "chat-1", "user_message", "I like tea")


@contextmanager
def in_no_time() -> Iterator[None]:
    """However long it is said to take. A busy machine may take a thousand times too long."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < 5.0


def wait_until(is_so: Callable[[], bool], clock: Clock | None = None) -> None:
    """Give other threads time until *is_so*, on the *clock*, too, in case they sleep by it."""
    for _ in range(5000):
        if is_so():
            return
        if clock is not None:
            clock.advance(1.0)
        time.sleep(0.001)
    raise AssertionError("it never was")


def asks_for(seconds: float, *, times: int, operation: str = "search") -> LocalService:
    """A service that asks its callers to wait."""
    service = LocalService(clock=Clock())
    service.faults.fail_next(operation, RateLimitExceeded, retry_after=seconds, times=times)
    return service


def passed(service: LocalService) -> float:
    return service.clock.monotonic()


class TestAwaiting:
    """On asyncio."""

    async def test_who_asks_until_a_memory_is_there_gets_it_when_it_is_due(self) -> None:
        clock = Clock()
        memsy = FakeAsyncMemsyClient(
            service=LocalService(clock=clock, config=ServiceConfig(process_delay=42.0))
        )
        event_ids = (await memsy.ingest([TEA])).event_ids
        looks = 0
        while (await memsy.status(event_ids)).pending_ids:
            looks += 1
            await clock.sleep_async(5)
        assert (looks, clock.monotonic()) == (9, 45.0)
        assert (await memsy.search("tea")).results

    async def test_a_test_that_waits_lets_events_become_memories(self) -> None:
        clock = Clock()
        memsy = FakeAsyncMemsyClient(
            service=LocalService(clock=clock, config=ServiceConfig(process_delay=2.5))
        )
        await memsy.ingest([TEA])
        await clock.sleep_async(2.4)
        assert not memsy.service.memories
        await clock.sleep_async(0.1)
        assert [memory.text for memory in memsy.service.memories] == ["I like tea"]

    async def test_several_clients_wake_from_their_retry_pauses_in_order(self) -> None:
        clock, woken = Clock(), list[tuple[str, float]]()

        async def asks(name: str, retry_after: float) -> None:
            memsy = FakeAsyncMemsyClient(service=LocalService(clock=clock))
            memsy.service.faults.fail_next(
                "search", RateLimitExceeded, retry_after=retry_after, times=2
            )
            await memsy.search("tea")
            woken.append((name, clock.monotonic()))

        await asyncio.gather(asks("slow", 30.0 / 7), asks("quick", 1.0), asks("medium", 3.0))
        assert [name for name, _ in woken] == ["quick", "medium", "slow"]
        # Each waits up to a tenth longer than asked: what they wait overlaps, and is not summed up.
        for (_, moment), asked in zip(woken, (2.0, 6.0, 60.0 / 7), strict=True):
            assert asked <= moment <= asked * 1.1

    async def test_four_retries_and_the_window_of_an_ingest_take_no_time(self) -> None:
        clock = Clock()
        service = LocalService(clock=clock)
        service.faults.fail_next("ingest", MemsyConnectionError, times=4, stored=True)
        memsy = FakeAsyncMemsyClient(
            service=service, timeout=120.0, retry=RetryPolicy(max_retries=4)
        )
        with in_no_time():
            first = await memsy.ingest([TEA])
            assert len(service.events) == 1
            await clock.sleep_async(61)
            second = await memsy.ingest([TEA])
        assert first.event_ids != second.event_ids
        assert len(service.requests) == 6

    async def test_a_call_that_waits_holds_no_other_up(self) -> None:
        service = asks_for(10.0, times=1)
        memsy = FakeAsyncMemsyClient(service=service)
        waiting = asyncio.create_task(memsy.search("tea"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await memsy.search("tea")
        assert (waiting.done(), passed(service)) == (False, 0.0)
        await waiting
        assert 10.0 <= passed(service) <= 11.0

    async def test_a_deadline_comes_when_its_time_has_passed(self) -> None:
        service = LocalService(clock=Clock())
        service.faults.fail_next("search", MemsyTimeoutError, times=9)
        with in_no_time(), pytest.raises(MemsyTimeoutError, match="within 30 s"):
            await FakeAsyncMemsyClient(service=service).search("tea")
        assert passed(service) == 30.0

    async def test_a_pause_beyond_the_deadline_is_not_waited(self) -> None:
        service = asks_for(20.0, times=9)
        with pytest.raises(RateLimitExceeded):
            await FakeAsyncMemsyClient(service=service, timeout=15.0).search("tea")
        assert passed(service) == 0.0

    async def test_a_call_that_is_cancelled_in_a_pause_is_over(self) -> None:
        service = asks_for(10.0, times=1)
        call = asyncio.create_task(FakeAsyncMemsyClient(service=service).search("tea"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await FakeAsyncMemsyClient(service=service).search("tea")
        assert (passed(service), len(service.requests)) == (0.0, 2)

    async def test_a_manual_clock_lets_a_test_stop_in_the_middle_of_a_pause(self) -> None:
        clock = Clock(autojump=False)
        service = LocalService(clock=clock)
        service.faults.fail_next("search", RateLimitExceeded, retry_after=10.0)
        call = asyncio.create_task(FakeAsyncMemsyClient(service=service).search("tea"))
        await clock.wait_all_tasks_blocked()
        clock.advance(9.9)
        await clock.wait_all_tasks_blocked()
        assert len(service.requests) == 1
        clock.advance(1.2)
        await call
        assert len(service.requests) == 2

    async def test_a_consent_is_awaited_until_the_user_gives_it(self) -> None:
        clock = Clock()
        control = FakeAsyncMemsyControlClient(service=LocalService(clock=clock))
        made = await control.connectors.create("slack")

        async def consent() -> None:
            await clock.sleep_async(31.0)
            control.service.connectors.authorize(made.connector_id)

        with in_no_time():
            _, resources = await asyncio.gather(
                consent(), control.connectors.wait_until_authorized(made.connector_id)
            )
        assert [resource.name for resource in resources] == []
        assert clock.monotonic() == 33.0

    async def test_a_consent_that_never_comes_is_awaited_in_no_time(self) -> None:
        control = FakeAsyncMemsyControlClient(service=LocalService(clock=Clock()))
        made = await control.connectors.create("slack")
        with in_no_time(), pytest.raises(MemsyTimeoutError, match="after 300 s"):
            await control.connectors.wait_until_authorized(made.connector_id)
        assert passed(control.service) == pytest.approx(300.0)


class TestBlocking:
    """On threads."""

    def test_who_asks_until_a_memory_is_there_gets_it_when_it_is_due(self) -> None:
        clock = Clock()
        memsy = FakeMemsyClient(
            service=LocalService(clock=clock, config=ServiceConfig(process_delay=42.0))
        )
        event_ids = memsy.ingest([TEA]).event_ids
        while memsy.status(event_ids).pending_ids:
            clock.sleep(5)
        assert clock.monotonic() == 45.0

    def test_four_retries_and_the_window_of_an_ingest_take_no_time(self) -> None:
        clock = Clock()
        service = LocalService(clock=clock)
        service.faults.fail_next("ingest", ServerError, times=4, stored=True)
        memsy: MemsyClient = FakeMemsyClient(
            service=service, timeout=120.0, retry=RetryPolicy(max_retries=4)
        )
        with in_no_time():
            first = memsy.ingest([TEA])
            clock.advance(61)
            second = memsy.ingest([TEA])
        assert first.event_ids != second.event_ids
        assert len(service.requests) == 6

    def test_a_deadline_comes_when_its_time_has_passed(self) -> None:
        service = LocalService(clock=Clock())
        service.faults.fail_next("search", MemsyTimeoutError, times=9)
        with in_no_time(), pytest.raises(MemsyTimeoutError, match="within 30 s"):
            FakeMemsyClient(service=service).search("tea")
        assert passed(service) == 30.0

    def test_a_manual_clock_holds_a_thread_in_its_pause(self) -> None:
        clock = Clock(autojump=False)
        service = LocalService(clock=clock)
        service.faults.fail_next("search", RateLimitExceeded, retry_after=10.0)
        memsy = FakeMemsyClient(service=service, timeout=FOREVER)
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(memsy.search, "tea")
            wait_until(lambda: len(service.requests) == 1)
            assert not call.done()
            wait_until(call.done, clock)
            assert call.result().results == []
        assert len(service.requests) == 2

    def test_a_consent_is_awaited_until_the_user_gives_it(self) -> None:
        clock = Clock(autojump=False)
        control = FakeMemsyControlClient(service=LocalService(clock=clock))
        connector_id = control.connectors.create("slack").connector_id
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(
                control.connectors.wait_until_authorized, connector_id, timeout=FOREVER
            )
            wait_until(lambda: len(control.service.requests) >= 4, clock)
            assert not waiting.done()
            control.service.connectors.authorize(connector_id)
            wait_until(waiting.done, clock)
            assert isinstance(waiting.result(), list)

    def test_a_consent_that_never_comes_is_awaited_in_no_time(self) -> None:
        control = FakeMemsyControlClient(service=LocalService(clock=Clock()))
        connector_id = control.connectors.create("slack").connector_id
        with in_no_time(), pytest.raises(MemsyTimeoutError, match="after 300 s"):
            control.connectors.wait_until_authorized(connector_id)
        assert passed(control.service) == pytest.approx(300.0)
