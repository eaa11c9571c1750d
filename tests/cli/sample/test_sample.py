"""Sample events that ship with the package."""

from __future__ import annotations

from memsy.cli import sample
from memsy.testing import FakeMemsyClient


def test_sample_holds_a_few_hundred_events_in_order() -> None:
    events = sample.events()
    assert 200 < len(events) < 500
    assert any("Houston, we've had a problem" in event.content for event in events)
    assert [event.ts for event in events] == sorted(str(event.ts) for event in events)


def test_service_accepts_the_sample() -> None:
    with FakeMemsyClient() as memsy:
        assert len(memsy.ingest(sample.events()).event_ids) == len(sample.events())
