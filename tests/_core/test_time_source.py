"""The machine's own clock, which no other test looks at."""

from __future__ import annotations

import time

from memsy._core.time_source import SYSTEM_TIME
from tests.support.run_without_loop import run_without_loop


def test_it_tells_the_time_of_the_machine() -> None:
    before = time.time(), time.monotonic()
    now = SYSTEM_TIME.time(), SYSTEM_TIME.monotonic()
    assert before[0] - 1 < now[0] < before[0] + 60
    assert before[1] <= now[1]


def test_no_time_at_all_can_be_slept() -> None:
    SYSTEM_TIME.sleep(0)
    run_without_loop(SYSTEM_TIME.sleep_async(0))
