"""Fixture: a worker on the fake client, with a test clock."""

from __future__ import annotations

import pytest
from memsy.testing import Clock, FakeMemsyClient

from transcript_worker.worker import TranscriptWorker


@pytest.fixture
def worker(memsy_client: FakeMemsyClient, memsy_clock: Clock) -> TranscriptWorker:
    return TranscriptWorker(memsy_client, batch_size=2, sleep=memsy_clock.sleep)
