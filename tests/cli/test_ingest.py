"""`memsy ingest`: all of a file, once, also in several goes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

from memsy import EventPayload, IngestResponse, MemsyConnectionError
from memsy.cli.checkpoint import Checkpoint
from memsy.cli.ingest import send
from memsy.local import ServiceConfig
from memsy.testing import FakeMemsyClient, LocalService
from tests.cli.conftest import Shell, WriteEvents

EVENTS = [EventPayload("ann", "s-1", "user_message", f"tea number {n}") for n in range(25)]
QUOTA = ServiceConfig(limits={"events_ingested": 20})


def mark_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.memsy-progress.json")


def contents(service: LocalService) -> list[str]:
    return [event.content for event in service.events]


def test_every_event_of_a_file_goes_in_in_order(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    result = shell("ingest", str(write_events(EVENTS)), "--batch", "10")
    assert (result.exit_code, result.stderr) == (0, "")
    assert contents(service) == [event.content for event in EVENTS]


def test_the_last_line_counts_what_was_sent_and_what_the_service_collapsed(
    shell: Shell, write_events: WriteEvents
) -> None:
    """Repetitions in one batch count as those in another do."""
    file = write_events([*EVENTS, EVENTS[-1], EVENTS[0]])
    result = shell("ingest", str(file), "--batch", "13")
    assert result.stdout == "27 sent, 27 acknowledged, 2 of them de-duplicated\n"


def test_what_was_known_before_an_interruption_is_known_after_it(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    """The first of the equal events is stored in the first run, and all others come to nothing."""
    file = str(write_events([*EVENTS[:9], *[EVENTS[9]] * 16]))
    service.config = ServiceConfig(limits={"api_calls": 1})
    assert "10 of 25" in shell("ingest", file, "--batch", "10").stderr
    service.config = ServiceConfig()
    result = shell("ingest", file, "--batch", "10")
    assert result.stdout == "25 sent, 25 acknowledged, 15 of them de-duplicated\n"


def test_an_empty_file_is_soon_done(shell: Shell, write_events: WriteEvents) -> None:
    file = write_events([])
    result = shell("ingest", str(file))
    assert (result.exit_code, result.stdout) == (0, f"{file} has no events: nothing to do\n")
    assert not mark_of(file).exists()


def test_nothing_is_sent_of_a_file_with_a_bad_line(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS)
    file.write_text(f"{file.read_text()}{{}}\n")
    result = shell("ingest", str(file), "--batch", "10")
    assert result.exit_code == 1
    assert result.stderr == f"memsy ingest: {file}, line 26: field 'actor_id' is missing\n"
    assert contents(service) == []


def test_what_the_service_refuses_is_told_by_its_lines(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    """The empty line moves the events away from their numbers, and the second batch begins anew."""
    file = write_events([*EVENTS[:14], attrs.evolve(EVENTS[14], content="x" * 33_000)])
    file.write_text(f"\n{file.read_text()}")
    result = shell("ingest", str(file), "--batch", "10")
    assert result.exit_code == 1
    assert f"the service refuses {file}, line 16: content: " in result.stderr
    assert contents(service) == [event.content for event in EVENTS[:10]]


def test_a_finished_file_is_not_sent_again(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    file = str(write_events(EVENTS))
    shell("ingest", file)
    before = service.events
    result = shell("ingest", file)
    assert result.exit_code == 0
    assert "ingested already: 25 sent" in result.stdout
    assert service.events == before


def test_restart_sends_a_finished_file_again(shell: Shell, write_events: WriteEvents) -> None:
    """It does so within a minute here, so the service stores nothing."""
    file = str(write_events(EVENTS))
    shell("ingest", file)
    result = shell("ingest", file, "--restart")
    assert result.stdout == "25 sent, 25 acknowledged, 25 of them de-duplicated\n"


def test_what_is_stored_again_is_not_counted_as_de_duplicated(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    """After a minute, that is."""
    file = str(write_events(EVENTS))
    shell("ingest", file)
    service.config = ServiceConfig(dedup_window=0)
    result = shell("ingest", file, "--restart")
    assert result.stdout == "25 sent, 25 acknowledged, 0 of them de-duplicated\n"


def test_restart_does_without_what_it_cannot_read(shell: Shell, write_events: WriteEvents) -> None:
    file = write_events(EVENTS)
    mark_of(file).write_text("nonsense")
    assert shell("ingest", str(file), "--restart").exit_code == 0


def test_lines_added_to_a_finished_file_are_all_that_is_sent(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS[:20])
    shell("ingest", str(file))
    shell.server.service.config = attrs.evolve(ServiceConfig(), dedup_window=0)
    write_events(EVENTS)
    result = shell("ingest", str(file))
    assert result.stderr == "Going on after the first 20 of 25 events.\n"
    assert len(service.events) == 25


def test_an_interrupted_run_says_what_is_safe_and_goes_on_there(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    """A quota interrupts it: the third batch of ten is refused, until the quota is gone."""
    file = str(write_events(EVENTS))
    service.config = QUOTA
    result = shell("ingest", file, "--batch", "10")
    assert (result.exit_code, result.stdout) == (1, "")
    first, second = result.stderr.splitlines()
    assert first.startswith("20 of 25 events are acknowledged; ")
    assert first.endswith(" the same command without --restart goes on after them.")
    assert second.startswith("memsy ingest: UsageLimitExceeded: ")

    service.config = ServiceConfig(dedup_window=0)
    result = shell("ingest", file, "--batch", "10")
    assert result.stdout == "25 sent, 25 acknowledged, 0 of them de-duplicated\n"
    assert contents(service) == [event.content for event in EVENTS]


def test_a_file_that_changed_in_what_was_sent_is_refused(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS)
    service.config = QUOTA
    shell("ingest", str(file), "--batch", "10")
    write_events([EventPayload("ann", "s-1", "user_message", "coffee"), *EVENTS[1:]])
    result = shell("ingest", str(file), "--batch", "10")
    assert result.exit_code == 1
    assert "has changed in its first 20 events" in result.stderr
    assert "--restart" in result.stderr


def test_a_file_may_be_mended_where_it_was_not_sent_yet(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS)
    service.config = QUOTA
    shell("ingest", str(file), "--batch", "10")
    service.config = ServiceConfig()
    write_events([*EVENTS[:24], EventPayload("ann", "s-1", "user_message", "coffee")])
    assert shell("ingest", str(file)).exit_code == 0
    assert contents(service)[-1] == "coffee"


def test_progress_with_one_service_is_not_taken_for_another_s(
    shell: Shell, write_events: WriteEvents
) -> None:
    file = str(write_events(EVENTS))
    shell("ingest", file)
    result = shell("ingest", file, "--base-url", "http://127.0.0.1:1/v1")
    assert result.exit_code == 1
    assert f"is about {shell.server.base_url}, not http://127.0.0.1:1/v1" in result.stderr


def test_a_run_that_got_nowhere_promises_nothing_and_binds_to_nothing(
    shell: Shell, write_events: WriteEvents
) -> None:
    """Here it asked the wrong service; the right one may be named without further ado."""
    file = str(write_events(EVENTS))
    result = shell("ingest", file, "--base-url", f"{shell.server.base_url}/wrong")
    assert result.stderr.startswith("memsy ingest: NotFoundError: ")
    assert shell("ingest", file).exit_code == 0


def test_nothing_is_sent_while_progress_cannot_be_noted(
    shell: Shell, service: LocalService, write_events: WriteEvents, tmp_path: Path
) -> None:
    place = tmp_path / "nowhere" / "progress.json"
    result = shell("ingest", str(write_events(EVENTS)), "--progress", str(place))
    assert result.exit_code == 1
    assert "name a place for it with --progress" in result.stderr
    assert contents(service) == []


def test_progress_is_noted_where_it_is_wanted(
    shell: Shell, write_events: WriteEvents, tmp_path: Path
) -> None:
    file = write_events(EVENTS)
    shell("ingest", str(file), "--progress", str(tmp_path / "noted.json"))
    noted = Checkpoint.load(tmp_path / "noted.json")
    assert noted is not None
    assert noted.acknowledged == 25
    assert not mark_of(file).exists()


def test_the_key_is_not_noted(shell: Shell, write_events: WriteEvents) -> None:
    file = write_events(EVENTS)
    shell("ingest", str(file))
    assert shell.server.service.api_key not in mark_of(file).read_text()


def test_what_cannot_be_read_twice_is_refused(shell: Shell) -> None:
    result = shell("ingest", "/dev/null")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no regular file" in result.stderr


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="has no /dev/stdin")
def test_a_redirected_file_is_refused_as_a_pipe_is(write_events: WriteEvents) -> None:
    """It looks like a regular file, but beside it there is no place for what is noted."""
    command = (sys.executable, "-m", "memsy", "ingest", "/dev/stdin")
    with write_events(EVENTS).open() as file:
        result = subprocess.run(
            command, stdin=file, capture_output=True, text=True, timeout=60, check=False
        )
    assert result.returncode == 1
    assert "/dev/stdin is no regular file" in result.stderr


class Unreliable(FakeMemsyClient):
    """Loses the connection at its third ingest."""

    ingests = 0

    def ingest(self, events: Sequence[EventPayload]) -> IngestResponse:
        self.ingests += 1
        if self.ingests == 3:
            raise MemsyConnectionError("gone")
        return super().ingest(events)


def test_a_bookmark_comes_after_each_acknowledged_batch(write_events: WriteEvents) -> None:
    with Unreliable() as memsy:
        marks = send(memsy, write_events(EVENTS), Checkpoint("here"), 10)
        assert [next(marks).acknowledged, next(marks).acknowledged] == [10, 20]
        with pytest.raises(MemsyConnectionError):
            next(marks)
