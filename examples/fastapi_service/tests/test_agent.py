"""What the concierge makes of events that are not processed as usual."""

from __future__ import annotations

import pytest
from memsy.testing import Clock, LocalService

from concierge.agent import Concierge


@pytest.mark.memsy(processing="manual")
async def test_what_has_failed_is_not_learnt(
    concierge: Concierge, memsy_service: LocalService
) -> None:
    first, second = await concierge.hear("ann", "stay-1", "Tea at 5", "And cake")
    memsy_service.fail(second)
    memsy_service.process()
    assert not await concierge.has_learnt([first, second])
    assert await concierge.has_learnt([first])


@pytest.mark.memsy(processing="manual")
async def test_nobody_waits_for_ever(concierge: Concierge, memsy_clock: Clock) -> None:
    event_ids = await concierge.hear("ann", "stay-1", "Tea at 5")
    assert not await concierge.has_learnt(event_ids, looks=30)
    assert memsy_clock.monotonic() == 60
