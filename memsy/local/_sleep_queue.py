"""Who sleeps by a clock, and in which order they are to wake."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, Future
from bisect import bisect_left, insort
from contextlib import suppress

from attrs import field, frozen


def running_loop() -> AbstractEventLoop | None:
    """The event loop that runs in this thread, if there is one."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


@frozen(order=True)
class Sleeper:
    """Who sleeps until a *moment*; of those with the same one, the first to come is the first."""

    moment: float
    number: int
    loop: AbstractEventLoop = field(order=False, eq=False, repr=False)
    woken: Future[None] = field(order=False, eq=False, repr=False)

    def wake(self) -> None:
        """Wake it, from any thread."""
        if running_loop() is self.loop:
            self._rise()
            return
        with suppress(RuntimeError):  # the loop is closed: whoever slept in it is gone
            self.loop.call_soon_threadsafe(self._rise)

    def _rise(self) -> None:
        if not self.woken.done():  # it may have been cancelled on the way here
            self.woken.set_result(None)


class SleepQueue:
    """All who sleep, the next to wake first. Not for several threads at once."""

    def __init__(self) -> None:
        self._queue = list[Sleeper]()
        self._number = 0

    def add(self, moment: float, loop: AbstractEventLoop) -> Sleeper:
        """Let somebody in *loop*, who runs right now, sleep until *moment*."""
        if self._queue and self._queue[-1].loop is not loop:
            # Nobody ever told us that a loop was closed, and what sleeps in it never wakes.
            self._queue = [sleeper for sleeper in self._queue if not sleeper.loop.is_closed()]
        self._number += 1
        sleeper = Sleeper(moment, self._number, loop, loop.create_future())
        insort(self._queue, sleeper)
        return sleeper

    def remove(self, sleeper: Sleeper) -> None:
        """Forget *sleeper*, if it still sleeps."""
        place = bisect_left(self._queue, sleeper)
        if self._queue[place : place + 1] == [sleeper]:
            del self._queue[place]

    def take(self, moment: float) -> list[Sleeper]:
        """Those who are to wake at *moment* or before, in order; they sleep no more."""
        due = 0
        while due < len(self._queue) and self._queue[due].moment <= moment:
            due += 1
        taken = self._queue[:due]
        del self._queue[:due]
        return taken

    def next_moment(self) -> float:
        """When the first of them, who is there, is to wake."""
        return self._queue[0].moment

    def has_any_in(self, loop: AbstractEventLoop) -> bool:
        return any(sleeper.loop is loop for sleeper in self._queue)
