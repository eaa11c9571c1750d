"""Command `memsy ingest`: files, formats, ledger, interruptions and errors."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import attrs
import pyarrow as pa
import pytest
from pyarrow import parquet

from memsy import EventPayload
from memsy.bulk import Ledger
from memsy.cli import sample
from memsy.local import ServiceConfig
from memsy.testing import Clock, LocalServer, LocalService
from tests.cli.conftest import CommandLine, WriteEvents, wait_until
from tests.support.platforms import needs_dev_stdin, needs_posix_signals, needs_resource

EVENTS = [EventPayload("ann", "s-1", "user_message", f"tea number {n}") for n in range(25)]
QUOTA = ServiceConfig(limits={"events_ingested": 20})
SAMPLE = Path(sample.__file__).with_name("apollo13.jsonl")


def stored_contents(service: LocalService) -> list[str]:
    return [event.content for event in service.events]


def test_all_events_are_ingested_in_order(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    """All are of one session."""
    result = cli("ingest", str(write_events(EVENTS)), "--batch", "10")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "25 events sent, 25 stored\n"
    assert stored_contents(service) == [event.content for event in EVENTS]


def test_empty_file_sends_nothing(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events([])
    result = cli("ingest", str(file))
    assert (result.exit_code, result.stdout) == (0, f"{file} has no events: nothing to do\n")
    assert list(service.requests) == []


def test_file_with_an_invalid_line_is_not_sent(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    """Nor are the files before it."""
    file = write_events(EVENTS)
    other = file.with_name("other.jsonl")
    other.write_text(f"{file.read_text()}{{}}\n")
    result = cli("ingest", str(file), str(other), "--batch", "10")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"memsy ingest: {other}, line 26: field 'actor_id' is missing; "
        "an event needs actor_id, session_id, kind, content\n"
    )
    assert stored_contents(service) == []


def test_events_rejected_by_the_service_are_reported_by_line(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    """Line numbers count empty lines and earlier batches."""
    file = write_events([*EVENTS[:14], attrs.evolve(EVENTS[14], content="x" * 33_000)])
    file.write_text(f"\n{file.read_text()}")
    result = cli("ingest", str(file), "--batch", "10")
    assert (result.exit_code, result.stdout) == (7, "")
    state, error = result.stderr.splitlines()
    assert state.startswith("10 of 15 events are stored; the same command sends all events again. ")
    assert f"the service rejected events of {file}: line 16: content: " in error
    assert stored_contents(service) == [event.content for event in EVENTS[:10]]


def test_rejected_event_may_be_corrected_with_a_ledger(
    cli: CommandLine, service: LocalService, write_events: WriteEvents, tmp_path: Path
) -> None:
    options = ("--batch", "10", "--ledger", str(tmp_path / "ledger"))
    file = write_events([*EVENTS[:14], attrs.evolve(EVENTS[14], content="x" * 33_000)])
    result = cli("ingest", str(file), *options)
    assert "the ledger records them: to send the rest, run the same command" in result.stderr
    result = cli("ingest", str(write_events(EVENTS[:15])), *options)
    assert result.stdout.startswith("5 events sent, 5 stored, 10 skipped: ")
    assert stored_contents(service) == [event.content for event in EVENTS[:15]]


def test_rejection_without_stored_events_has_the_status_of_a_refusal(
    cli: CommandLine, write_events: WriteEvents
) -> None:
    file = write_events([attrs.evolve(EVENTS[14], content="x" * 33_000)])
    result = cli("ingest", str(file))
    assert (result.exit_code, result.stderr.count("\n")) == (3, 1)


@pytest.mark.parametrize("has_ledger", [False, True])
def test_quota_in_the_middle_is_a_partial_failure(
    cli: CommandLine,
    service: LocalService,
    write_events: WriteEvents,
    tmp_path: Path,
    has_ledger: bool,
) -> None:
    """The service rejects the third batch of ten."""
    ledger = ("--ledger", str(tmp_path / "ledger")) if has_ledger else ()
    command = ("ingest", str(write_events(EVENTS)), "--batch", "10", *ledger)
    service.config = QUOTA
    result = cli(*command)
    assert (result.exit_code, result.stdout) == (7, "")
    first, second = result.stderr.splitlines()
    assert first.startswith("20 of 25 events are stored; ")
    assert ("to send the rest, run the same command again" in first) == has_ledger
    assert ("With --ledger PATH from the start" in first) != has_ledger
    assert second.startswith("memsy ingest: UsageLimitExceeded: ")
    if has_ledger:
        service.config = ServiceConfig(dedup_window=0)
        assert cli(*command).stdout.startswith("5 events sent, 5 stored, 20 skipped: ")
        assert stored_contents(service) == [event.content for event in EVENTS]


def test_sample_loaded_three_times_with_a_ledger_is_stored_once(tmp_path: Path) -> None:
    """More than 60 s of the clock of the service pass between the loads."""
    clock = Clock(autojump=False)
    command = ("ingest", str(SAMPLE), "--ledger", str(tmp_path / "ledger"), "--batch", "50")
    with LocalService(clock=clock) as service, LocalServer(service) as server:
        cli = CommandLine(server)
        assert cli(*command).stdout.startswith("322 events sent, 322 stored, 0 skipped: ")
        stored = service.events
        assert 300 < len(stored) <= 322, "the service merges equal events within 60 s"
        for _ in range(2):
            clock.advance(3_600)
            result = cli(*command)
            assert result.stdout.startswith("0 events sent, 0 stored, 322 skipped: ")
            assert service.events == stored


@needs_posix_signals
def test_sample_is_stored_once_after_a_kill_in_the_middle(tmp_path: Path) -> None:
    """The third batch is stored but not acknowledged: the next load repeats it within 60 s."""
    clock = Clock(autojump=False)
    command = ("ingest", str(SAMPLE), "--ledger", str(tmp_path / "ledger"), "--batch", "50")
    with LocalService(clock=clock) as service, LocalServer(service) as server:
        CommandLine(server)("ingest", str(SAMPLE))
        expected = stored_contents(service)
        service.reset()
        service.faults.delay_next("ingest", 60, after=2)
        cli = CommandLine(server)
        with cli.process(*command, "--max-in-flight", "1") as process:
            wait_until(process, lambda: len(service.requests) == 3)
            process.kill()
        service.faults.clear()
        assert cli(*command).stdout.startswith("222 events sent, 222 stored, 100 skipped: ")
        for _ in range(2):
            clock.advance(3_600)
            assert cli(*command).stdout.startswith("0 events sent, 0 stored, 322 skipped: ")
        assert sorted(stored_contents(service)) == sorted(expected)


def test_appended_lines_are_sent(
    cli: CommandLine, service: LocalService, write_events: WriteEvents, tmp_path: Path
) -> None:
    ledger = ("--ledger", str(tmp_path / "ledger"))
    cli("ingest", str(write_events(EVENTS[:20])), *ledger)
    result = cli("ingest", str(write_events(EVENTS)), *ledger)
    assert result.stdout.startswith("5 events sent, 5 stored, 20 skipped: ")
    assert len(service.events) == 25


def test_changed_file_is_refused_with_its_line(
    cli: CommandLine, service: LocalService, write_events: WriteEvents, tmp_path: Path
) -> None:
    ledger = ("--ledger", str(tmp_path / "ledger"))
    cli("ingest", str(write_events(EVENTS)), *ledger)
    file = write_events([*EVENTS[:7], attrs.evolve(EVENTS[7], content="coffee"), *EVENTS[8:]])
    result = cli("ingest", str(file), *ledger)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"memsy ingest: {file}, line 8: the ledger records another event for this place, so the "
        "file has changed since its events were sent. To send all its events as new ones, use "
        "another --source NAME or another --ledger\n"
    )
    assert len(service.events) == 25
    assert cli("ingest", str(file), *ledger, "--source", "second").exit_code == 0
    assert stored_contents(service).count("coffee") == 1


@pytest.mark.usefixtures("symlinks")
def test_source_in_the_ledger_is_the_resolved_path(
    cli: CommandLine, write_events: WriteEvents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_events(EVENTS)
    (tmp_path / "link.jsonl").symlink_to(file)
    monkeypatch.chdir(tmp_path)
    cli("ingest", "link.jsonl", "--ledger", "ledger")
    cli("ingest", "link.jsonl", "--ledger", "ledger", "--source", "tea")
    with Ledger(tmp_path / "ledger") as ledger:
        assert ledger.sources() == sorted([str(file.resolve()), "tea"])


def test_nothing_is_sent_if_the_ledger_is_unusable(
    cli: CommandLine, service: LocalService, write_events: WriteEvents, tmp_path: Path
) -> None:
    file = write_events(EVENTS)
    with Ledger(tmp_path / "open") as ledger:
        ledger.acknowledged()
        for path in tmp_path / "missing" / "ledger", file, tmp_path / "open":
            result = cli("ingest", str(file), "--ledger", str(path))
            assert (result.exit_code, result.stdout) == (1, "")
            assert result.stderr.startswith(f"memsy ingest: LedgerError: ledger {path}: ")
    assert list(service.requests) == []


def test_ledger_holds_neither_key_nor_content(
    cli: CommandLine, write_events: WriteEvents, tmp_path: Path
) -> None:
    cli("ingest", str(write_events(EVENTS)), "--ledger", str(tmp_path / "ledger"))
    data = b"".join(path.read_bytes() for path in tmp_path.glob("ledger*"))
    assert cli.server.service.api_key.encode() not in data
    assert b"tea number" not in data


# Limits the size of every file that the process writes, as a full disk does.
LIMITED_FILES = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
runpy.run_module("memsy", run_name="__main__")
"""


