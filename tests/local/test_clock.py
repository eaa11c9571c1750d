"""The clock for tests: time passes in a moment, in the right order, or when it is told to."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Barrier, Event, Thread
from typing import Any
from weakref import ref
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy.local.clock import Clock

NOON = datetime(2026, 4, 14, 12, tzinfo=timezone.utc)

Diary = list[tuple[str, float]]


class HastyClock(Clock):
    """Waits for nobody for long."""

    _patience = _patience_with_loops = 0.02


class PatientClock(Clock):
    """Waits for a loop that is blocked for longer than a test may take."""

    _patience_with_loops = 30.0


async def sleeper(clock: Clock, diary: Diary, name: str, *seconds: float) -> None:
    """Note the time after each of several sleeps."""
    for pause in seconds:
        await clock.sleep_async(pause)
        diary.append((name, clock.monotonic()))


def in_a_loop_of_its_own(coroutine: Callable[[], Coroutine[Any, Any, None]]) -> Thread:
    return Thread(target=lambda: asyncio.run(coroutine()))


def closed_with_a_sleeper(clock: Clock, diary: Diary) -> asyncio.AbstractEventLoop:
    """A loop that ended while somebody slept in it for a thousand seconds."""
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda loop, context: None)  # it would say that a task was lost
    task = loop.create_task(sleeper(clock, diary, "gone", 1000.0))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    assert not task.done()
    return loop


def test_it_stands_still() -> None:
    clock = Clock(NOON)
    assert clock.now == clock.now == NOON
    assert clock.time() == clock.time() == NOON.timestamp()


@pytest.mark.parametrize("autojump", [True, False])
def test_it_advances_when_told_to(autojump: bool) -> None:
    clock = Clock(NOON, autojump=autojump)
    before = clock.monotonic()
    clock.advance(90.5)
    assert clock.now == NOON + timedelta(seconds=90.5)
    assert clock.monotonic() - before == 90.5
    assert clock.time() == NOON.timestamp() + 90.5


def test_a_date_without_a_time_zone_is_in_utc() -> None:
    assert Clock(NOON.replace(tzinfo=None)).now == NOON


@pytest.mark.skipif("Europe/Berlin" not in available_timezones(), reason="no time zones here")
def test_an_hour_is_an_hour_also_where_clocks_are_set() -> None:
    clock = Clock(datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    before = clock.time()
    clock.advance(3600)
    assert clock.time() - before == 3600
    assert clock.now.isoformat() == "2026-03-29T03:30:00+02:00"


@pytest.mark.parametrize("seconds", [-0.1, float("nan")])
def test_it_never_goes_back(seconds: float) -> None:
    with pytest.raises(ValueError, match="forward"):
        Clock(NOON).advance(seconds)


@pytest.mark.parametrize("seconds", [1e12, float("inf")])
async def test_beyond_the_end_of_time_it_goes_for_nobody(seconds: float) -> None:
    clock = Clock(NOON)
    with pytest.raises(ValueError, match="ends with the year 9999"):
        clock.advance(seconds)
    with pytest.raises(ValueError, match="ends with the year 9999"):
        clock.sleep(seconds)
    with pytest.raises(ValueError, match="ends with the year 9999"):
        await clock.sleep_async(seconds)
    assert clock.now == NOON


def test_it_says_what_time_it_is() -> None:
    assert repr(Clock(NOON)) == "Clock(2026-04-14T12:00:00+00:00)"


class TestByItself:
    """Who sleeps moves it."""

    def test_who_blocks_does_not_wait(self) -> None:
        clock = Clock(NOON)
        clock.sleep(3600)
        clock.sleep(-1)
        assert clock.now == NOON + timedelta(hours=1)

    async def test_who_awaits_does_not_wait_either(self) -> None:
        clock = Clock(NOON)
        await clock.sleep_async(3600)
        await clock.sleep_async(-1)
        assert clock.now == NOON + timedelta(hours=1)

    def test_a_coroutine_driven_by_hand_does_not_wait(self) -> None:
        """Without an event loop there is nobody else to wait for."""
        clock = Clock(NOON)
        sleep = clock.sleep_async(3600)
        assert sleep.send(None) is None
        with pytest.raises(StopIteration):
            sleep.send(None)
        assert clock.now == NOON + timedelta(hours=1)

    async def test_all_sleep_at_once_and_wake_in_order(self) -> None:
        clock, diary = Clock(), Diary()
        await asyncio.gather(
            sleeper(clock, diary, "slow", 3.0, 3.0), sleeper(clock, diary, "quick", 1.0, 1.0, 2.0)
        )
        assert diary == [
            ("quick", 1.0),
            ("quick", 2.0),
            ("slow", 3.0),
            ("quick", 4.0),
            ("slow", 6.0),
        ]

    async def test_who_lay_down_first_is_the_first_of_those_who_wake_together(self) -> None:
        clock, diary = Clock(), Diary()
        await asyncio.gather(*(sleeper(clock, diary, str(n), 2.0) for n in range(20)))
        assert diary == [(str(n), 2.0) for n in range(20)]

    async def test_a_long_sleep_lets_everybody_do_what_they_do_in_it(self) -> None:
        clock, diary = Clock(), Diary()
        beat = asyncio.create_task(sleeper(clock, diary, "beat", *[5.0] * 100))
        await clock.sleep_async(61)
        beat.cancel()
        assert [moment for _, moment in diary] == [5.0 * n for n in range(1, 13)]
        assert clock.monotonic() == 61.0

    async def test_it_waits_for_whoever_still_has_something_to_do(self) -> None:
        """Through queues, tasks and locks: thirty turns of the loop between two sleeps."""
        clock, diary = Clock(), Diary()
        queue = asyncio.Queue[int](1)

        async def produce() -> None:
            await clock.sleep_async(1.0)
            for n in range(10):
                time.sleep(0.0005)  # noqa: ASYNC251 - however long it takes in real time
                await queue.put(n)

        async def consume() -> None:
            for _ in range(10):
                await asyncio.create_task(queue.get())
            await sleeper(clock, diary, "consumer", 1.0)

        await asyncio.gather(produce(), consume(), sleeper(clock, diary, "other", 1.5))
        assert diary == [("other", 1.5), ("consumer", 2.0)]

    async def test_what_sleeps_no_time_is_at_work(self) -> None:
        """As every request of a fake is: time does not pass before they are all answered."""
        clock, diary = Clock(), Diary()

        async def work() -> None:
            for _ in range(1000):
                await clock.sleep_async(0)
            diary.append(("work", clock.monotonic()))

        await asyncio.gather(sleeper(clock, diary, "sleeper", 1.0), work())
        assert diary == [("work", 0.0), ("sleeper", 1.0)]

    async def test_advancing_wakes_in_order_whoever_is_due(self) -> None:
        clock, diary = Clock(autojump=False), Diary()
        tasks = [
            asyncio.create_task(sleeper(clock, diary, str(seconds), seconds))
            for seconds in (3.0, 1.0, 2.0, 60.0)
        ]
        await clock.wait_all_tasks_blocked()
        clock.advance(5)
        await clock.wait_all_tasks_blocked()
        assert diary == [("1.0", 5.0), ("2.0", 5.0), ("3.0", 5.0)]
        assert [task.done() for task in tasks] == [True, True, True, False]
        clock.advance(55)
        await tasks[-1]

    async def test_who_is_cancelled_wakes_nobody_and_moves_nothing(self) -> None:
        clock, diary = Clock(), Diary()
        early = asyncio.create_task(sleeper(clock, diary, "early", 1.0))
        late = asyncio.create_task(sleeper(clock, diary, "late", 2.0))
        await asyncio.sleep(0)
        early.cancel()
        await late
        assert diary == [("late", 2.0)]
        assert early.cancelled()

    async def test_where_nobody_sleeps_any_more_it_stands_still(self) -> None:
        clock = Clock()
        task = asyncio.create_task(clock.sleep_async(1000))
        await asyncio.sleep(0)
        task.cancel()
        for _ in range(500):
            await asyncio.sleep(0)
        assert clock.monotonic() == 0.0

    async def test_who_is_cancelled_at_the_last_moment_is_cancelled(self) -> None:
        clock, diary = Clock(autojump=False), Diary()
        task = asyncio.create_task(sleeper(clock, diary, "nobody", 1.0))
        await clock.wait_all_tasks_blocked()
        clock.advance(1.0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert diary == []

    async def test_a_blocking_sleep_beside_it_wakes_those_who_are_due(self) -> None:
        clock, diary = Clock(), Diary()
        task = asyncio.create_task(sleeper(clock, diary, "awaiting", 1.0, 1.0))
        await asyncio.sleep(0)
        clock.sleep(10.0)
        await task
        assert diary == [("awaiting", 10.0), ("awaiting", 11.0)]

    async def test_an_hour_of_looks_takes_no_time(self) -> None:
        clock, began = Clock(), time.monotonic()
        await sleeper(clock, Diary(), "poll", *[60.0] * 60)
        assert clock.monotonic() == 3600.0
        assert time.monotonic() - began < 5.0


@given(st.lists(st.lists(st.integers(1, 9).map(float), max_size=4), max_size=6))
def test_whatever_they_sleep_time_passes_as_it_would(sleeps: list[list[float]]) -> None:
    """The model: each is at the sum of its sleeps; nobody wakes after somebody who wakes later."""
    clock, diary = Clock(), Diary()

    async def main() -> None:
        await asyncio.gather(
            *(sleeper(clock, diary, str(n), *pauses) for n, pauses in enumerate(sleeps))
        )

    asyncio.run(main())
    moments = [moment for _, moment in diary]
    assert moments == sorted(moments)
    for n, pauses in enumerate(sleeps):
        expected = [sum(pauses[: i + 1]) for i in range(len(pauses))]
        assert [moment for name, moment in diary if name == str(n)] == expected


class TestManual:
    """Only `advance()` moves it."""

    async def test_who_awaits_waits_for_it(self) -> None:
        clock, diary = Clock(autojump=False), Diary()
        task = asyncio.create_task(sleeper(clock, diary, "sleeper", 1.0, 1.0))
        for seconds, expected in ((0.5, 0), (0.5, 1), (0.9, 1), (0.1, 2)):
            await clock.wait_all_tasks_blocked()
            clock.advance(seconds)
            await clock.wait_all_tasks_blocked()
            assert len(diary) == expected
        await task
        assert clock.monotonic() == 2.0

    async def test_however_quiet_it_is_it_stands_still(self) -> None:
        clock = Clock(autojump=False)
        task = asyncio.create_task(clock.sleep_async(1.0))
        await clock.wait_all_tasks_blocked()
        for _ in range(500):
            await asyncio.sleep(0)
        assert (clock.monotonic(), task.done()) == (0.0, False)
        clock.advance(1.0)
        await task

    async def test_who_is_cancelled_while_another_thread_wakes_them_is_cancelled(self) -> None:
        clock, complaints = Clock(autojump=False), list[dict[str, Any]]()
        asyncio.get_running_loop().set_exception_handler(lambda _, said: complaints.append(said))
        task = asyncio.create_task(clock.sleep_async(1.0))
        await clock.wait_all_tasks_blocked()
        other = Thread(target=clock.advance, args=[1.0])
        other.start()
        other.join(10)
        task.cancel()
        await clock.wait_all_tasks_blocked()
        assert (task.cancelled(), complaints) == (True, [])

    def test_who_blocks_waits_for_another_thread(self) -> None:
        clock = Clock(autojump=False)
        with ThreadPoolExecutor(1) as pool:
            slept = pool.submit(clock.sleep, 5.0)
            for _ in range(5):
                assert not slept.done()
                clock.advance(0.9)
            clock.advance(0.5)
            while not slept.done():  # it may have begun to sleep after the last of them
                clock.advance(5.0)
            assert slept.result(10) is None
        assert clock.monotonic() >= 5.0

    def test_who_blocks_in_vain_is_told(self) -> None:
        clock = HastyClock(autojump=False)
        with pytest.raises(RuntimeError, match=r"MainThread sleeps for 1\.5 s by a manual Clock"):
            clock.sleep(1.5)
        assert clock.monotonic() == 0.0

    def test_no_time_is_not_waited_for(self) -> None:
        clock = HastyClock(autojump=False)
        clock.sleep(0)
        clock.sleep(-1)

    async def test_no_time_is_not_awaited(self) -> None:
        await Clock(autojump=False).sleep_async(0)

    def test_a_coroutine_driven_by_hand_waits(self) -> None:
        clock = Clock(autojump=False)
        sleep = clock.sleep_async(1.0)
        for _ in range(10):
            assert sleep.send(None) is None
        clock.advance(1.0)
        with pytest.raises(StopIteration):
            sleep.send(None)

    async def test_another_thread_may_advance_it(self) -> None:
        clock, diary = Clock(autojump=False), Diary()
        tasks = [
            asyncio.create_task(sleeper(clock, diary, name, seconds))
            for name, seconds in (("late", 2.0), ("early", 1.0))
        ]
        await clock.wait_all_tasks_blocked()
        await asyncio.to_thread(clock.advance, 2.0)
        await asyncio.gather(*tasks)
        assert diary == [("early", 2.0), ("late", 2.0)]


class TestSettling:
    """`settle()`: whatever can be done now is done."""

    async def test_no_time_passes_meanwhile(self) -> None:
        clock, diary = Clock(), Diary()
        task = asyncio.create_task(sleeper(clock, diary, "sleeper", 0.0, 1.0))
        await clock.wait_all_tasks_blocked()
        assert diary == [("sleeper", 0.0)]
        await task

    async def test_several_may_settle_at_once(self) -> None:
        clock = Clock()
        await asyncio.gather(clock.wait_all_tasks_blocked(), clock.wait_all_tasks_blocked())

    async def test_who_is_cancelled_does_not_settle(self) -> None:
        clock = Clock()
        settling = asyncio.create_task(clock.wait_all_tasks_blocked())
        await asyncio.sleep(0)
        settling.cancel()
        await clock.wait_all_tasks_blocked()
        assert settling.cancelled()


class TestLoops:
    """Several loops, one after the other or at once."""

    def test_two_loops_in_two_threads_keep_one_order(self) -> None:
        clock, diary = PatientClock(), Diary()
        both_sleep = Barrier(2, timeout=10)

        def sleeping(name: str, *seconds: float) -> Thread:
            async def dawdle() -> None:
                """The other loop has all the time to overtake this one between two sleeps."""
                for pause in seconds:
                    await clock.sleep_async(pause)
                    time.sleep(0.005)  # noqa: ASYNC251 - in real time
                    diary.append((name, clock.monotonic()))

            async def main() -> None:
                task = asyncio.create_task(dawdle())
                await asyncio.sleep(0)
                both_sleep.wait()
                await task

            return in_a_loop_of_its_own(main)

        threads = [sleeping("a", 1.0, 3.0, 3.0), sleeping("b", 2.0, 3.0, 3.0)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert diary == [("a", 1.0), ("b", 2.0), ("a", 4.0), ("b", 5.0), ("a", 7.0), ("b", 8.0)]

    def test_a_loop_that_ends_holds_nobody_up(self) -> None:
        """Although it had just begun to do something."""
        clock, diary = PatientClock(), Diary()
        other_sleeps = Event()

        async def ends() -> None:
            task = asyncio.create_task(sleeper(clock, diary, "ends", 1.0))
            await asyncio.sleep(0)
            other_sleeps.set()
            await task

        async def main() -> None:
            task = asyncio.create_task(sleeper(clock, diary, "goes on", 2.0, 2.0))
            await asyncio.sleep(0)
            other.start()
            other_sleeps.wait(10)
            await task

        began, other = time.monotonic(), in_a_loop_of_its_own(ends)
        asyncio.run(main())
        other.join(10)
        assert time.monotonic() - began < 20.0
        assert diary == [("ends", 1.0), ("goes on", 2.0), ("goes on", 4.0)]

    def test_a_loop_that_is_blocked_by_another_does_not_hold_it_up(self) -> None:
        """As a test client blocks the loop of a test until the application's has answered."""
        clock, diary = HastyClock(), Diary()

        async def main() -> None:
            await clock.sleep_async(1.0)
            inner = in_a_loop_of_its_own(lambda: sleeper(clock, diary, "inner", 1.0, 1.0))
            inner.start()
            inner.join(10)
            assert not inner.is_alive()

        asyncio.run(main())
        assert diary == [("inner", 2.0), ("inner", 3.0)]

    @pytest.mark.parametrize("autojump", [True, False])
    def test_a_loop_that_was_closed_with_sleepers_is_forgotten(self, autojump: bool) -> None:
        clock, diary = Clock(autojump=autojump), Diary()
        gone = ref(closed_with_a_sleeper(clock, diary))
        later = asyncio.new_event_loop()
        task = later.create_task(sleeper(clock, diary, "later", 3.0))
        later.run_until_complete(asyncio.sleep(0))
        gc.collect()
        assert gone() is None
        clock.advance(3.0)
        later.run_until_complete(task)
        later.close()
        assert diary == [("later", 3.0)]

    def test_nobody_is_woken_in_a_loop_that_was_closed(self) -> None:
        clock, diary = Clock(), Diary()
        closed_with_a_sleeper(clock, diary)
        clock.advance(1000.0)
        assert diary == []

    def test_nothing_is_left_behind(self) -> None:
        clock = Clock()

        async def main() -> None:
            cut_short = asyncio.create_task(clock.sleep_async(100))
            await clock.sleep_async(1)
            cut_short.cancel()
            left_alone = asyncio.create_task(clock.sleep_async(1000))
            await asyncio.sleep(0)
            assert not left_alone.done()
            gone.append(ref(asyncio.get_running_loop()))

        gone = list[ref[asyncio.AbstractEventLoop]]()
        asyncio.run(main())
        asyncio.run(clock.sleep_async(1))
        gc.collect()
        assert gone[0]() is None
        assert clock.monotonic() == 2.0


