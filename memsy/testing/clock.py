"""A clock that moves only when it is told to."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone

_LONG_AGO = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Clock:
    """
    Stands still at *now* until `advance()` moves it; who sleeps by it moves it too.

    Hand it to whatever takes a clock, so that hours of waiting, and the edges of every
    time window, take no time in a test. A *now* without a time zone is in UTC.
    """

    def __init__(self, now: datetime = _LONG_AGO) -> None:
        self._start = now if now.tzinfo is not None else now.replace(tzinfo=timezone.utc)
        self._passed = 0.0

    def __repr__(self) -> str:
        return f"Clock({self.now.isoformat()})"

    @property
    def now(self) -> datetime:
        """The moment at which it stands, with its time zone."""
        return self._start + timedelta(seconds=self._passed)

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass at once."""
        if not seconds >= 0:
            raise ValueError(f"a clock goes forward only, got {seconds!r} seconds")
        self._passed += seconds

    def monotonic(self) -> float:
        return self._passed

    def time(self) -> float:
        return self.now.timestamp()

    def sleep(self, seconds: float) -> None:
        self.advance(max(seconds, 0.0))

    async def sleep_async(self, seconds: float) -> None:
        self.advance(max(seconds, 0.0))
        await asyncio.sleep(0)
