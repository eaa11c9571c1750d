"""What the command does with a transcript."""

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

from scribe.__main__ import main, run
from scribe.transcript import utterances
from scribe.work import Scribe

TRANSCRIPT = """
{"caller": "ann", "call": "call-1", "words": "Tea, not coffee", "desk": "complaints"}
{"caller": "ann", "call": "call-1", "words": "We are so sorry", "by_us": true}

{"caller": "bob", "call": "call-2", "words": "When do you close?"}
"""
EVENTS = utterances(TRANSCRIPT.splitlines())

Printed = pytest.CaptureFixture[str]


def test_a_transcript_is_stored_and_known(
    scribe: Scribe, memsy_client: FakeMemsyClient, capsys: Printed
) -> None:
    assert run(scribe, EVENTS) == 0
    assert capsys.readouterr().out == "3 of 3 utterances are stored\n"
    assert memsy_client.calls.ingested == EVENTS


def test_a_transcript_says_who_spoke_and_who_ought_to_know() -> None:
    assert utterances(TRANSCRIPT.splitlines()) == [
        EventPayload("ann", "call-1", "user_message", "Tea, not coffee", role_id="complaints"),
        EventPayload("ann", "call-1", "assistant_message", "We are so sorry"),
        EventPayload("bob", "call-2", "user_message", "When do you close?"),
    ]


@pytest.mark.memsy(limits={"events_ingested": 2})
def test_where_the_quota_ends_the_next_run_begins(scribe: Scribe, capsys: Printed) -> None:
    assert run(scribe, EVENTS, skipped=40) == 1
    assert "events_ingested is used up, 2 of 2; go on with --skip 42" in capsys.readouterr().out


@pytest.mark.memsy(processing="manual")
def test_what_stays_pending_is_named(
    scribe: Scribe, memsy_service: LocalService, capsys: Printed
) -> None:
    assert run(scribe, EVENTS) == 0
    assert f"not known yet: {memsy_service.events[0].event_id}, " in capsys.readouterr().out


@pytest.mark.memsy(processing="manual")
def test_what_has_failed_is_named(scribe: Scribe, memsy_service: LocalService) -> None:
    first, second, third = scribe.write(EVENTS).stored
    memsy_service.fail(second)
    memsy_service.process()
    assert scribe.unsettled([first, second, third]) == [second]


@pytest.mark.parametrize(
    ("error", "times", "trouble"),
    [
        (RateLimitExceeded, 4, "too many requests"),
        (MemsyConnectionError, 4, "the memory did not answer, attempts: 4"),
        (AuthenticationError, 1, "the memory does not know our key"),
    ],
)
def test_whatever_ends_it_is_said_with_where_to_go_on(
    scribe: Scribe,
    memsy_service: LocalService,
    error: type[MemsyError],
    times: int,
    trouble: str,
) -> None:
    memsy_service.faults.fail_next("ingest", error, times=times, after=1)
    report = scribe.write(EVENTS)
    assert trouble in str(report.trouble)
    assert report.left == EVENTS[2:]


def test_of_a_batch_in_several_requests_no_part_is_stored_twice(
    memsy_client: FakeMemsyClient, memsy_service: LocalService
) -> None:
    """The error of an ingest says how far it came."""
    many = utterances(f'{{"caller": "ann", "call": "1", "words": "{n}"}}' for n in range(1200))
    memsy_service.faults.fail_next("ingest", AuthenticationError, after=1)
    report = Scribe(memsy_client, batch=1200).write(many)
    assert (len(report.stored), len(report.left)) == (500, 700)
    assert memsy_client.calls.ingested == many[:500]


def test_lost_answers_are_asked_for_again(scribe: Scribe, memsy_service: LocalService) -> None:
    memsy_service.faults.fail_next("*", MemsyConnectionError, stored=True)
    memsy_service.faults.truncate_next("status")
    assert run(scribe, EVENTS) == 0
    assert len(memsy_service.events) == len(EVENTS)


def test_the_command_works_on_the_service_of_the_environment(
    memsy_server: LocalServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The real client, over a socket: the guard lets it talk to a local server."""
    monkeypatch.setenv("MEMSY_BASE_URL", memsy_server.base_url)
    monkeypatch.setenv("MEMSY_API_KEY", memsy_server.api_key)
    path = tmp_path / "transcript.jsonl"
    path.write_text(TRANSCRIPT, encoding="utf-8")
    assert main([str(path), "--skip", "1"]) == 0
    assert [event.actor_id for event in memsy_server.service.events] == ["ann", "bob"]
