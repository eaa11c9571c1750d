"""A clock that does not wait, and yet tells the time to sockets that do."""

from __future__ import annotations

import asyncio
import time

from attrs import define, field

NOON = 1_767_268_800.0
"""2026-01-01T12:00:00Z: the date here, for as long as nobody sleeps."""


@define
class SkippingClock:
    """
    The machine's monotonic clock, with all that was slept by it skipped.

    So pauses pass at once, and are noted, while a deadline still ends what is slow on a socket.
    """

    pauses: list[float] = field(factory=list)

    def monotonic(self) -> float:
        return time.monotonic() + sum(self.pauses)

    def time(self) -> float:
        return NOON + sum(self.pauses)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def sleep_async(self, seconds: float) -> None:
        if seconds:  # or it is a turn of the loop, and no pause
            self.pauses.append(seconds)
        await asyncio.sleep(0)
