"""Ten ordinary tasks of a test, blocking."""

from __future__ import annotations

import pytest
from memsy import EventPayload, MemsyTimeoutError, RateLimitExceeded
from memsy.testing import Clock, FakeMemsyClient, LocalService

from scribe.work import Scribe

TEA = EventPayload("ann", "call-1", "user_message", "I ordered tea, and got coffee")
NUTS = EventPayload("ann", "call-1", "user_message", "The cake has nuts", role_id="complaints")
CALLS = [EventPayload("ann", f"call-{n}", "user_message", f"Call no. {n}") for n in range(120)]


def test_recall_a_preference(scribe: Scribe) -> None:
    scribe.write([TEA, NUTS])
    assert scribe.brief("ann", "tea") == [TEA.content]
    assert scribe.brief("bob", "tea") == []


def test_survive_a_429(scribe: Scribe, memsy_service: LocalService, memsy_clock: Clock) -> None:
    memsy_service.faults.fail_next("ingest", RateLimitExceeded, retry_after=7, times=3)
    assert scribe.write([TEA]).left == []
    assert scribe.brief("ann", "tea") == [TEA.content]
    assert memsy_clock.monotonic() >= 21


@pytest.mark.memsy(limits={"events_ingested": 5})
def test_stop_on_quota(scribe: Scribe, memsy_client: FakeMemsyClient) -> None:
    report = scribe.write(CALLS)
    assert report.left == CALLS[4:]
    assert report.trouble == "events_ingested is used up, 4 of 5"
    assert [call.attempts for call in memsy_client.calls.of("ingest")] == [1, 1, 1]


@pytest.mark.memsy(process_delay=5)
def test_wait_for_pending(scribe: Scribe) -> None:
    event_ids = scribe.write([TEA]).stored
    assert scribe.brief("ann", "tea") == []
    assert scribe.unsettled(event_ids) == []
    assert scribe.brief("ann", "tea") == [TEA.content]


def test_deduplicate(scribe: Scribe, memsy_clock: Clock) -> None:
    first = scribe.write([TEA]).stored
    assert scribe.write([TEA]).stored == first
    memsy_clock.advance(61)
    assert scribe.write([TEA]).stored != first


def test_scope_by_role(scribe: Scribe) -> None:
    scribe.write([NUTS])
    assert scribe.brief("bob", "nuts", desk="complaints") == [NUTS.content]
    assert scribe.brief("bob", "nuts", desk="sales") == []


@pytest.mark.memsy(events=CALLS)
def test_page_through_memories(scribe: Scribe, memsy_client: FakeMemsyClient) -> None:
    assert sorted(scribe.everything("ann")) == sorted(call.content for call in CALLS)
    assert len(memsy_client.calls.of("memories.list")) == 3


def test_bad_key(memsy_service: LocalService) -> None:
    stranger = FakeMemsyClient(api_key="msy_revoked", service=memsy_service)
    report = Scribe(stranger).write([TEA])
    assert (report.left, report.trouble) == ([TEA], "the memory does not know our key")


def test_time_out(scribe: Scribe, memsy_service: LocalService, memsy_clock: Clock) -> None:
    memsy_service.faults.fail_next("ingest", MemsyTimeoutError, after=1)
    report = scribe.write(CALLS)
    assert report.left == CALLS[2:]
    assert report.trouble == "the memory did not answer, attempts: 1"
    assert memsy_clock.monotonic() == 30


def test_assert_what_was_stored(scribe: Scribe, memsy_client: FakeMemsyClient) -> None:
    scribe.write([TEA, NUTS])
    assert memsy_client.calls.ingested == [TEA, NUTS]
