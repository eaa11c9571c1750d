"""Command `memsy ingest`: batches, progress file, resume, restart and errors."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

from memsy import EventPayload, IngestResponse, MemsyConnectionError
from memsy.cli.checkpoint import Checkpoint
from memsy.cli.event_file import EventFile
from memsy.cli.ingest import send_events
from memsy.local import ServiceConfig
from memsy.testing import FakeMemsyClient, LocalService
from tests.cli.conftest import CommandLine, WriteEvents

EVENTS = [EventPayload("ann", "s-1", "user_message", f"tea number {n}") for n in range(25)]
QUOTA = ServiceConfig(limits={"events_ingested": 20})


def progress_path(file: Path) -> Path:
    return file.with_name(f"{file.name}.memsy-progress.json")


def stored_contents(service: LocalService) -> list[str]:
    return [event.content for event in service.events]


def test_all_events_are_ingested_in_order(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    result = cli("ingest", str(write_events(EVENTS)), "--batch", "10")
    assert (result.exit_code, result.stderr) == (0, "")
    assert stored_contents(service) == [event.content for event in EVENTS]


def test_summary_counts_sent_and_deduplicated_events(
    cli: CommandLine, write_events: WriteEvents
) -> None:
    """Duplicates within a batch and across batches count alike."""
    file = write_events([*EVENTS, EVENTS[-1], EVENTS[0]])
    result = cli("ingest", str(file), "--batch", "13")
    assert result.stdout == "27 sent, 27 acknowledged, 2 of them deduplicated\n"


def test_deduplicated_count_includes_ids_from_before_an_interruption(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    """The first of the equal events is stored in the first run; all others are duplicates."""
    file = str(write_events([*EVENTS[:9], *[EVENTS[9]] * 16]))
    service.config = ServiceConfig(limits={"api_calls": 1})
    assert "10 of 25" in cli("ingest", file, "--batch", "10").stderr
    service.config = ServiceConfig()
    result = cli("ingest", file, "--batch", "10")
    assert result.stdout == "25 sent, 25 acknowledged, 15 of them deduplicated\n"


def test_empty_file_sends_nothing(cli: CommandLine, write_events: WriteEvents) -> None:
    file = write_events([])
    result = cli("ingest", str(file))
    assert (result.exit_code, result.stdout) == (0, f"{file} has no events: nothing to do\n")
    assert not progress_path(file).exists()


def test_file_with_an_invalid_line_is_not_sent(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS)
    file.write_text(f"{file.read_text()}{{}}\n")
    result = cli("ingest", str(file), "--batch", "10")
    assert result.exit_code == 1
    assert result.stderr == (
        f"memsy ingest: {file}, line 26: field 'actor_id' is missing; "
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
    assert result.exit_code == 7
    assert f"the service rejected events of {file}: line 16: content: " in result.stderr
    assert stored_contents(service) == [event.content for event in EVENTS[:10]]


def test_finished_file_is_not_sent_again(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    file = str(write_events(EVENTS))
    cli("ingest", file)
    before = service.events
    result = cli("ingest", file)
    assert result.exit_code == 0
    assert "already ingested: 25 sent" in result.stdout
    assert service.events == before


def test_restart_sends_a_finished_file_again(cli: CommandLine, write_events: WriteEvents) -> None:
    """The deduplication window has not passed, so the service stores nothing."""
    file = str(write_events(EVENTS))
    cli("ingest", file)
    result = cli("ingest", file, "--restart")
    assert result.stdout == "25 sent, 25 acknowledged, 25 of them deduplicated\n"


def test_restart_after_the_dedup_window_counts_no_duplicates(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    file = str(write_events(EVENTS))
    cli("ingest", file)
    service.config = ServiceConfig(dedup_window=0)
    result = cli("ingest", file, "--restart")
    assert result.stdout == "25 sent, 25 acknowledged, 0 of them deduplicated\n"


def test_restart_ignores_an_invalid_progress_file(
    cli: CommandLine, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS)
    progress_path(file).write_text("nonsense")
    assert cli("ingest", str(file), "--restart").exit_code == 0


def test_only_lines_added_to_a_finished_file_are_sent(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS[:20])
    cli("ingest", str(file))
    cli.server.service.config = attrs.evolve(ServiceConfig(), dedup_window=0)
    write_events(EVENTS)
    result = cli("ingest", str(file))
    assert result.stderr == "Resuming after the first 20 of 25 events.\n"
    assert len(service.events) == 25


def test_interrupted_run_reports_progress_and_resumes(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    """A quota interrupts the run: the service rejects the third batch of ten."""
    file = str(write_events(EVENTS))
    service.config = QUOTA
    result = cli("ingest", file, "--batch", "10")
    assert (result.exit_code, result.stdout) == (7, "")
    first, second = result.stderr.splitlines()
    assert first.startswith("20 of 25 events are acknowledged; ")
    assert first.endswith(" to resume, run the same command without --restart.")
    assert second.startswith("memsy ingest: UsageLimitExceeded: ")

    service.config = ServiceConfig(dedup_window=0)
    result = cli("ingest", file, "--batch", "10")
    assert result.stdout == "25 sent, 25 acknowledged, 0 of them deduplicated\n"
    assert stored_contents(service) == [event.content for event in EVENTS]


def test_file_with_changed_ingested_events_is_an_error(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS)
    service.config = QUOTA
    cli("ingest", str(file), "--batch", "10")
    write_events([EventPayload("ann", "s-1", "user_message", "coffee"), *EVENTS[1:]])
    result = cli("ingest", str(file), "--batch", "10")
    assert result.exit_code == 1
    assert f"the first 20 events of {file} have changed" in result.stderr
    assert "--restart" in result.stderr


def test_events_not_sent_yet_may_change(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS)
    service.config = QUOTA
    cli("ingest", str(file), "--batch", "10")
    service.config = ServiceConfig()
    write_events([*EVENTS[:24], EventPayload("ann", "s-1", "user_message", "coffee")])
    assert cli("ingest", str(file)).exit_code == 0
    assert stored_contents(service)[-1] == "coffee"


def test_progress_with_another_service_is_an_error(
    cli: CommandLine, write_events: WriteEvents
) -> None:
    file = str(write_events(EVENTS))
    cli("ingest", file)
    result = cli("ingest", file, "--base-url", "http://127.0.0.1:1/v1")
    assert result.exit_code == 1
    assert f"progress with {cli.server.base_url}, not http://127.0.0.1:1/v1" in result.stderr


def test_run_without_progress_allows_another_base_url(
    cli: CommandLine, write_events: WriteEvents
) -> None:
    """After a run with a wrong base URL, the next run may use the right one."""
    file = str(write_events(EVENTS))
    result = cli("ingest", file, "--base-url", f"{cli.server.base_url}/wrong")
    assert result.stderr.startswith("memsy ingest: NotFoundError: ")
    assert cli("ingest", file).exit_code == 0


def test_nothing_is_sent_if_the_progress_file_cannot_be_written(
    cli: CommandLine, service: LocalService, write_events: WriteEvents, tmp_path: Path
) -> None:
    path = tmp_path / "missing" / "progress.json"
    result = cli("ingest", str(write_events(EVENTS)), "--progress", str(path))
    assert result.exit_code == 1
    assert "choose another path with --progress" in result.stderr
    assert stored_contents(service) == []


def test_progress_option_sets_the_path(
    cli: CommandLine, write_events: WriteEvents, tmp_path: Path
) -> None:
    file = write_events(EVENTS)
    cli("ingest", str(file), "--progress", str(tmp_path / "other.json"))
    checkpoint = Checkpoint.load(tmp_path / "other.json")
    assert checkpoint is not None
    assert checkpoint.acknowledged == 25
    assert not progress_path(file).exists()


def test_progress_file_does_not_hold_the_key(cli: CommandLine, write_events: WriteEvents) -> None:
    file = write_events(EVENTS)
    cli("ingest", str(file))
    assert cli.server.service.api_key not in progress_path(file).read_text()


def test_file_that_cannot_be_read_twice_is_an_error(cli: CommandLine) -> None:
    result = cli("ingest", "/dev/null")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is not a regular file" in result.stderr


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="no /dev/stdin on this platform")
def test_redirected_stdin_is_an_error(write_events: WriteEvents) -> None:
    """/dev/stdin looks like a regular file, but its directory takes no progress file."""
    command = (sys.executable, "-m", "memsy", "ingest", "/dev/stdin")
    with write_events(EVENTS).open() as file:
        result = subprocess.run(
            command, stdin=file, capture_output=True, text=True, timeout=60, check=False
        )
    assert result.returncode == 1
    assert "/dev/stdin is not a regular file" in result.stderr


class ThirdIngestFails(FakeMemsyClient):
    """Fake client that loses the connection in its third ingest."""

    ingests = 0

    def ingest(self, events: Sequence[EventPayload]) -> IngestResponse:
        self.ingests += 1
        if self.ingests == 3:
            raise MemsyConnectionError("connection lost")
        return super().ingest(events)


def test_send_events_yields_a_checkpoint_after_each_acknowledged_batch(
    write_events: WriteEvents,
) -> None:
    with ThirdIngestFails() as memsy:
        checkpoints = send_events(
            memsy,
            EventFile(write_events(EVENTS)),
            start=Checkpoint("http://service"),
            batch_size=10,
        )
        assert [next(checkpoints).acknowledged, next(checkpoints).acknowledged] == [10, 20]
        with pytest.raises(MemsyConnectionError):
            next(checkpoints)


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


@pytest.mark.skipif(os.name != "posix", reason="resource limits of POSIX")
def test_tally_counts_events_that_the_progress_file_does_not_record(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS)
    result = run_with_limited_files(cli, 700, "ingest", str(file), "--batch", "10")
    assert len(service.events) == 20
    assert (result.returncode, result.stdout) == (7, "")
    assert result.stderr == (
        "20 of 25 events are acknowledged, but the progress file records 10: the same command "
        "without --restart sends the other 10 again.\n"
        f"memsy ingest: cannot write the progress file {progress_path(file)} (File too large): "
        "choose another path with --progress\n"
    )
    assert "25 acknowledged" in cli("ingest", str(file)).stdout
    assert len(service.events) == 25, "the service stores an event once"


@pytest.mark.skipif(os.name != "posix", reason="resource limits of POSIX")
def test_nothing_is_sent_to_a_service_if_the_disk_is_full(
    cli: CommandLine, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS)
    result = run_with_limited_files(cli, 10, "ingest", str(file))
    assert (result.returncode, result.stdout) == (1, "")
    assert "cannot write the progress file" in result.stderr
    assert list(service.events) == []
    assert list(file.parent.iterdir()) == [file], "no temporary file is left"


def test_tally_counts_the_events_of_a_batch_that_failed_half_way(
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
    assert f"{stored} of 375 events are acknowledged, but the progress file records 0" in (
        result.stderr
    )


def test_file_name_is_shown_without_control_characters(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "[red]\x1b[31m.jsonl"
    file.touch()
    result = cli("ingest", str(file))
    assert "[red]\\x1b[31m.jsonl has no events" in result.stdout
    file.write_text("{")
    assert "[red]\\x1b[31m.jsonl, line 1: not JSON" in cli("ingest", str(file)).stderr


def test_progress_option_does_not_follow_a_link(
    cli: CommandLine, service: LocalService, write_events: WriteEvents, tmp_path: Path
) -> None:
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    for option in (), ("--restart",):
        result = cli(
            "ingest", str(write_events(EVENTS)), "--progress", str(tmp_path / "link"), *option
        )
        assert result.exit_code == 1
        assert "(it is a symbolic link): choose another path with --progress" in result.stderr
    assert (tmp_path / "precious").read_text() == "precious"
    assert list(service.events) == []


@pytest.mark.parametrize(("name", "reason"), [("gone", "does not exist"), (".", "is a directory")])
def test_file_that_is_not_there_is_a_usage_error(cli: CommandLine, name: str, reason: str) -> None:
    result = cli("ingest", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr
