"""Priority queue of the async tasks that sleep on a clock, ordered by wake-up time."""

from __future__ import annotations

from asyncio import AbstractEventLoop, Future
from bisect import bisect_left, insort
from contextlib import suppress

from attrs import field, frozen

from memsy._core.event_loop import running_loop


@frozen(order=True)
class Sleeper:
    """One sleeping task. Sleepers with equal `wake_at` wake in the order in which they slept."""

    wake_at: float
    """Clock reading in seconds, as from `Clock.monotonic()`."""
    number: int
    loop: AbstractEventLoop = field(order=False, eq=False, repr=False)
    woken: Future[None] = field(order=False, eq=False, repr=False)

    def wake(self) -> None:
        """Resolve `woken`, from any thread."""
        if running_loop() is self.loop:
            self._resolve()
            return
        with suppress(RuntimeError):  # the loop is closed, and its tasks no longer exist
            self.loop.call_soon_threadsafe(self._resolve)

    def _resolve(self) -> None:
        if not self.woken.done():  # the task may have been cancelled in the meantime
            self.woken.set_result(None)


class SleepQueue:
    """All sleepers of one clock, earliest first. Not thread-safe: the clock holds a lock."""

    def __init__(self) -> None:
        self._queue = list[Sleeper]()
        self._number = 0

    def add(self, wake_at: float, loop: AbstractEventLoop) -> Sleeper:
        """Add a sleeper for the current task of `loop`, the running loop."""
        if self._queue and self._queue[-1].loop is not loop:
            # A closed loop does not notify the queue, so its sleepers would stay here forever.
            self._queue = [sleeper for sleeper in self._queue if not sleeper.loop.is_closed()]
        self._number += 1
        sleeper = Sleeper(wake_at, self._number, loop, loop.create_future())
        insort(self._queue, sleeper)
        return sleeper

    def remove(self, sleeper: Sleeper) -> None:
        """Remove a sleeper, if it is still in the queue."""
        index = bisect_left(self._queue, sleeper)
        if self._queue[index : index + 1] == [sleeper]:
            del self._queue[index]

    def pop_due(self, now: float) -> list[Sleeper]:
        """Remove and return, in order, all sleepers with a wake-up time up to `now`."""
        count = 0
        while count < len(self._queue) and self._queue[count].wake_at <= now:
            count += 1
        due = self._queue[:count]
        del self._queue[:count]
        return due

    def next_wake_at(self) -> float:
        """Return the earliest wake-up time; the queue must not be empty."""
        return self._queue[0].wake_at

    def has_sleeper_in(self, loop: AbstractEventLoop) -> bool:
        """Return True if a task of `loop` is in the queue."""
        return any(sleeper.loop is loop for sleeper in self._queue)
