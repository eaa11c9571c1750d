"""The scribe, on a memory that behaves as the service does."""

from __future__ import annotations

import pytest
from memsy.testing import Clock, FakeMemsyClient

from scribe.work import Scribe


@pytest.fixture
def scribe(memsy_client: FakeMemsyClient, memsy_clock: Clock) -> Scribe:
    return Scribe(memsy_client, batch=2, pause=memsy_clock.sleep)
