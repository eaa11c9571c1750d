"""Ten common test tasks with the sync client."""

from __future__ import annotations

import pytest
from memsy import EventPayload, MemsyTimeoutError, RateLimitExceeded
from memsy.testing import Clock, FakeMemsyClient, LocalService

from transcript_worker.worker import TranscriptWorker

TEA = EventPayload("ann", "call-1", "user_message", "I ordered tea, and got coffee")
NUTS = EventPayload("ann", "call-1", "user_message", "The cake has nuts", role_id="complaints")
EVENTS = [EventPayload("ann", f"call-{n}", "user_message", f"Message {n}") for n in range(1200)]


def test_recall_a_preference(worker: TranscriptWorker) -> None:
    worker.ingest([TEA, NUTS])
    assert worker.search("ann", "tea") == [TEA.content]
    assert worker.search("bob", "tea") == []


def test_survive_a_429(
    worker: TranscriptWorker, memsy_service: LocalService, memsy_clock: Clock
) -> None:
    memsy_service.faults.fail_next("ingest", RateLimitExceeded, retry_after=7, times=3)
    assert worker.ingest([TEA]).remaining == []
    assert worker.search("ann", "tea") == [TEA.content]
    assert memsy_clock.monotonic() >= 21


@pytest.mark.memsy(limits={"events_ingested": 600})
def test_stop_on_quota(worker: TranscriptWorker, memsy_client: FakeMemsyClient) -> None:
    report = worker.ingest(EVENTS)
    assert report.remaining == EVENTS[500:]
    assert report.error == "quota exhausted: events_ingested, 500 of 600"
    assert memsy_client.calls[-1].attempts == 2


@pytest.mark.memsy(process_delay=5)
def test_wait_for_pending(worker: TranscriptWorker) -> None:
    event_ids = worker.ingest([TEA]).stored_ids
    assert worker.search("ann", "tea") == []
    assert worker.wait_until_processed(event_ids) == []
    assert worker.search("ann", "tea") == [TEA.content]


def test_deduplicate(worker: TranscriptWorker, memsy_clock: Clock) -> None:
    first_ids = worker.ingest([TEA]).stored_ids
    assert worker.ingest([TEA]).stored_ids == first_ids
    memsy_clock.advance(61)
    assert worker.ingest([TEA]).stored_ids != first_ids


def test_scope_by_role(worker: TranscriptWorker) -> None:
    worker.ingest([NUTS])
    assert worker.search("bob", "nuts", role="complaints") == [NUTS.content]
    assert worker.search("bob", "nuts", role="sales") == []


@pytest.mark.memsy(events=EVENTS[:120])
def test_page_through_memories(worker: TranscriptWorker, memsy_client: FakeMemsyClient) -> None:
    assert sorted(worker.list_memories("ann")) == sorted(event.content for event in EVENTS[:120])
    assert len(memsy_client.calls.for_operation("memories.list")) == 2


def test_bad_key(memsy_service: LocalService) -> None:
    memory = FakeMemsyClient(api_key="msy_revoked", service=memsy_service)
    report = TranscriptWorker(memory).ingest([TEA])
    assert report.remaining == [TEA]
    assert report.error == "the memory service rejected the API key"


def test_time_out(
    worker: TranscriptWorker, memsy_service: LocalService, memsy_clock: Clock
) -> None:
    memsy_service.faults.fail_next("ingest", MemsyTimeoutError, after=1)
    report = worker.ingest(EVENTS)
    assert report.remaining == EVENTS[500:]
    assert report.error == "no response from the memory service, attempts: 1"
    assert memsy_clock.monotonic() == 30


def test_assert_what_was_stored(worker: TranscriptWorker, memsy_client: FakeMemsyClient) -> None:
    worker.ingest([TEA, NUTS])
    assert memsy_client.calls.ingested == [TEA, NUTS]
