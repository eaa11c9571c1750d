"""Pace of a load: the limit of calls in flight, the pause of `Retry-After`, and the stop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock

from memsy.exceptions import MemsyError


class Pace:
    """
    Limit of the calls in flight, which adapts to the service. The threads of a load share it.

    The limit halves when the service throttles a call, and grows by one after as many successes as
    the limit. Calls that started before a cut count neither for a further cut nor for growth.

    Args:
        max_in_flight: Initial and largest limit.

    Attributes:
        limit: Current limit of the calls in flight, at least 1.
        cuts: Number of cuts of the limit.
        opens_at: Moment before which no call may start, on the monotonic clock of the load.
        is_stopped: True after `stop`. No further call may start.
        error: Reason of the stop, if the service or the client is the reason.
    """

    def __init__(self, max_in_flight: int) -> None:
        self.limit = max_in_flight
        self.cuts = 0
        self.opens_at = 0.0
        self.is_stopped = False
        self.error: MemsyError | None = None
        self._max_in_flight = max_in_flight
        self._active = 0
        self._successes = 0
        self._queue = deque[Callable[[], object]]()
        self._lock = Lock()

    def enter(self, on_turn: Callable[[], object]) -> None:
        """Ask for a turn. `on_turn` is called when the turn starts, also after a stop."""
        with self._lock:
            self._queue.append(on_turn)
            self._admit()

    def leave(self) -> None:
        """End a turn."""
        with self._lock:
            self._active -= 1
            self._admit()

    def record_success(self, cuts: int) -> None:
        """
        Count a call that succeeded.

        Args:
            cuts: Value of `cuts` at the start of the call.
        """
        with self._lock:
            self._successes += cuts == self.cuts
            if self._successes >= self.limit and self.limit < self._max_in_flight:
                self.limit, self._successes = self.limit + 1, 0
                self._admit()

    def record_throttling(self, cuts: int) -> None:
        """
        Count a call that the service throttled.

        Args:
            cuts: Value of `cuts` at the start of the call.
        """
        with self._lock:
            if cuts == self.cuts:
                self.limit, self._successes = max(1, self.limit // 2), 0
                self.cuts += 1

    def pause_until(self, moment: float) -> None:
        """Start no call before a moment on the monotonic clock of the load."""
        with self._lock:
            self.opens_at = max(self.opens_at, moment)

    def stop(self, error: MemsyError | None = None) -> None:
        """Start no further call. The first error is the reason."""
        with self._lock:
            self.is_stopped = True
            self.error = self.error or error
            self._admit()

    def _admit(self) -> None:
        while self._queue and (self.is_stopped or self._active < self.limit):
            self._active += 1
            self._queue.popleft()()
