"""`memsy ingest`: all of a file, once, also in several goes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

from memsy import EventPayload, IngestResponse, MemsyConnectionError
from memsy.cli.bookmark import Bookmark
from memsy.cli.ingest import send
from memsy.testing import FakeMemsyClient, LocalService
from memsy.testing.service import Rules
from tests.cli.conftest import Shell, WriteEvents

EVENTS = [EventPayload("ann", "s-1", "user_message", f"tea number {n}") for n in range(25)]
QUOTA = Rules(limits={"events_ingested": 20})


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


def test_an_empty_file_is_soon_done(shell: Shell, write_events: WriteEvents) -> None:
    result = shell("ingest", str(write_events([])))
    assert result.stdout == "0 sent, 0 acknowledged, 0 of them de-duplicated\n"


def test_nothing_is_sent_of_a_file_with_a_bad_line(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS)
    file.write_text(f"{file.read_text()}{{}}\n")
    result = shell("ingest", str(file), "--batch", "10")
    assert result.exit_code == 1
    assert result.stderr == f"memsy ingest: {file}, line 26: field 'actor_id' is missing\n"
    assert contents(service) == []


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
    """It does so within a minute here, so the service knows all ids, and the run none."""
    file = str(write_events(EVENTS))
    shell("ingest", file)
    result = shell("ingest", file, "--restart")
    assert result.stdout == "25 sent, 25 acknowledged, 0 of them de-duplicated\n"


def test_lines_added_to_a_finished_file_are_all_that_is_sent(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS[:20])
    shell("ingest", str(file))
    shell.server.service.rules = attrs.evolve(Rules(), dedup_window=0)
    write_events(EVENTS)
    result = shell("ingest", str(file))
    assert result.stderr == "Going on after the first 20 of 25 events.\n"
    assert len(service.events) == 25


def test_an_interrupted_run_says_what_is_safe_and_goes_on_there(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    """A quota interrupts it: the third batch of ten is refused, until the quota is gone."""
    file = str(write_events(EVENTS))
    service.rules = QUOTA
    result = shell("ingest", file, "--batch", "10")
    assert (result.exit_code, result.stdout) == (1, "")
    first, second = result.stderr.splitlines()
    assert first.startswith("20 of 25 events are acknowledged; the same command goes on")
    assert second.startswith("memsy ingest: UsageLimitExceeded: ")

    service.rules = Rules(dedup_window=0)
    result = shell("ingest", file, "--batch", "10")
    assert result.stdout == "25 sent, 25 acknowledged, 0 of them de-duplicated\n"
    assert contents(service) == [event.content for event in EVENTS]


def test_a_file_that_changed_in_what_was_sent_is_refused(
    shell: Shell, service: LocalService, write_events: WriteEvents
) -> None:
    file = write_events(EVENTS)
    service.rules = QUOTA
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
    service.rules = QUOTA
    shell("ingest", str(file), "--batch", "10")
    service.rules = Rules()
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
    assert json.loads((tmp_path / "noted.json").read_text())["acknowledged"] == 25
    assert not mark_of(file).exists()


def test_the_key_is_not_noted(shell: Shell, write_events: WriteEvents) -> None:
    file = write_events(EVENTS)
    shell("ingest", str(file))
    assert shell.server.service.api_key not in mark_of(file).read_text()


def test_what_cannot_be_read_twice_is_refused(shell: Shell) -> None:
    result = shell("ingest", "/dev/null")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no regular file" in result.stderr


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
        marks = send(memsy, write_events(EVENTS), Bookmark("here"), 10)
        assert [next(marks).acknowledged, next(marks).acknowledged] == [10, 20]
        with pytest.raises(MemsyConnectionError):
            next(marks)
