"""Command `memsy ingest -`: events from stdin."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from memsy import EventPayload
from memsy.local import ServiceConfig
from memsy.testing import LocalService
from tests.cli.conftest import CommandLine

EVENTS = [EventPayload("ann", "s-1", "user_message", f"tea number {n}") for n in range(25)]


def to_lines(events: Sequence[EventPayload]) -> str:
    return "".join(f"{json.dumps(event.to_dict())}\n" for event in events)


def test_all_events_of_stdin_are_ingested(
    cli: CommandLine, service: LocalService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = cli("ingest", "-", "--batch", "10", stdin=to_lines([*EVENTS, EVENTS[0]]))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "26 sent, 26 acknowledged, 1 of them deduplicated\n"
    assert [event.content for event in service.events] == [event.content for event in EVENTS]
    assert list(tmp_path.iterdir()) == [], "stdin has no progress file"


def test_empty_stdin_sends_nothing(cli: CommandLine, service: LocalService) -> None:
    result = cli("ingest", "-")
    assert (result.exit_code, result.stdout) == (
        0,
        "0 sent, 0 acknowledged, 0 of them deduplicated\n",
    )
    assert list(service.requests) == []


def test_batches_before_an_invalid_line_are_sent(cli: CommandLine, service: LocalService) -> None:
    result = cli("ingest", "-", "--batch", "10", stdin=f"{to_lines(EVENTS)}{{}}\n")
    assert (result.exit_code, result.stdout) == (7, "")
    tally, error = result.stderr.splitlines()
    assert tally == (
        "20 events of stdin are acknowledged; to continue, send the events after these."
    )
    assert error.startswith("memsy ingest: stdin, line 26: field 'actor_id' is missing")
    assert len(service.events) == 20


def test_invalid_first_line_is_an_error(cli: CommandLine, service: LocalService) -> None:
    result = cli("ingest", "-", stdin="tea\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "stdin, line 1: not JSON" in result.stderr
    assert list(service.events) == []


def test_quota_in_the_middle_is_a_partial_failure(cli: CommandLine, service: LocalService) -> None:
    service.config = ServiceConfig(limits={"events_ingested": 20})
    result = cli("ingest", "-", "--batch", "10", stdin=to_lines(EVENTS))
    assert result.exit_code == 7
    assert "20 events of stdin are acknowledged" in result.stderr
    assert "memsy ingest: UsageLimitExceeded: " in result.stderr


@pytest.mark.parametrize("options", [("--restart",), ("--progress", "p.json")])
def test_progress_options_need_a_file(cli: CommandLine, options: tuple[str, ...]) -> None:
    result = cli("ingest", "-", *options, stdin=to_lines(EVENTS))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "leave out --progress and --restart" in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_full_batch_is_sent_before_stdin_ends(cli: CommandLine, service: LocalService) -> None:
    """Ctrl-C ends the command."""
    environment = {"MEMSY_BASE_URL": cli.server.base_url, "MEMSY_API_KEY": cli.server.api_key}
    command = (sys.executable, "-m", "memsy", "ingest", "-", "--batch", "1")
    with subprocess.Popen(
        command, stdin=-1, stdout=-1, stderr=-1, text=True, env={**os.environ, **environment}
    ) as process:
        assert process.stdin is not None
        process.stdin.write(to_lines(EVENTS[:1]))
        process.stdin.flush()
        while not service.requests:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (130, "")
    assert "Traceback" not in stderr
