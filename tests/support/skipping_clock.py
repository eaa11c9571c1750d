"""Clock that skips pauses, while sockets still run in real time."""

from __future__ import annotations

import asyncio
import time
from threading import Lock

NOON = 1_767_268_800.0
"""2026-01-01T12:00:00Z."""


class SkippingClock:
    """
    The monotonic clock of the machine, plus all pauses, which take no time.

    Pauses return at once and are recorded. A deadline still ends a slow read from a socket. A
    client and a service may share the clock: minutes of pauses pass for both.
    """

    def __init__(self, date: float | None = None) -> None:
        """
        Start a clock.

        Args:
            date: Seconds since the epoch before the first pause. Without it, the system's date.
        """
        self.pauses: list[float] = []
        """Seconds, in the order of the pauses."""
        self._date = date
        self._skipped = 0.0
        self._lock = Lock()

    def monotonic(self) -> float:
        return time.monotonic() + self._skipped

    def time(self) -> float:
        return (time.time() if self._date is None else self._date) + self._skipped

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.pauses.append(seconds)
            self._skipped += seconds

    async def sleep_async(self, seconds: float) -> None:
        if seconds:  # sleep_async(0) only yields to the event loop
            self.sleep(seconds)
        await asyncio.sleep(0)
