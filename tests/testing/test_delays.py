"""Tests of delays on the clock of a fake: retries, deadlines, processing, consent."""

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
    OperationName,
    ServiceConfig,
)

VERY_LONG = 1e6

TEA = EventPayload("ann", "chat-1", "user_message", "I like tea")


@contextmanager
def in_no_real_time() -> Iterator[None]:
    """Fail if the block takes 5 real seconds, a generous limit for a busy machine."""
    started_at = time.monotonic()
    yield
    assert time.monotonic() - started_at < 5.0


def wait_until(condition: Callable[[], bool], clock: Clock | None = None) -> None:
    """Wait for other threads until `condition()` is True, and advance the `clock` meanwhile."""
    for _ in range(5000):
        if condition():
            return
        if clock is not None:
            clock.advance(1.0)
        time.sleep(0.001)
    raise AssertionError("the condition never became True")


def rate_limited(
    retry_after: float, *, times: int, operation: OperationName = "search"
) -> LocalService:
    """Return a service with rate limit faults."""
    service = LocalService(clock=Clock())
    service.faults.fail_next(operation, RateLimitExceeded, retry_after=retry_after, times=times)
    return service


def elapsed(service: LocalService) -> float:
    return service.clock.monotonic()


class TestAsync:
    """Tests of the async fakes."""

    async def test_polling_ends_when_the_event_is_processed(self) -> None:
        clock = Clock()
        memsy = FakeAsyncMemsyClient(
            service=LocalService(clock=clock, config=ServiceConfig(process_delay=42.0))
        )
        event_ids = (await memsy.ingest([TEA])).event_ids
        polls = 0
        while (await memsy.status(event_ids)).pending_ids:
            polls += 1
            await clock.sleep_async(5)
        assert (polls, clock.monotonic()) == (9, 45.0)
        assert (await memsy.search("tea")).results

    async def test_sleep_on_the_clock_processes_events(self) -> None:
        clock = Clock()
        memsy = FakeAsyncMemsyClient(
            service=LocalService(clock=clock, config=ServiceConfig(process_delay=2.5))
        )
        await memsy.ingest([TEA])
        await clock.sleep_async(2.4)
        assert not memsy.service.memories
        await clock.sleep_async(0.1)
        assert [memory.text for memory in memsy.service.memories] == ["I like tea"]

    async def test_clients_wake_from_retry_pauses_in_order(self) -> None:
        clock, wakeups = Clock(), list[tuple[str, float]]()

        async def search(name: str, retry_after: float) -> None:
            memsy = FakeAsyncMemsyClient(service=LocalService(clock=clock))
            memsy.service.faults.fail_next(
                "search", RateLimitExceeded, retry_after=retry_after, times=2
            )
            await memsy.search("tea")
            wakeups.append((name, clock.monotonic()))

        await asyncio.gather(search("slow", 30.0 / 7), search("quick", 1.0), search("medium", 3.0))
        assert [name for name, _ in wakeups] == ["quick", "medium", "slow"]
        # Jitter adds up to a tenth to each pause. The pauses of the clients overlap.
        for (_, moment), pause in zip(wakeups, (2.0, 6.0, 60.0 / 7), strict=True):
            assert pause <= moment <= pause * 1.1

    async def test_four_retries_and_the_dedup_window_take_no_real_time(self) -> None:
        clock = Clock()
        service = LocalService(clock=clock)
        service.faults.fail_next("ingest", MemsyConnectionError, times=4, stored=True)
        memsy = FakeAsyncMemsyClient(
            service=service, timeout=120.0, retry=RetryPolicy(max_retries=4)
        )
        with in_no_real_time():
            first = await memsy.ingest([TEA])
            assert len(service.events) == 1
            await clock.sleep_async(61)
            second = await memsy.ingest([TEA])
        assert first.event_ids != second.event_ids
        assert len(service.requests) == 6

    async def test_call_in_a_pause_does_not_block_other_calls(self) -> None:
        service = rate_limited(10.0, times=1)
        memsy = FakeAsyncMemsyClient(service=service)
        task = asyncio.create_task(memsy.search("tea"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await memsy.search("tea")
        assert (task.done(), elapsed(service)) == (False, 0.0)
        await task
        assert 10.0 <= elapsed(service) <= 11.0

    async def test_deadline_expires_on_the_clock(self) -> None:
        service = LocalService(clock=Clock())
        service.faults.fail_next("search", MemsyTimeoutError, times=9)
        with in_no_real_time(), pytest.raises(MemsyTimeoutError, match="within 30 s"):
            await FakeAsyncMemsyClient(service=service).search("tea")
        assert elapsed(service) == 30.0

    async def test_pause_beyond_the_deadline_is_skipped(self) -> None:
        service = rate_limited(20.0, times=9)
        with pytest.raises(RateLimitExceeded):
            await FakeAsyncMemsyClient(service=service, timeout=15.0).search("tea")
        assert elapsed(service) == 0.0

    async def test_call_cancelled_in_a_pause_ends(self) -> None:
        service = rate_limited(10.0, times=1)
        call = asyncio.create_task(FakeAsyncMemsyClient(service=service).search("tea"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await FakeAsyncMemsyClient(service=service).search("tea")
        assert (elapsed(service), len(service.requests)) == (0.0, 2)

    async def test_clock_without_autojump_does_not_skip_a_retry_pause(self) -> None:
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

    async def test_wait_for_consent_ends_with_the_consent(self) -> None:
        clock = Clock()
        control = FakeAsyncMemsyControlClient(service=LocalService(clock=clock))
        connection = await control.connectors.create("slack")

        async def consent() -> None:
            await clock.sleep_async(31.0)
            control.service.connectors.authorize(connection.connector_id)

        with in_no_real_time():
            _, resources = await asyncio.gather(
                consent(), control.connectors.wait_until_authorized(connection.connector_id)
            )
        assert [resource.name for resource in resources] == []
        assert clock.monotonic() == 33.0

    async def test_wait_without_consent_times_out_in_no_real_time(self) -> None:
        control = FakeAsyncMemsyControlClient(service=LocalService(clock=Clock()))
        connection = await control.connectors.create("slack")
        with in_no_real_time(), pytest.raises(MemsyTimeoutError, match="after 300 s"):
            await control.connectors.wait_until_authorized(connection.connector_id)
        assert elapsed(control.service) == pytest.approx(300.0)


class TestSync:
    """Tests of the sync fakes."""

    def test_polling_ends_when_the_event_is_processed(self) -> None:
        clock = Clock()
        memsy = FakeMemsyClient(
            service=LocalService(clock=clock, config=ServiceConfig(process_delay=42.0))
        )
        event_ids = memsy.ingest([TEA]).event_ids
        while memsy.status(event_ids).pending_ids:
            clock.sleep(5)
        assert clock.monotonic() == 45.0

    def test_four_retries_and_the_dedup_window_take_no_real_time(self) -> None:
        clock = Clock()
        service = LocalService(clock=clock)
        service.faults.fail_next("ingest", ServerError, times=4, stored=True)
        memsy: MemsyClient = FakeMemsyClient(
            service=service, timeout=120.0, retry=RetryPolicy(max_retries=4)
        )
        with in_no_real_time():
            first = memsy.ingest([TEA])
            clock.advance(61)
            second = memsy.ingest([TEA])
        assert first.event_ids != second.event_ids
        assert len(service.requests) == 6

    def test_deadline_expires_on_the_clock(self) -> None:
        service = LocalService(clock=Clock())
        service.faults.fail_next("search", MemsyTimeoutError, times=9)
        with in_no_real_time(), pytest.raises(MemsyTimeoutError, match="within 30 s"):
            FakeMemsyClient(service=service).search("tea")
        assert elapsed(service) == 30.0

    def test_clock_without_autojump_blocks_a_thread_in_a_retry_pause(self) -> None:
        clock = Clock(autojump=False)
        service = LocalService(clock=clock)
        service.faults.fail_next("search", RateLimitExceeded, retry_after=10.0)
        memsy = FakeMemsyClient(service=service, timeout=VERY_LONG)
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(memsy.search, "tea")
            wait_until(lambda: len(service.requests) == 1)
            assert not call.done()
            wait_until(call.done, clock)
            assert call.result().results == []
        assert len(service.requests) == 2

    def test_wait_for_consent_ends_with_the_consent(self) -> None:
        clock = Clock(autojump=False)
        control = FakeMemsyControlClient(service=LocalService(clock=clock))
        connector_id = control.connectors.create("slack").connector_id
        with ThreadPoolExecutor(1) as pool:
            wait = pool.submit(
                control.connectors.wait_until_authorized, connector_id, timeout=VERY_LONG
            )
            wait_until(lambda: len(control.service.requests) >= 4, clock)
            assert not wait.done()
            control.service.connectors.authorize(connector_id)
            wait_until(wait.done, clock)
            assert isinstance(wait.result(), list)

    def test_wait_without_consent_times_out_in_no_real_time(self) -> None:
        control = FakeMemsyControlClient(service=LocalService(clock=Clock()))
        connector_id = control.connectors.create("slack").connector_id
        with in_no_real_time(), pytest.raises(MemsyTimeoutError, match="after 300 s"):
            control.connectors.wait_until_authorized(connector_id)
        assert elapsed(control.service) == pytest.approx(300.0)
