"""Idle check of an event loop: no task used the virtual clock for a hundred iterations."""

from __future__ import annotations

from asyncio import AbstractEventLoop, Future

from memsy.local._real_time import real_monotonic

# Between two uses of the clock a task may pass through futures, queues, locks and other tasks, and
# each step takes one iteration of the loop. A hundred iterations take about 0.3 ms.
_IDLE_ITERATIONS = 100


class LoopActivity:
    """
    Activity of one event loop that uses a clock.

    The loop is idle after a hundred iterations in which no task used the clock. Work in other
    threads and on sockets does not count as activity.

    Args:
        loop: The observed event loop.
        stall_timeout: Real seconds after which a loop without iterations counts as blocked.
    """

    def __init__(self, loop: AbstractEventLoop, stall_timeout: float) -> None:
        self.loop = loop
        self._stall_timeout = stall_timeout
        self.idle_waiters = list[Future[None]]()
        """Futures to resolve as soon as the loop is idle."""
        self.restart()

    def restart(self) -> None:
        """Restart the count, because a task used the clock."""
        self._remaining = _IDLE_ITERATIONS
        self._last_iteration_at = real_monotonic()

    def count_iteration(self) -> None:
        """Count one iteration of the loop."""
        self._remaining = max(self._remaining - 1, 0)
        self._last_iteration_at = real_monotonic()

    @property
    def is_idle(self) -> bool:
        """True after a hundred iterations without clock use."""
        return self._remaining == 0

    @property
    def is_busy(self) -> bool:
        """
        True if a task of the loop may still use the clock, so the time must not move yet.

        A loop without iterations for `stall_timeout` seconds is not busy: code that waits for
        another loop blocks it. An example is a test client that waits for the application.
        """
        is_iterating = real_monotonic() - self._last_iteration_at <= self._stall_timeout
        return not self.is_idle and self.loop.is_running() and is_iterating

    def resolve_waiters(self) -> None:
        """Resolve all pending `idle_waiters`."""
        for waiter in self.idle_waiters:
            if not waiter.done():
                waiter.set_result(None)
        self.idle_waiters.clear()
