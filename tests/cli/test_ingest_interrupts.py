"""Command `memsy ingest` in a terminal: progress bar, Ctrl-C in the middle of a file."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Timer

import pytest

from memsy import EventPayload
from memsy.testing import LocalService
from tests.cli.conftest import CommandLine, WriteEvents, wait_until
from tests.support.platforms import needs_posix_signals, needs_terminal

pytestmark = [needs_posix_signals, needs_terminal]

EVENTS = [EventPayload("ann", "s-1", "user_message", f"tea number {n}") for n in range(70)]


def run_with_terminal(cli: CommandLine, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Run a command with stderr in a terminal. Return the process and the output there."""
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    import pty

    terminal, child_terminal = pty.openpty()
    variables = {
        "MEMSY_BASE_URL": cli.server.base_url,
        "MEMSY_API_KEY": cli.server.service.api_key,
        "TERM": "xterm",
        "COLUMNS": "120",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "memsy", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=child_terminal,
        text=True,
        env={**os.environ, **variables},
    ) as process:
        os.close(child_terminal)
        limit = Timer(60, process.kill)
        limit.start()
        screen = b""
        with suppress(OSError):  # the end of a terminal
            while part := os.read(terminal, 10_000):
                screen += part
        process.wait(60)
        limit.cancel()
        os.close(terminal)
        assert process.stdout is not None
        return process, f"{screen.decode()}{process.stdout.read()}"


def test_progress_bar_shows_share_number_rate_and_time(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    """The pause lets the bar be drawn between two batches."""
    service.faults.delay_next("ingest", 0.5, times=1, after=2)
    file = write_events(EVENTS)
    options = ("--batch", "10", "--max-in-flight", "1")
    process, screen = run_with_terminal(cli, "ingest", str(file), *options)
    assert process.returncode == 0
    text = re.sub(r"\x1b\[[\d;?]*\w", "", screen)
    assert "Checking events.jsonl" in text
    assert re.search(r"events\.jsonl ━.+ 29% 20/70 [\d,]+/s 0:00:0\d", text), text
    assert re.search(r"events\.jsonl ━.+ 100% 70/70 [\d,]+/s 0:00:00\s", text), text
    assert text.endswith("70 events sent, 70 stored\n")


def test_no_progress_bar_without_a_terminal(cli: CommandLine, write_events: WriteEvents) -> None:
    with cli.process("ingest", str(write_events(EVENTS))) as process:
        assert process.communicate(timeout=60) == ("70 events sent, 70 stored\n", "")


@pytest.mark.parametrize("has_ledger", [False, True])
def test_ctrl_c_in_a_file_reports_the_stored_events(
    cli: CommandLine,
    service: LocalService,
    write_events: WriteEvents,
    tmp_path: Path,
    has_ledger: bool,
) -> None:
    """The request in flight ends first. Only the ledger has its events."""
    ledger = ("--ledger", str(tmp_path / "ledger")) if has_ledger else ()
    command = ("ingest", str(write_events(EVENTS)), "--batch", "10", "--max-in-flight", "1")
    service.faults.delay_next("ingest", 1.0, after=2)
    with cli.process(*command, *ledger) as process:
        wait_until(process, lambda: len(service.requests) == 3)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout, stderr.count("\n")) == (130, "", 1)
    assert len(service.requests) == 3
    if not has_ledger:
        assert stderr.startswith("at least 20 of 70 events are stored; the same command sends all ")
        return
    assert stderr.startswith("30 of 70 events are stored; the ledger records them: to send the ")
    assert cli(*command, *ledger).stdout.startswith("40 events sent, 40 stored, 30 skipped: ")
    assert [event.content for event in service.events] == [event.content for event in EVENTS]


def test_repeated_ctrl_c_does_not_wait_for_the_request_in_flight(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    service.faults.delay_next("ingest", 60)
    with cli.process("ingest", str(write_events(EVENTS))) as process:
        wait_until(process, lambda: bool(service.requests))
        for _ in range(40):  # two signals at once may count as one
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
                break
        # A shell reports 130 for both.
        assert process.poll() in (130, -signal.SIGINT)
