"""A clock that does not wait, shared by a client and the service that it talks to."""

from __future__ import annotations

import asyncio
import time
from threading import Lock


class SkippingClock:
    """
    The machine's clock, with all that was slept by it skipped.

    So minutes of pauses pass at once, for the service as well, whose memory for repeated
    events is as long as it would be, while a deadline still ends what is slow on a socket.
    """

    def __init__(self) -> None:
        self._skipped = 0.0
        self._lock = Lock()

    def monotonic(self) -> float:
        return time.monotonic() + self._skipped

    def time(self) -> float:
        return time.time() + self._skipped

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._skipped += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)