def run_with_limited_files(
    cli: CommandLine, limit: int, *arguments: str
) -> subprocess.CompletedProcess[str]:
    variables = {
        "MEMSY_BASE_URL": cli.server.base_url,
        "MEMSY_API_KEY": cli.server.service.api_key,
    }
    return subprocess.run(
        [sys.executable, "-c", LIMITED_FILES, str(limit), *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@needs_resource
def test_nothing_is_sent_to_a_service_if_the_disk_is_full(
    cli: CommandLine, service: LocalService, write_events: WriteEvents, tmp_path: Path
) -> None:
    file, ledger = str(write_events(EVENTS)), str(tmp_path / "ledger")
    result = run_with_limited_files(cli, 10, "ingest", file, "--ledger", ledger)
    assert (result.returncode, result.stdout) == (1, "")
    assert "free space on the disk" in result.stderr
    assert list(service.events) == []


def table_files(folder: Path) -> list[Path]:
    """Return files with EVENTS in all formats."""
    rows = [event.to_dict() for event in EVENTS]
    paths = [folder / name for name in ("a.jsonl.gz", "b.csv", "c.csv.gz", "d.parquet")]
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    paths[0].write_bytes(gzip.compress(lines.encode()))
    with paths[1].open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    paths[2].write_bytes(gzip.compress(paths[1].read_bytes()))
    parquet.write_table(pa.Table.from_pylist(rows), paths[3])
    return paths


def test_files_of_all_formats_are_ingested(
    cli: CommandLine, service: LocalService, tmp_path: Path
) -> None:
    """One after the other: the service merges the equal events."""
    result = cli("ingest", *map(str, table_files(tmp_path)))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "100 events sent, 100 stored\n"
    assert stored_contents(service) == [event.content for event in EVENTS]


def test_format_option_wins_over_the_name(cli: CommandLine, tmp_path: Path) -> None:
    path = table_files(tmp_path)[1].rename(tmp_path / "tea")
    assert "name its format with --format jsonl, csv or parquet" in cli("ingest", str(path)).stderr
    assert cli("ingest", str(path), "--format", "csv").stdout == "25 events sent, 25 stored\n"


def test_columns_are_mapped_and_others_are_named(
    cli: CommandLine, service: LocalService, tmp_path: Path
) -> None:
    path = tmp_path / "tea.csv"
    path.write_text("id,user,text,session_id\n1,ann,tea,s-1\n")
    result = cli("ingest", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{path} has no column 'actor_id', 'kind', 'content'. Its columns" in result.stderr
    assert list(service.requests) == []
    mapping = ("--column", "actor_id=user", "--column", "content=text", "--set", "kind=app_event")
    result = cli("ingest", str(path), *mapping)
    assert (result.exit_code, result.stderr) == (0, f"{path}: columns that are not sent: 'id'\n")
    (event,) = service.events
    assert (event.actor_id, event.session_id, event.kind) == ("ann", "s-1", "app_event")


def test_dry_run_counts_and_sends_nothing(
    cli: CommandLine, service: LocalService, tmp_path: Path
) -> None:
    """It needs neither key nor URL, and creates no ledger."""
    files = map(str, table_files(tmp_path))
    command = ("ingest", "--dry-run", "--ledger", str(tmp_path / "ledger"))
    result = cli(*command, *files, MEMSY_API_KEY="", MEMSY_BASE_URL="")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "100 events, 1 actors, 1 sessions; nothing was sent\n"
    assert list(service.requests) == []
    assert not (tmp_path / "ledger").exists()


def test_dry_run_names_an_invalid_line(cli: CommandLine, write_events: WriteEvents) -> None:
    file = write_events(EVENTS)
    file.write_text(f"{file.read_text()}{{}}\n")
    result = cli("ingest", "--dry-run", str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{file}, line 26: field 'actor_id' is missing" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("events.jsonl", "events.jsonl"), "events.jsonl is named more than once"),
        (("events.jsonl", "-"), "- reads stdin alone"),
        (("events.jsonl", "--source", "tea"), "use it with --ledger"),
        (("events.jsonl", "b.csv", "--ledger", "l", "--source", "tea"), "events of one file"),
        (("events.jsonl", "--ledger", "l", "--source", ""), "--source is empty"),
        (("-", "--ledger", "l"), "stdin has no path: name its events in the ledger with --source"),
        (("-", "--format", "parquet"), "Parquet cannot be read from stdin"),
        (("events.jsonl", "--set", "kind=app_event"), "but events.jsonl is JSON Lines"),
        (("b.csv", "--set", "kind"), "--set 'kind' has no '='"),
        (("b.csv", "--column", "content="), "--column 'content=' names no column"),
        (("b.csv", "--column", "text=content"), "the field of --column must be 'actor_id'"),
        (("events.jsonl", "--format", "jsnol"), "did you mean 'jsonl'?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_unusable_options_are_usage_errors(
    cli: CommandLine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in "events.jsonl", "b.csv":
        (tmp_path / name).touch()
    result = cli("ingest", *arguments, COLUMNS="300")
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_file_that_cannot_be_read_twice_is_an_error(cli: CommandLine) -> None:
    result = cli("ingest", os.devnull)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is not a regular file" in result.stderr


@needs_dev_stdin
def test_redirected_stdin_is_an_error(write_events: WriteEvents) -> None:
    """/dev/stdin looks like a regular file, but cannot be read twice."""
    command = (sys.executable, "-m", "memsy", "ingest", "/dev/stdin")
    with write_events(EVENTS).open() as file:
        result = subprocess.run(
            command, stdin=file, capture_output=True, text=True, timeout=60, check=False
        )
    assert result.returncode == 1
    assert "/dev/stdin is not a regular file" in result.stderr


def test_batch_that_failed_half_way_counts(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    """A batch of more than 8 MiB takes several requests."""
    large = [attrs.evolve(event, content=f"{n}{'x' * 30_000}") for n, event in enumerate(EVENTS)]
    sessions = [f"s-{number}" for number in range(15)]
    file = write_events(
        [attrs.evolve(event, session_id=session) for session in sessions for event in large]
    )
    service.config = ServiceConfig(limits={"api_calls": 1})
    result = cli("ingest", str(file), "--batch", "500")
    stored = len(service.events)
    assert 0 < stored < 375
    assert f"{stored} of 375 events are stored" in result.stderr


def test_file_name_is_shown_without_control_characters(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "[red]\x1b[31m.jsonl"
    file.touch()
    result = cli("ingest", str(file))
    assert "[red]\\x1b[31m.jsonl has no events" in result.stdout
    file.write_text("{")
    assert "[red]\\x1b[31m.jsonl, line 1: not JSON" in cli("ingest", str(file)).stderr


def test_wrong_base_url_is_named(cli: CommandLine, write_events: WriteEvents) -> None:
    result = cli("ingest", str(write_events(EVENTS)), "--base-url", f"{cli.server.base_url}/wrong")
    assert result.stderr.startswith("memsy ingest: NotFoundError: ")


@pytest.mark.parametrize(("name", "reason"), [("gone", "does not exist"), (".", "is a directory")])
def test_file_that_is_not_there_is_a_usage_error(cli: CommandLine, name: str, reason: str) -> None:
    result = cli("ingest", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr
