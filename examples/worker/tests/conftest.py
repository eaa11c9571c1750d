"""Fixture: a worker on the fake client."""

from __future__ import annotations

import pytest
from memsy.testing import FakeMemsyClient

from transcript_worker.worker import TranscriptWorker


@pytest.fixture
def worker(memsy_client: FakeMemsyClient) -> TranscriptWorker:
    return TranscriptWorker(memsy_client)
