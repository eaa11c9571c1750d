"""Concierge and events that fail or stay pending."""

from __future__ import annotations

import pytest
from memsy.testing import Clock, LocalService

from concierge.concierge import Concierge


@pytest.mark.memsy(processing="manual")
async def test_wait_until_processed_is_false_for_a_failed_event(
    concierge: Concierge, memsy_service: LocalService
) -> None:
    first, second = await concierge.remember("ann", "stay-1", "Tea at 5", "And cake")
    memsy_service.fail(second)
    memsy_service.process()
    assert not await concierge.wait_until_processed([first, second])
    assert await concierge.wait_until_processed([first])


@pytest.mark.memsy(processing="manual")
async def test_wait_until_processed_stops_after_max_polls(
    concierge: Concierge, memsy_clock: Clock
) -> None:
    event_ids = await concierge.remember("ann", "stay-1", "Tea at 5")
    assert not await concierge.wait_until_processed(event_ids, max_polls=30)
    assert memsy_clock.monotonic() == 60
