"""Clock of the machine that runs faster, for clients in several threads and processes."""

from __future__ import annotations

import asyncio
import time

from attrs import define


@define
class FastClock:
    """
    System clock on which time passes `factor` times as fast, and pauses end earlier.

    Clients and the service share the clock, also across processes, so the relation of pauses,
    timeouts and the deduplication window stays the same.
    """

    factor: float
    started_at: float
    """Seconds since the epoch at which the clock shows the real time."""
    _skipped: float = 0.0

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self._skipped += seconds

    def monotonic(self) -> float:
        return time.monotonic() * self.factor + self._skipped

    def time(self) -> float:
        elapsed = (time.time() - self.started_at) * self.factor
        return self.started_at + elapsed + self._skipped

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self.factor)

    async def sleep_async(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.factor)
