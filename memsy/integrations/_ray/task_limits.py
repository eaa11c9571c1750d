"""Share of a write task in the rate of the whole job."""

from __future__ import annotations

from attrs import frozen

from memsy._core.time_source import TimeSource
from memsy.exceptions import MemsyConfigurationError


@frozen
class TaskLimits:
    """
    Limits of one write task.

    Args:
        rate: Events per second, or None for no limit.
        batch_size: Maximum number of events in a request.
        max_in_flight: Maximum number of concurrent requests.
    """

    rate: float | None
    batch_size: int
    max_in_flight: int

    @classmethod
    def share(
        cls, max_rate: float | None, workers: int | None, *, batch_size: int, max_in_flight: int
    ) -> TaskLimits:
        """
        Return the limits of one of `workers` concurrent write tasks.

        A task sends the events of at most one second without a pause, so that the rate also holds
        for the first requests of a task.

        Raises:
            MemsyConfigurationError: `max_rate` is below one event per second and worker, or only
                one of the two numbers is given.
        """
        if max_rate is None:
            return cls(None, batch_size, max_in_flight)
        if workers is None or workers < 1:
            raise MemsyConfigurationError(
                f"max_rate needs workers, the number of concurrent write tasks, got {workers}: "
                "pass the same number as concurrency to write_datasink"
            )
        rate = max_rate / workers
        if not rate >= 1:
            raise MemsyConfigurationError(
                f"max_rate must be at least 1 event per second and worker, got {max_rate:g} for "
                f"{workers} workers: use fewer workers"
            )
        batch_size = min(batch_size, int(rate))
        return cls(rate, batch_size, max(1, min(max_in_flight, int(rate) // batch_size)))

    def wait(self, sent: int, started: float, clock: TimeSource) -> None:
        """
        Sleep until `sent` events are due.

        Args:
            sent: Number of events that this task has sent.
            started: Time of the first request, on `clock.monotonic()`.
            clock: Source of time.
        """
        if self.rate is not None:
            pause = started + sent / self.rate - clock.monotonic()
            if pause > 0:
                clock.sleep(pause)
