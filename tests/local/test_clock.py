"""Virtual clock: time, sync and async sleeps, wake-up order, several event loops."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta, timezone
from threading import Barrier, Event, Thread
from typing import Any
from weakref import ref
from zoneinfo import ZoneInfo, available_timezones

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from memsy.local.clock import Clock

NOON = datetime(2026, 4, 14, 12, tzinfo=timezone.utc)

Wakeups = list[tuple[str, float]]


class ShortTimeoutClock(Clock):
    """Clock with short real-time timeouts."""

    _advance_timeout = _stall_timeout = 0.02


class LongTimeoutClock(Clock):
    """Clock that waits for a blocked loop longer than a test may take."""

    _stall_timeout = 30.0


async def sleep_and_record(clock: Clock, wakeups: Wakeups, name: str, *seconds: float) -> None:
    """Sleep several times, and record the time after each sleep."""
    for pause in seconds:
        await clock.sleep_async(pause)
        wakeups.append((name, clock.monotonic()))


def thread_with_loop(coroutine: Callable[[], Coroutine[Any, Any, None]]) -> Thread:
    return Thread(target=lambda: asyncio.run(coroutine()))


def closed_loop_with_sleeper(clock: Clock, wakeups: Wakeups) -> asyncio.AbstractEventLoop:
    """Return a closed loop with a task that still sleeps for 1,000 seconds."""
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda loop, context: None)  # it would report a lost task
    task = loop.create_task(sleep_and_record(clock, wakeups, "gone", 1000.0))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    assert not task.done()
    return loop


def test_clock_does_not_move_by_itself() -> None:
    clock = Clock(NOON)
    assert clock.now == clock.now == NOON
    assert clock.time() == clock.time() == NOON.timestamp()


@pytest.mark.parametrize("autojump", [True, False])
def test_advance_moves_the_clock(autojump: bool) -> None:
    clock = Clock(NOON, autojump=autojump)
    before = clock.monotonic()
    clock.advance(90.5)
    assert clock.now == NOON + timedelta(seconds=90.5)
    assert clock.monotonic() - before == 90.5
    assert clock.time() == NOON.timestamp() + 90.5


def test_start_time_without_a_time_zone_is_in_utc() -> None:
    assert Clock(NOON.replace(tzinfo=None)).now == NOON


@pytest.mark.skipif("Europe/Berlin" not in available_timezones(), reason="no time zones here")
def test_advance_is_exact_across_a_daylight_saving_change() -> None:
    clock = Clock(datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    before = clock.time()
    clock.advance(3600)
    assert clock.time() - before == 3600
    assert clock.now.isoformat() == "2026-03-29T03:30:00+02:00"


@pytest.mark.parametrize("seconds", [-0.1, float("nan")])
def test_advance_by_a_negative_duration_is_rejected(seconds: float) -> None:
    with pytest.raises(ValueError, match="forward"):
        Clock(NOON).advance(seconds)


@pytest.mark.parametrize("seconds", [1e12, float("inf")])
async def test_advance_beyond_the_year_9999_is_rejected(seconds: float) -> None:
    clock = Clock(NOON)
    with pytest.raises(ValueError, match="ends with the year 9999"):
        clock.advance(seconds)
    with pytest.raises(ValueError, match="ends with the year 9999"):
        clock.sleep(seconds)
    with pytest.raises(ValueError, match="ends with the year 9999"):
        await clock.sleep_async(seconds)
    assert clock.now == NOON


def test_start_time_outside_of_the_years_1_to_9999_in_utc_is_rejected() -> None:
    east, west = (timezone(timedelta(hours=hours)) for hours in (14, -14))
    for now in (datetime.min.replace(tzinfo=east), datetime.max.replace(tzinfo=west)):
        with pytest.raises(ValueError, match="in the years 1 to 9999 in UTC, got "):
            Clock(now)


def test_clock_of_a_zone_ends_with_the_year_9999_in_that_zone() -> None:
    clock = Clock(datetime(9999, 12, 31, tzinfo=timezone(timedelta(hours=14))))
    with pytest.raises(ValueError, match="ends with the year 9999"):
        clock.advance(86_400)
    assert clock.now.isoformat() == "9999-12-31T00:00:00+14:00"


def test_realtime_clock_stays_at_the_end_of_the_year_9999() -> None:
    clock = Clock(datetime.max.replace(tzinfo=timezone.utc), realtime=True)
    assert clock.now == datetime.max.replace(tzinfo=timezone.utc)
    assert clock.time() >= 253_402_300_800
    assert repr(clock).startswith("Clock(9999-12-31T23:59:59")


def test_repr_shows_the_current_time() -> None:
    assert repr(Clock(NOON)) == "Clock(2026-04-14T12:00:00+00:00)"


class TestAutojump:
    """Sleeps move the clock."""

    def test_sync_sleep_takes_no_real_time(self) -> None:
        clock = Clock(NOON)
        clock.sleep(3600)
        clock.sleep(-1)
        assert clock.now == NOON + timedelta(hours=1)

    async def test_async_sleep_takes_no_real_time(self) -> None:
        clock = Clock(NOON)
        await clock.sleep_async(3600)
        await clock.sleep_async(-1)
        assert clock.now == NOON + timedelta(hours=1)

    def test_coroutine_without_a_loop_does_not_wait(self) -> None:
        """Without an event loop there are no other tasks to wait for."""
        clock = Clock(NOON)
        sleep = clock.sleep_async(3600)
        assert sleep.send(None) is None
        with pytest.raises(StopIteration):
            sleep.send(None)
        assert clock.now == NOON + timedelta(hours=1)

    async def test_concurrent_sleepers_wake_in_order(self) -> None:
        clock, wakeups = Clock(), Wakeups()
        await asyncio.gather(
            sleep_and_record(clock, wakeups, "slow", 3.0, 3.0),
            sleep_and_record(clock, wakeups, "quick", 1.0, 1.0, 2.0),
        )
        assert wakeups == [
            ("quick", 1.0),
            ("quick", 2.0),
            ("slow", 3.0),
            ("quick", 4.0),
            ("slow", 6.0),
        ]

    async def test_sleepers_with_equal_wake_up_times_wake_in_order_of_arrival(self) -> None:
        clock, wakeups = Clock(), Wakeups()
        await asyncio.gather(*(sleep_and_record(clock, wakeups, str(n), 2.0) for n in range(20)))
        assert wakeups == [(str(n), 2.0) for n in range(20)]

    async def test_short_sleeps_of_other_tasks_fit_into_a_long_sleep(self) -> None:
        clock, wakeups = Clock(), Wakeups()
        heartbeat = asyncio.create_task(sleep_and_record(clock, wakeups, "heartbeat", *[5.0] * 100))
        await clock.sleep_async(61)
        heartbeat.cancel()
        assert [at for _, at in wakeups] == [5.0 * n for n in range(1, 13)]
        assert clock.monotonic() == 61.0

    async def test_clock_waits_for_tasks_that_still_have_work(self) -> None:
        """Queues, tasks and locks take thirty iterations of the loop between two sleeps."""
        clock, wakeups = Clock(), Wakeups()
        queue = asyncio.Queue[int](1)

        async def produce() -> None:
            await clock.sleep_async(1.0)
            for n in range(10):
                time.sleep(0.0005)  # noqa: ASYNC251 - real time must not matter
                await queue.put(n)

        async def consume() -> None:
            for _ in range(10):
                await asyncio.create_task(queue.get())
            await sleep_and_record(clock, wakeups, "consumer", 1.0)

        await asyncio.gather(produce(), consume(), sleep_and_record(clock, wakeups, "other", 1.5))
        assert wakeups == [("other", 1.5), ("consumer", 2.0)]

    async def test_sleep_of_zero_seconds_counts_as_activity(self) -> None:
        """Every request of a fake client sleeps 0 seconds: time must not pass before it ends."""
        clock, wakeups = Clock(), Wakeups()

        async def work() -> None:
            for _ in range(1000):
                await clock.sleep_async(0)
            wakeups.append(("work", clock.monotonic()))

        await asyncio.gather(sleep_and_record(clock, wakeups, "sleeper", 1.0), work())
        assert wakeups == [("work", 0.0), ("sleeper", 1.0)]

    async def test_advance_wakes_due_sleepers_in_order(self) -> None:
        clock, wakeups = Clock(autojump=False), Wakeups()
        tasks = [
            asyncio.create_task(sleep_and_record(clock, wakeups, str(seconds), seconds))
            for seconds in (3.0, 1.0, 2.0, 60.0)
        ]
        await clock.wait_all_tasks_blocked()
        clock.advance(5)
        await clock.wait_all_tasks_blocked()
        assert wakeups == [("1.0", 5.0), ("2.0", 5.0), ("3.0", 5.0)]
        assert [task.done() for task in tasks] == [True, True, True, False]
        clock.advance(55)
        await tasks[-1]

    async def test_cancelled_sleeper_does_not_move_the_clock(self) -> None:
        clock, wakeups = Clock(), Wakeups()
        early = asyncio.create_task(sleep_and_record(clock, wakeups, "early", 1.0))
        late = asyncio.create_task(sleep_and_record(clock, wakeups, "late", 2.0))
        await asyncio.sleep(0)
        early.cancel()
        await late
        assert wakeups == [("late", 2.0)]
        assert early.cancelled()

    async def test_clock_stops_after_the_last_sleeper_is_cancelled(self) -> None:
        clock = Clock()
        task = asyncio.create_task(clock.sleep_async(1000))
        await asyncio.sleep(0)
        task.cancel()
        for _ in range(500):
            await asyncio.sleep(0)
        assert clock.monotonic() == 0.0

    async def test_cancellation_wins_over_a_wake_up_in_the_same_iteration(self) -> None:
        clock, wakeups = Clock(autojump=False), Wakeups()
        task = asyncio.create_task(sleep_and_record(clock, wakeups, "cancelled", 1.0))
        await clock.wait_all_tasks_blocked()
        clock.advance(1.0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert wakeups == []

    async def test_sync_sleep_wakes_due_async_sleepers(self) -> None:
        clock, wakeups = Clock(), Wakeups()
        task = asyncio.create_task(sleep_and_record(clock, wakeups, "awaiting", 1.0, 1.0))
        await asyncio.sleep(0)
        clock.sleep(10.0)
        await task
        assert wakeups == [("awaiting", 10.0), ("awaiting", 11.0)]

    async def test_hour_of_polling_takes_no_real_time(self) -> None:
        clock, started_at = Clock(), time.monotonic()
        await sleep_and_record(clock, Wakeups(), "poll", *[60.0] * 60)
        assert clock.monotonic() == 3600.0
        assert time.monotonic() - started_at < 5.0


@given(st.lists(st.lists(st.integers(1, 9).map(float), max_size=4), max_size=6))
def test_sleepers_wake_at_the_same_times_as_in_real_time(sleeps: list[list[float]]) -> None:
    """Model: each wake-up is at the sum of the sleeps so far, and all are in order."""
    clock, wakeups = Clock(), Wakeups()

    async def main() -> None:
        await asyncio.gather(
            *(sleep_and_record(clock, wakeups, str(n), *pauses) for n, pauses in enumerate(sleeps))
        )

    asyncio.run(main())
    times = [at for _, at in wakeups]
    assert times == sorted(times)
    for n, pauses in enumerate(sleeps):
        expected = [sum(pauses[: i + 1]) for i in range(len(pauses))]
        assert [at for name, at in wakeups if name == str(n)] == expected


class TestWithoutAutojump:
    """Only `advance()` moves the clock."""

    async def test_async_sleep_waits_for_advance(self) -> None:
        clock, wakeups = Clock(autojump=False), Wakeups()
        task = asyncio.create_task(sleep_and_record(clock, wakeups, "sleeper", 1.0, 1.0))
        for seconds, expected in ((0.5, 0), (0.5, 1), (0.9, 1), (0.1, 2)):
            await clock.wait_all_tasks_blocked()
            clock.advance(seconds)
            await clock.wait_all_tasks_blocked()
            assert len(wakeups) == expected
        await task
        assert clock.monotonic() == 2.0

    async def test_idle_loop_does_not_move_the_clock(self) -> None:
        clock = Clock(autojump=False)
        task = asyncio.create_task(clock.sleep_async(1.0))
        await clock.wait_all_tasks_blocked()
        for _ in range(500):
            await asyncio.sleep(0)
        assert (clock.monotonic(), task.done()) == (0.0, False)
        clock.advance(1.0)
        await task

    async def test_cancellation_wins_over_a_wake_up_from_another_thread(self) -> None:
        clock, errors = Clock(autojump=False), list[dict[str, Any]]()
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
        task = asyncio.create_task(clock.sleep_async(1.0))
        await clock.wait_all_tasks_blocked()
        other = Thread(target=clock.advance, args=[1.0])
        other.start()
        other.join(10)
        task.cancel()
        await clock.wait_all_tasks_blocked()
        assert (task.cancelled(), errors) == (True, [])

    def test_sync_sleep_waits_for_another_thread(self) -> None:
        clock = Clock(autojump=False)
        with ThreadPoolExecutor(1) as pool:
            slept = pool.submit(clock.sleep, 5.0)
            for _ in range(5):
                assert not slept.done()
                clock.advance(0.9)
            clock.advance(0.5)
            while not slept.done():  # the sleep may have begun after the last advance()
                clock.advance(5.0)
            assert slept.result(10) is None
        assert clock.monotonic() >= 5.0

    def test_sync_sleep_without_advance_is_an_error(self) -> None:
        clock = ShortTimeoutClock(autojump=False)
        with pytest.raises(RuntimeError, match=r"MainThread sleeps 1\.5 s on a Clock with auto"):
            clock.sleep(1.5)
        assert clock.monotonic() == 0.0

    def test_sync_sleep_of_zero_seconds_returns_at_once(self) -> None:
        clock = ShortTimeoutClock(autojump=False)
        clock.sleep(0)
        clock.sleep(-1)

    async def test_async_sleep_of_zero_seconds_returns_at_once(self) -> None:
        await Clock(autojump=False).sleep_async(0)

    def test_coroutine_without_a_loop_waits_for_advance(self) -> None:
        clock = Clock(autojump=False)
        sleep = clock.sleep_async(1.0)
        for _ in range(10):
            assert sleep.send(None) is None
        clock.advance(1.0)
        with pytest.raises(StopIteration):
            sleep.send(None)

    async def test_another_thread_may_advance_the_clock(self) -> None:
        clock, wakeups = Clock(autojump=False), Wakeups()
        tasks = [
            asyncio.create_task(sleep_and_record(clock, wakeups, name, seconds))
            for name, seconds in (("late", 2.0), ("early", 1.0))
        ]
        await clock.wait_all_tasks_blocked()
        await asyncio.to_thread(clock.advance, 2.0)
        await asyncio.gather(*tasks)
        assert wakeups == [("early", 2.0), ("late", 2.0)]


class TestWaitAllTasksBlocked:
    """`wait_all_tasks_blocked()` returns after all other tasks have done their work."""

    async def test_clock_does_not_move_during_the_wait(self) -> None:
        clock, wakeups = Clock(), Wakeups()
        task = asyncio.create_task(sleep_and_record(clock, wakeups, "sleeper", 0.0, 1.0))
        await clock.wait_all_tasks_blocked()
        assert wakeups == [("sleeper", 0.0)]
        await task

    async def test_several_tasks_may_wait_at_the_same_time(self) -> None:
        clock = Clock()
        await asyncio.gather(clock.wait_all_tasks_blocked(), clock.wait_all_tasks_blocked())

    async def test_wait_can_be_cancelled(self) -> None:
        clock = Clock()
        waiting = asyncio.create_task(clock.wait_all_tasks_blocked())
        await asyncio.sleep(0)
        waiting.cancel()
        await clock.wait_all_tasks_blocked()
        assert waiting.cancelled()


class TestLoops:
    """Several event loops, one after the other or at the same time."""

    def test_sleepers_in_two_threads_wake_in_one_order(self) -> None:
        clock, wakeups = LongTimeoutClock(), Wakeups()
        both_sleep = Barrier(2, timeout=10)

        def sleeping(name: str, *seconds: float) -> Thread:
            async def sleep_slowly() -> None:
                """Give the other loop enough real time to overtake this one between two sleeps."""
                for pause in seconds:
                    await clock.sleep_async(pause)
                    time.sleep(0.005)  # noqa: ASYNC251 - in real time
                    wakeups.append((name, clock.monotonic()))

            async def main() -> None:
                task = asyncio.create_task(sleep_slowly())
                await asyncio.sleep(0)
                both_sleep.wait()
                await task

            return thread_with_loop(main)

        threads = [sleeping("a", 1.0, 3.0, 3.0), sleeping("b", 2.0, 3.0, 3.0)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert wakeups == [("a", 1.0), ("b", 2.0), ("a", 4.0), ("b", 5.0), ("a", 7.0), ("b", 8.0)]

    def test_loop_that_ends_does_not_delay_other_loops(self) -> None:
        """The loop ends right after activity."""
        clock, wakeups = LongTimeoutClock(), Wakeups()
        other_sleeps = Event()

        async def ends() -> None:
            task = asyncio.create_task(sleep_and_record(clock, wakeups, "ends", 1.0))
            await asyncio.sleep(0)
            other_sleeps.set()
            await task

        async def main() -> None:
            task = asyncio.create_task(sleep_and_record(clock, wakeups, "continues", 2.0, 2.0))
            await asyncio.sleep(0)
            other.start()
            other_sleeps.wait(10)
            await task

        started_at, other = time.monotonic(), thread_with_loop(ends)
        asyncio.run(main())
        other.join(10)
        assert time.monotonic() - started_at < 20.0
        assert wakeups == [("ends", 1.0), ("continues", 2.0), ("continues", 4.0)]

    @pytest.mark.parametrize("freezing", [nullcontext(), freeze_time(NOON)], ids=["real", "frozen"])
    def test_loop_blocked_by_another_loop_does_not_delay_it(
        self, freezing: AbstractContextManager[object]
    ) -> None:
        """A test client blocks the loop of the test until the application has responded."""
        clock, wakeups = ShortTimeoutClock(), Wakeups()

        async def main() -> None:
            await clock.sleep_async(1.0)
            inner = thread_with_loop(lambda: sleep_and_record(clock, wakeups, "inner", 1.0, 1.0))
            inner.daemon = True
            inner.start()
            inner.join(10)
            assert not inner.is_alive()

        with freezing:
            asyncio.run(main())
        assert wakeups == [("inner", 2.0), ("inner", 3.0)]

    @pytest.mark.parametrize("autojump", [True, False])
    def test_closed_loop_with_sleepers_is_freed(self, autojump: bool) -> None:
        clock, wakeups = Clock(autojump=autojump), Wakeups()
        gone = ref(closed_loop_with_sleeper(clock, wakeups))
        later = asyncio.new_event_loop()
        task = later.create_task(sleep_and_record(clock, wakeups, "later", 3.0))
        later.run_until_complete(asyncio.sleep(0))
        gc.collect()
        assert gone() is None
        clock.advance(3.0)
        later.run_until_complete(task)
        later.close()
        assert wakeups == [("later", 3.0)]

    def test_sleepers_of_a_closed_loop_never_wake(self) -> None:
        clock, wakeups = Clock(), Wakeups()
        closed_loop_with_sleeper(clock, wakeups)
        clock.advance(1000.0)
        assert wakeups == []

    def test_finished_loop_is_freed_and_does_not_move_the_clock(self) -> None:
        clock = Clock()

        async def main() -> None:
            cancelled = asyncio.create_task(clock.sleep_async(100))
            await clock.sleep_async(1)
            cancelled.cancel()
            abandoned = asyncio.create_task(clock.sleep_async(1000))
            await asyncio.sleep(0)
            assert not abandoned.done()
            gone.append(ref(asyncio.get_running_loop()))

        gone = list[ref[asyncio.AbstractEventLoop]]()
        asyncio.run(main())
        asyncio.run(clock.sleep_async(1))
        gc.collect()
        assert gone[0]() is None
        assert clock.monotonic() == 2.0


def test_realtime_clock_follows_the_system_clock() -> None:
    before, clock = time.time(), Clock(realtime=True)
    assert abs(clock.time() - before) < 1
    started_at = clock.monotonic()
    while clock.monotonic() == started_at:
        time.sleep(0)
    assert clock.monotonic() > started_at


def test_frozen_time_does_not_move_a_realtime_clock() -> None:
    """freezegun sets `time.monotonic()` to the seconds since 1970."""
    clock = Clock(NOON, realtime=True)
    with freeze_time("2050-01-01"):
        assert clock.now - NOON < timedelta(minutes=5)
        in_2050 = Clock(realtime=True)
    assert timedelta(0) <= in_2050.now - datetime(2050, 1, 1, tzinfo=timezone.utc)
    assert in_2050.monotonic() < 300


def test_sleeps_on_a_realtime_clock_take_no_real_time() -> None:
    clock = Clock(NOON, realtime=True)
    clock.sleep(3600)
    clock.advance(60)
    assert timedelta(0) <= clock.now - NOON - timedelta(seconds=3660) < timedelta(seconds=10)


async def test_sleepers_on_a_realtime_clock_wake_in_order() -> None:
    clock = Clock(NOON, realtime=True)
    woken: list[float] = []

    async def sleep(seconds: float) -> None:
        await clock.sleep_async(seconds)
        woken.append(seconds)

    await asyncio.gather(*map(sleep, (300.0, 0.0, 100.0, 1e-9, 200.0)))
    assert sorted(woken) == woken
    assert timedelta(seconds=300) <= clock.now - NOON < timedelta(seconds=310)


def test_realtime_without_autojump_is_rejected() -> None:
    with pytest.raises(ValueError, match="realtime=True cannot have autojump=False"):
        Clock(realtime=True, autojump=False)
