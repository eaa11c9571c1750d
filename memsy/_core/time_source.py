"""Source of time: the interface that clients use, and the system clock."""

from __future__ import annotations

import time
from typing import Protocol, runtime_checkable


@runtime_checkable
class TimeSource(Protocol):
    """Clock of a client. All durations are in seconds."""

    def monotonic(self) -> float:
        """Return seconds since a fixed moment. The value never decreases."""
        ...

    def time(self) -> float:
        """Return seconds since 1970-01-01T00:00:00Z."""
        ...

    def sleep(self, seconds: float) -> None:
        """Block this thread for `seconds`."""
        ...

    async def sleep_async(self, seconds: float) -> None:
        """Suspend this task for `seconds`."""
        ...


class SystemTimeSource:
    """The clock of the operating system."""

    def monotonic(self) -> float:
        return time.monotonic()

    def time(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        import asyncio  # noqa: PLC0415 - a sync client never loads asyncio

        await asyncio.sleep(seconds)


SYSTEM_TIME = SystemTimeSource()
