"""Virtual clock for tests: sleeps return at once, in the right order."""

from __future__ import annotations

import asyncio
import time
from asyncio import AbstractEventLoop
from datetime import datetime, timedelta, timezone
from threading import Condition, RLock, current_thread

from memsy._core.event_loop import running_loop
from memsy._core.interrupts import is_interrupt
from memsy.local._loop_idle import LoopActivity
from memsy.local._real_time import real_monotonic
from memsy.local._sleep_queue import SleepQueue
from memsy.local.timestamps import in_utc

_DEFAULT_START = datetime(2026, 1, 1, tzinfo=timezone.utc)
# Seconds that an idle loop waits for another loop before its next iteration.
_IDLE_POLL_INTERVAL = 0.001


class Clock:
    """
    A virtual clock: a sleep moves the clock and takes no real time.

    Pass the clock to everything that accepts one, so that hours of waiting and the edges of time
    windows take no time in a test. The requests of a fake client do not move the clock: a loop
    that polls without a pause never ends.

    With `autojump`, a blocking `sleep()` moves the clock at once. An awaited sleep first lets all
    other tasks of the event loop run until they only sleep. Then the clock jumps to the earliest
    wake-up time, and so on. Tasks wake in the same order as in real time, each at its own time,
    also across several event loops. The clock cannot detect a task that waits for a thread or a
    socket, and does not wait for such a task.

    Without `autojump`, only `advance()` moves the clock, and every sleep waits for that call.

    All durations are in seconds.

    Args:
        now: Start time, 2026-01-01T00:00:00Z by default, or the present with `realtime`. A
            datetime without a time zone is in UTC.
        realtime: Let real time pass on the clock as well. Sleeps still take no real time. freezegun
            and time-machine set the start time, and do not move the clock afterwards.
        autojump: Let sleeps move the clock.

    Raises:
        ValueError: `realtime` is combined with `autojump=False`, or `now` is outside the years 1 to
            9999 in UTC.

    Example:
        >>> clock = Clock(datetime(2026, 4, 14, tzinfo=timezone.utc))
        >>> clock.sleep(3600)
        >>> clock.now.isoformat()
        '2026-04-14T01:00:00+00:00'
    """

    _advance_timeout = 10.0
    """Real seconds that a blocking sleep without `autojump` waits for `advance()`."""
    _stall_timeout = 0.5
    """Real seconds without an iteration after which other loops no longer wait for a loop."""

    def __init__(
        self, now: datetime | None = None, *, realtime: bool = False, autojump: bool = True
    ) -> None:
        if realtime and not autojump:
            raise ValueError(
                "a Clock with realtime=True cannot have autojump=False: choose one of the two"
            )
        if now is None:
            now = datetime.now(timezone.utc) if realtime else _DEFAULT_START
        start = now if now.tzinfo is not None else now.replace(tzinfo=timezone.utc)
        # Compute in UTC: with daylight saving time, differences of local dates are not durations.
        self._start, self._zone = in_utc("the start of a Clock", start), start.tzinfo
        self._autojump = autojump
        self._skipped = 0.0
        self._realtime_since = real_monotonic() if realtime else None
        # Reentrant: the garbage collector may finalize a sleeping coroutine at any time.
        self._lock = RLock()
        self._moved = Condition(self._lock)
        self._sleepers = SleepQueue()
        self._activities: dict[AbstractEventLoop, LoopActivity] = {}

    def __repr__(self) -> str:
        return f"Clock({self.now.isoformat()})"

    @property
    def _real_seconds(self) -> float:
        return 0.0 if self._realtime_since is None else real_monotonic() - self._realtime_since

    @property
    def _elapsed(self) -> float:
        return self._skipped + self._real_seconds

    @property
    def now(self) -> datetime:
        """Current date and time, in the time zone of the start time; at most the year 9999."""
        try:
            return self._date_after(self._elapsed)
        except OverflowError as error:  # real time may pass the end of the year 9999
            if is_interrupt(error):
                raise
            return datetime.max.replace(tzinfo=self._zone)

    def advance(self, seconds: float) -> None:
        """
        Move the clock forward at once, and wake all due sleepers in order.

        Any thread may call this method. The woken tasks continue in the next iteration of their
        event loop, and all of them see the new time.

        Args:
            seconds: Duration, 0 or more.

        Raises:
            ValueError: `seconds` is negative or not a number, or the year 9999 would be passed.
        """
        with self._lock:
            self._move_to(self._elapsed_after(seconds))

    async def wait_all_tasks_blocked(self) -> None:
        """
        Wait until all other tasks of this event loop are blocked. The clock does not move.

        A task counts as blocked if it only sleeps, or waits for a thread or a socket.
        """
        loop = asyncio.get_running_loop()
        with self._lock:
            idle = loop.create_future()
            self._observe(loop).idle_waiters.append(idle)
        await idle

    def monotonic(self) -> float:
        """Return the seconds since the start time."""
        return self._elapsed

    def time(self) -> float:
        """Return the seconds since 1970-01-01T00:00:00Z."""
        return self._start.timestamp() + self._elapsed

    def sleep(self, seconds: float) -> None:
        """
        Move the clock forward. Without `autojump`, block until another thread moves it far enough.

        Args:
            seconds: Duration; 0 or less returns at once.

        Raises:
            RuntimeError: No other thread called `advance()` within ten real seconds.
            ValueError: The year 9999 would be passed.
        """
        if self._autojump:
            self.advance(max(seconds, 0.0))
            return
        with self._lock:
            wake_at = self._elapsed_after(max(seconds, 0.0))
            if not self._moved.wait_for(lambda: self._elapsed >= wake_at, self._advance_timeout):
                raise RuntimeError(
                    f"{current_thread().name} sleeps {seconds:g} s on a Clock with autojump=False, "
                    f"and no other thread advanced it within {self._advance_timeout:g} s of real "
                    "time: call advance() in another thread"
                )

    async def sleep_async(self, seconds: float) -> None:
        """
        Sleep on the clock while other tasks run.

        Args:
            seconds: Duration; 0 or less is one iteration of the event loop.

        Raises:
            ValueError: The year 9999 would be passed.
        """
        if seconds <= 0 and not self._activities:
            await asyncio.sleep(0)  # the fast path, which every request of a fake client takes
            return
        loop = running_loop()
        if loop is None:
            await self._sleep_without_loop(seconds)
            return
        with self._lock:
            if loop in self._activities or self._autojump:
                self._observe(loop)
            wake_at = self._elapsed_after(max(seconds, 0.0))
            sleeper = self._sleepers.add(wake_at, loop) if wake_at > self._elapsed else None
        if sleeper is None:
            await asyncio.sleep(0)
            return
        try:
            await sleeper.woken
        finally:
            with self._lock:
                self._sleepers.remove(sleeper)

    async def _sleep_without_loop(self, seconds: float) -> None:
        """Sleep in a coroutine that is driven with `send()`, without an event loop."""
        wake_at = self._elapsed_after(max(seconds, 0.0))
        if self._autojump:
            self.advance(max(seconds, 0.0))
        await asyncio.sleep(0)
        while self._elapsed < wake_at:  # noqa: ASYNC110 - an Event would need a loop
            await asyncio.sleep(0)

    def _date_after(self, elapsed: float) -> datetime:
        return (self._start + timedelta(seconds=elapsed)).astimezone(self._zone)

    def _elapsed_after(self, seconds: float) -> float:
        if not seconds >= 0:
            raise ValueError(
                f"a Clock only moves forward: seconds must be 0 or more, got {seconds!r}"
            )
        try:
            self._date_after(self._elapsed + seconds)
        except OverflowError as error:
            if is_interrupt(error):
                raise
            raise ValueError(
                f"a Clock ends with the year 9999: seconds is too large, got {seconds!r}"
            ) from None
        return self._elapsed + seconds

    def _move_to(self, elapsed: float) -> None:
        # With realtime, the clock may have passed `elapsed` in the meantime.
        self._skipped = max(self._skipped, elapsed - self._real_seconds)
        for sleeper in self._sleepers.pop_due(elapsed):
            if sleeper.loop in self._activities:
                self._activities[sleeper.loop].restart()
            sleeper.wake()
        self._moved.notify_all()

    def _observe(self, loop: AbstractEventLoop) -> LoopActivity:
        """Return the activity of `loop`, the running loop, and count this call as clock use."""
        activity = self._activities.get(loop)
        if activity is None:
            for closed in [other for other in self._activities if other.is_closed()]:
                del self._activities[closed]
            activity = self._activities[loop] = LoopActivity(loop, self._stall_timeout)
            loop.call_soon(self._on_iteration, activity)
        activity.restart()
        return activity

    def _on_iteration(self, activity: LoopActivity) -> None:
        """Count one iteration of an observed loop, and move the clock if the loop is idle."""
        with self._lock:
            activity.count_iteration()
            if activity.is_idle:
                self._on_idle(activity)
            is_observed, is_idle = activity.loop in self._activities, activity.is_idle
        if not is_observed:
            return
        if is_idle:  # another loop is busy, or the woken task is in another loop
            # A timer of the loop would never fire while freezegun stops its time.
            time.sleep(_IDLE_POLL_INTERVAL)
        activity.loop.call_soon(self._on_iteration, activity)

    def _on_idle(self, activity: LoopActivity) -> None:
        """Resolve the waiters of an idle loop. Without waiters, jump to the next wake-up time."""
        if activity.idle_waiters:
            activity.restart()
            activity.resolve_waiters()
        elif not self._autojump or not self._sleepers.has_sleeper_in(activity.loop):
            del self._activities[activity.loop]
        elif not any(other.is_busy for other in self._activities.values()):
            self._move_to(self._sleepers.next_wake_at())
