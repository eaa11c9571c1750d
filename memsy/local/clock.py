"""A clock for tests, on which hours pass in a moment and in the right order."""

from __future__ import annotations

import asyncio
import time
from asyncio import AbstractEventLoop
from datetime import datetime, timedelta, timezone
from threading import Condition, RLock, current_thread

from memsy.local._loop_idle import LoopActivity
from memsy.local._sleep_queue import SleepQueue, running_loop

_LONG_AGO = datetime(2026, 1, 1, tzinfo=timezone.utc)
_LOOK_AGAIN = 0.001


class Clock:
    """
    A clock that begins at *now*, and on which nobody waits: who sleeps by it moves it.

    Nothing else does, unless it *is_running*: then it goes as the machine's does, too, and begins
    at the present if no other moment is given. Otherwise that is the first day of 2026.

    Hand it to whatever takes a clock, so that hours of waiting, and the edges of every
    time window, take no time in a test. A *now* without a time zone is in UTC. The requests of a
    fake take no time: who asks again and again without a pause in between stops it.

    A blocking `sleep()` moves it at once. One that is awaited lets all other tasks of its event
    loop go on until they, too, do nothing but sleep; then the clock moves to the moment at which
    the first of them is to wake, and so forth: they wake in the order in which they would have
    woken in real time, each at its own moment, also in several loops. What a task waits for
    from outside, such as a thread or a socket, the clock cannot see, and does not wait for.

    With *is_manual* only `advance()` moves it, and whoever sleeps by it waits for that.

    Raises:
        ValueError: it cannot be manual and run.
    """

    _patience = 10.0
    """Real seconds that a blocking sleep waits for somebody to move a manual clock."""
    _patience_with_loops = 0.5
    """Real seconds for which a loop may be blocked before others move on without it."""

    def __init__(
        self, now: datetime | None = None, *, realtime: bool = False, autojump: bool = True
    ) -> None:
        if realtime and not autojump:
            raise ValueError("a clock that runs is not manual: more than advance() moves it")
        if now is None:
            now = datetime.now(timezone.utc) if realtime else _LONG_AGO
        start = now if now.tzinfo is not None else now.replace(tzinfo=timezone.utc)
        # In UTC, for in a zone that sets its clocks an hour of the date is not always an hour.
        self._start, self._zone = start.astimezone(timezone.utc), start.tzinfo
        self._autojump = autojump
        self._skipped = 0.0
        self._runs_since = time.monotonic() if realtime else None
        # Reentrant: who sleeps may be forgotten by the garbage collector, at any time.
        self._lock = RLock()
        self._moved = Condition(self._lock)
        self._sleepers = SleepQueue()
        self._watches: dict[AbstractEventLoop, LoopActivity] = {}

    def __repr__(self) -> str:
        return f"Clock({self.now.isoformat()})"

    @property
    def _ran(self) -> float:
        return 0.0 if self._runs_since is None else time.monotonic() - self._runs_since

    @property
    def _passed(self) -> float:
        return self._skipped + self._ran

    @property
    def now(self) -> datetime:
        """The moment at which it stands, with its time zone."""
        return self._date(self._passed).astimezone(self._zone)

    def advance(self, seconds: float) -> None:
        """
        Let *seconds* pass at once, and wake all who are to wake by then, in order.

        Any thread may do that. Those who are woken go on when their event loop turns again,
        and find the clock where it is then.

        Raises:
            ValueError: time does not go back, nor beyond the year 9999.
        """
        with self._lock:
            self._move_to(self._moment_in(seconds))

    async def wait_all_tasks_blocked(self) -> None:
        """Let the other tasks of this event loop run until they have nothing to do but wait."""
        loop = asyncio.get_running_loop()
        with self._lock:
            settled = loop.create_future()
            self._watch(loop).settling.append(settled)
        await settled

    def monotonic(self) -> float:
        return self._passed

    def time(self) -> float:
        return self._date(self._passed).timestamp()

    def sleep(self, seconds: float) -> None:
        """
        Move the clock by *seconds*; where it is manual, block until others have.

        Raises:
            RuntimeError: nobody has, for ten real seconds.
        """
        if self._autojump:
            self.advance(max(seconds, 0.0))
            return
        with self._lock:
            moment = self._moment_in(max(seconds, 0.0))
            if not self._moved.wait_for(lambda: self._passed >= moment, self._patience):
                raise RuntimeError(
                    f"{current_thread().name} sleeps for {seconds:g} s by a manual Clock, and in "
                    f"{self._patience:g} s of real time no other thread has called advance() for it"
                )

    async def sleep_async(self, seconds: float) -> None:
        """Let other tasks run, and *seconds* pass; 0 seconds are a turn of the event loop."""
        if seconds <= 0 and not self._watches:
            await asyncio.sleep(0)  # as for every request of a fake: it had better cost nothing
            return
        loop = running_loop()
        if loop is None:
            await self._sleep_alone(seconds)
            return
        with self._lock:
            if loop in self._watches or self._autojump:
                self._watch(loop)
            moment = self._moment_in(max(seconds, 0.0))
            sleeper = self._sleepers.add(moment, loop) if moment > self._passed else None
        if sleeper is None:
            await asyncio.sleep(0)
            return
        try:
            await sleeper.woken
        finally:
            with self._lock:
                self._sleepers.remove(sleeper)

    async def _sleep_alone(self, seconds: float) -> None:
        """Sleep in a coroutine that is driven by hand, and not by an event loop."""
        moment = self._moment_in(max(seconds, 0.0))
        if self._autojump:
            self.advance(max(seconds, 0.0))
        await asyncio.sleep(0)
        while self._passed < moment:  # noqa: ASYNC110 - an Event would need a loop
            await asyncio.sleep(0)

    def _date(self, moment: float) -> datetime:
        return self._start + timedelta(seconds=moment)

    def _moment_in(self, seconds: float) -> float:
        if not seconds >= 0:
            raise ValueError(f"a clock goes forward only, got {seconds!r} seconds")
        try:
            self._date(self._passed + seconds)
        except OverflowError:
            raise ValueError(
                f"this clock ends with the year 9999, got {seconds!r} seconds"
            ) from None
        return self._passed + seconds

    def _move_to(self, moment: float) -> None:
        self._skipped = max(self._skipped, moment - self._ran)  # if it runs, it may be there by now
        for sleeper in self._sleepers.take(moment):
            if sleeper.loop in self._watches:
                self._watches[sleeper.loop].stir()
            sleeper.wake()
        self._moved.notify_all()

    def _watch(self, loop: AbstractEventLoop) -> LoopActivity:
        """The watch over *loop*, the running one, in which somebody has just stirred."""
        watch = self._watches.get(loop)
        if watch is None:
            for closed in [other for other in self._watches if other.is_closed()]:
                del self._watches[closed]
            watch = self._watches[loop] = LoopActivity(loop, self._patience_with_loops)
            loop.call_soon(self._turn, watch)
        watch.stir()
        return watch

    def _turn(self, watch: LoopActivity) -> None:
        """Called in every turn of a loop in which somebody sleeps, to move on once it is quiet."""
        with self._lock:
            watch.turn()
            if watch.is_quiet:
                self._come_to_rest(watch)
            if watch.loop not in self._watches:
                return
            if watch.is_quiet:  # and another loop is not, or somebody in it was the first to wake
                watch.loop.call_later(_LOOK_AGAIN, self._turn, watch)
            else:
                watch.loop.call_soon(self._turn, watch)

    def _come_to_rest(self, watch: LoopActivity) -> None:
        """Do what is to be done where a loop has come to rest."""
        if watch.settling:
            watch.stir()
            watch.tell_settled()
        elif not self._autojump or not self._sleepers.has_any_in(watch.loop):
            del self._watches[watch.loop]
        elif not any(other.is_busy for other in self._watches.values()):
            self._move_to(self._sleepers.next_moment())
