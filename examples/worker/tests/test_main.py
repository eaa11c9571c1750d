"""Command `transcript-worker`: parsing, report, errors and resume."""

from __future__ import annotations

from pathlib import Path

import pytest
from memsy import (
    AuthenticationError,
    EventPayload,
    MemsyConnectionError,
    MemsyError,
    RateLimitExceeded,
)
from memsy.testing import FakeMemsyClient, LocalServer, LocalService

from transcript_worker.__main__ import main, run
from transcript_worker.parser import parse_transcript
from transcript_worker.worker import TranscriptWorker

TRANSCRIPT = """
{"caller": "ann", "call": "call-1", "text": "Tea, not coffee", "role": "complaints"}
{"caller": "ann", "call": "call-1", "text": "We are so sorry", "from_agent": true}

{"caller": "bob", "call": "call-2", "text": "When do you close?"}
"""
EVENTS = parse_transcript(TRANSCRIPT.splitlines())
MANY_EVENTS = [EventPayload("ann", "call-1", "user_message", f"Message {n}") for n in range(1200)]

Output = pytest.CaptureFixture[str]


def test_run_stores_all_events(
    worker: TranscriptWorker, memsy_client: FakeMemsyClient, capsys: Output
) -> None:
    assert run(worker, EVENTS) == 0
    assert capsys.readouterr().out == "3 of 3 messages stored\n"
    assert memsy_client.calls.ingested == EVENTS


def test_run_stores_nothing_of_an_empty_transcript(
    worker: TranscriptWorker, memsy_client: FakeMemsyClient, capsys: Output
) -> None:
    assert run(worker, []) == 0
    assert capsys.readouterr().out == "0 of 0 messages stored\n"
    assert list(memsy_client.calls) == []


def test_parse_transcript_sets_kind_and_role() -> None:
    assert parse_transcript(TRANSCRIPT.splitlines()) == [
        EventPayload("ann", "call-1", "user_message", "Tea, not coffee", role_id="complaints"),
        EventPayload("ann", "call-1", "assistant_message", "We are so sorry"),
        EventPayload("bob", "call-2", "user_message", "When do you close?"),
    ]


@pytest.mark.memsy(limits={"events_ingested": 600})
def test_run_reports_exhausted_quota_and_the_event_to_resume_at(
    worker: TranscriptWorker, capsys: Output
) -> None:
    assert run(worker, MANY_EVENTS, skipped=40) == 1
    assert capsys.readouterr().out == (
        "500 of 1200 messages stored\n"
        "quota exhausted: events_ingested, 500 of 600; resume with --skip 540\n"
    )


@pytest.mark.memsy(processing="manual")
def test_run_reports_pending_events(
    worker: TranscriptWorker, memsy_service: LocalService, capsys: Output
) -> None:
    assert run(worker, EVENTS) == 0
    first_id = memsy_service.events[0].event_id
    assert f"failed or still pending: {first_id}, " in capsys.readouterr().out


@pytest.mark.memsy(processing="manual")
def test_wait_until_processed_returns_failed_events(
    worker: TranscriptWorker, memsy_service: LocalService
) -> None:
    first, second, third = worker.ingest(EVENTS).stored_ids
    memsy_service.fail(second)
    memsy_service.process()
    assert worker.wait_until_processed([first, second, third]) == [second]


@pytest.mark.parametrize(
    ("error", "times", "message"),
    [
        (RateLimitExceeded, 4, "too many requests"),
        (MemsyConnectionError, 4, "no response from the memory service, attempts: 4"),
        (AuthenticationError, 1, "the memory service rejected the API key"),
    ],
)
def test_ingest_reports_the_error_and_the_remaining_events(
    worker: TranscriptWorker,
    memsy_service: LocalService,
    error: type[MemsyError],
    times: int,
    message: str,
) -> None:
    memsy_service.faults.fail_next("ingest", error, times=times, after=1)
    report = worker.ingest(MANY_EVENTS)
    assert message in str(report.error)
    assert report.remaining == MANY_EVENTS[500:]
    assert [event.content for event in memsy_service.events] == [
        event.content for event in MANY_EVENTS[:500]
    ]


def test_lost_responses_are_retried(worker: TranscriptWorker, memsy_service: LocalService) -> None:
    memsy_service.faults.fail_next("*", MemsyConnectionError, stored=True)
    memsy_service.faults.truncate_next("status")
    assert run(worker, EVENTS) == 0
    assert len(memsy_service.events) == len(EVENTS)


def test_main_uses_the_service_of_the_environment(
    memsy_server: LocalServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The real client connects over a socket: the network guard allows local servers."""
    monkeypatch.setenv("MEMSY_BASE_URL", memsy_server.base_url)
    monkeypatch.setenv("MEMSY_API_KEY", memsy_server.api_key)
    path = tmp_path / "transcript.jsonl"
    path.write_text(TRANSCRIPT, encoding="utf-8")
    assert main([str(path), "--skip", "1"]) == 0
    assert [event.actor_id for event in memsy_server.service.events] == ["ann", "bob"]
