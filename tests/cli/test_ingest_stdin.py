"""Command `memsy ingest -`: events from stdin."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from memsy import EventPayload
from memsy.local import ServiceConfig
from memsy.testing import LocalService
from tests.cli.conftest import CommandLine, wait_until
from tests.support.platforms import needs_posix_signals

EVENTS = [EventPayload("ann", "s-1", "user_message", f"tea number {n}") for n in range(25)]


def to_lines(events: Sequence[EventPayload]) -> str:
    return "".join(f"{json.dumps(event.to_dict())}\n" for event in events)


def test_all_events_of_stdin_are_ingested(
    cli: CommandLine, service: LocalService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = cli("ingest", "-", "--batch", "10", stdin=to_lines([*EVENTS, EVENTS[0]]))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "26 events sent, 26 stored\n"
    assert [event.content for event in service.events] == [event.content for event in EVENTS]
    assert list(tmp_path.iterdir()) == []


def test_empty_stdin_sends_nothing(cli: CommandLine, service: LocalService) -> None:
    result = cli("ingest", "-")
    assert (result.exit_code, result.stdout) == (0, "0 events sent, 0 stored\n")
    assert list(service.requests) == []


def test_events_before_an_invalid_line_are_sent(cli: CommandLine, service: LocalService) -> None:
    result = cli("ingest", "-", "--batch", "10", stdin=f"{to_lines(EVENTS)}{{}}\n")
    assert (result.exit_code, result.stdout) == (7, "")
    state, error = result.stderr.splitlines()
    assert state.startswith("25 events are stored; the same command sends all events again. ")
    assert error.startswith("memsy ingest: stdin, line 26: field 'actor_id' is missing")
    assert len(service.events) == 25


def test_invalid_first_line_is_an_error(cli: CommandLine, service: LocalService) -> None:
    result = cli("ingest", "-", stdin="tea\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "stdin, line 1: not JSON" in result.stderr
    assert list(service.events) == []


def test_quota_in_the_middle_is_a_partial_failure(cli: CommandLine, service: LocalService) -> None:
    service.config = ServiceConfig(limits={"events_ingested": 20})
    result = cli("ingest", "-", "--batch", "10", stdin=to_lines(EVENTS))
    assert result.exit_code == 7
    assert "20 events are stored; " in result.stderr
    assert "memsy ingest: UsageLimitExceeded: " in result.stderr


def test_stdin_resumes_under_the_name_of_its_source(
    cli: CommandLine, service: LocalService, tmp_path: Path
) -> None:
    command = ("ingest", "-", "--ledger", str(tmp_path / "ledger"), "--source", "tea")
    cli(*command, stdin=to_lines(EVENTS[:20]))
    result = cli(*command, stdin=to_lines(EVENTS))
    assert result.stdout.startswith("5 events sent, 5 stored, 20 skipped: ")
    assert len(service.events) == 25


def test_dry_run_reads_stdin(cli: CommandLine, service: LocalService) -> None:
    result = cli("ingest", "-", "--dry-run", stdin=to_lines(EVENTS))
    assert result.stdout == "25 events, 1 actors, 1 sessions; nothing was sent\n"
    assert list(service.requests) == []


def test_stdin_may_be_csv(cli: CommandLine, service: LocalService) -> None:
    text = "actor_id,session_id,content\nann,s-1,tea\n"
    result = cli("ingest", "-", "--format", "csv", "--set", "kind=app_event", stdin=text)
    assert result.stdout == "1 events sent, 1 stored\n"


def test_stdin_may_be_compressed(cli: CommandLine, service: LocalService) -> None:
    data = gzip.compress(to_lines(EVENTS[:9]).encode()) + gzip.compress(
        to_lines(EVENTS[9:]).encode()
    )
    assert run_with_input(cli, data).stdout == b"25 events sent, 25 stored\n"
    assert len(service.events) == 25


def test_events_before_the_end_of_incomplete_gzip_data_are_sent(
    cli: CommandLine, service: LocalService
) -> None:
    result = run_with_input(cli, gzip.compress(to_lines(EVENTS * 40).encode())[:-4])
    state, error = result.stderr.decode().splitlines()
    count = int(state.partition(" events are stored; ")[0].replace(",", ""))
    assert result.returncode == 7
    assert 900 < count <= 1_000, "decompression works in blocks"
    assert error == "memsy ingest: cannot read stdin: the gzip data is damaged or incomplete"
    assert len(service.events) == 25


def run_with_input(cli: CommandLine, data: bytes) -> subprocess.CompletedProcess[bytes]:
    options = ("--base-url", cli.server.base_url, "--api-key", cli.server.service.api_key)
    command = [sys.executable, "-m", "memsy", "ingest", "-", *options]
    return subprocess.run(command, input=data, capture_output=True, timeout=60, check=False)


@needs_posix_signals
@pytest.mark.parametrize("has_ledger", [False, True])
def test_full_batch_is_sent_before_stdin_ends(
    cli: CommandLine, service: LocalService, tmp_path: Path, has_ledger: bool
) -> None:
    """Ctrl-C ends the command. The ledger knows how many events are stored."""
    ledger = ("--ledger", str(tmp_path / "ledger"), "--source", "tea") if has_ledger else ()
    with cli.process("ingest", "-", "--batch", "1", *ledger) as process:
        assert process.stdin is not None
        process.stdin.write(to_lines(EVENTS[:1]))
        process.stdin.flush()
        wait_until(process, lambda: bool(service.requests))
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (130, "")
    advice = "1 events are stored; the ledger records them: to send the rest, run the same "
    assert stderr.startswith(
        advice if has_ledger else "at least 1 events are stored" * bool(stderr)
    )