def test_a_clock_that_runs_goes_as_the_machines_does() -> None:
    before, clock = time.time(), Clock(realtime=True)
    assert abs(clock.time() - before) < 1
    began = clock.monotonic()
    while clock.monotonic() == began:
        time.sleep(0)
    assert clock.monotonic() > began


def test_on_a_clock_that_runs_nobody_waits_either() -> None:
    clock = Clock(NOON, realtime=True)
    clock.sleep(3600)
    clock.advance(60)
    assert timedelta(0) <= clock.now - NOON - timedelta(seconds=3660) < timedelta(seconds=10)


async def test_on_a_clock_that_runs_sleepers_wake_in_order() -> None:
    clock = Clock(NOON, realtime=True)
    woken: list[float] = []

    async def sleeper(seconds: float) -> None:
        await clock.sleep_async(seconds)
        woken.append(seconds)

    await asyncio.gather(*map(sleeper, (300.0, 0.0, 100.0, 1e-9, 200.0)))
    assert sorted(woken) == woken
    assert timedelta(seconds=300) <= clock.now - NOON < timedelta(seconds=310)


def test_a_clock_does_not_run_and_wait_to_be_moved() -> None:
    with pytest.raises(ValueError, match="not manual"):
        Clock(realtime=True, autojump=False)
