"""The clock that moves only when it is told to."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from memsy.testing.clock import Clock

NOON = datetime(2026, 4, 14, 12, tzinfo=timezone.utc)


def test_it_stands_still() -> None:
    clock = Clock(NOON)
    assert clock.now == clock.now == NOON
    assert clock.time() == clock.time() == NOON.timestamp()


def test_it_advances_when_told_to() -> None:
    clock = Clock(NOON)
    before = clock.monotonic()
    clock.advance(90.5)
    assert clock.now == NOON + timedelta(seconds=90.5)
    assert clock.monotonic() - before == 90.5
    assert clock.time() == NOON.timestamp() + 90.5


def test_who_sleeps_by_it_does_not_wait() -> None:
    clock = Clock(NOON)
    clock.sleep(3600)
    clock.sleep(-1)
    assert clock.now == NOON + timedelta(hours=1)


async def test_who_awaits_it_does_not_wait_either() -> None:
    clock = Clock(NOON)
    await clock.sleep_async(3600)
    assert clock.now == NOON + timedelta(hours=1)


def test_a_date_without_a_time_zone_is_in_utc() -> None:
    assert Clock(NOON.replace(tzinfo=None)).now == NOON


@pytest.mark.parametrize("seconds", [-0.1, float("nan")])
def test_it_never_goes_back(seconds: float) -> None:
    with pytest.raises(ValueError, match="forward"):
        Clock(NOON).advance(seconds)
