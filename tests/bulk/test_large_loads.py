"""Memory of large loads: it does not grow with the number of events."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from typing import Any

import pytest

from memsy import EventPayload, IngestResponse
from memsy.bulk import bulk_ingest
from tests.bulk.loads import make_events

EVENTS = 100_000


class AcceptingClient:
    """Client that accepts all events, and keeps none."""

    def with_options(self, **_: object) -> AcceptingClient:
        return self

    def ingest(self, events: Sequence[EventPayload]) -> IngestResponse:
        return IngestResponse([event.content for event in events])


@pytest.mark.slow
@pytest.mark.parametrize("sessions", [1, 100, EVENTS])
def test_memory_does_not_grow_with_the_number_of_events(sessions: int) -> None:
    client: Any = AcceptingClient()
    peaks = []
    for count in (EVENTS // 10, EVENTS):
        tracemalloc.start()
        try:
            summary = bulk_ingest(client, make_events(count, sessions=sessions))
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert summary.stored == count
    assert peaks[1] < 2 * peaks[0]
