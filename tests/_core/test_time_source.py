"""The clock of the operating system. Other tests use a manual clock."""

from __future__ import annotations

import time

from memsy._core.time_source import SYSTEM_TIME
from tests.support.run_without_loop import run_without_loop


def test_system_time_follows_the_system_clock() -> None:
    before = time.time(), time.monotonic()
    now = SYSTEM_TIME.time(), SYSTEM_TIME.monotonic()
    assert before[0] - 1 < now[0] < before[0] + 60
    assert before[1] <= now[1]


def test_sleep_of_zero_seconds_returns() -> None:
    SYSTEM_TIME.sleep(0)
    run_without_loop(SYSTEM_TIME.sleep_async(0))
