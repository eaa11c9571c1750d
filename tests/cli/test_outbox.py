"""Commands `memsy outbox`, beside an application that has the file open."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from memsy import EventPayload, MemsyClient
from memsy.outbox import Outbox
from memsy.testing import LocalService
from tests.cli.conftest import CommandLine

TEA = EventPayload("ann", "s-1", "user_message", "I like tea")
SUGAR = EventPayload("ann", "s-1", "user_message", f"without sugar{' at all' * 100}")
REFUSED = [
    EventPayload("ann", "s-2", "user_message", f"{text} {'x' * 33_000}", metadata={"page": 7})
    for text in ("coffee", "cocoa")
]
"""Events that the service refuses with 422, because they are too long."""

COMMANDS = ["status", "flush", "dead", "retry", "discard"]
NO_SERVICE = {"MEMSY_BASE_URL": "", "MEMSY_API_KEY": ""}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def outbox(path: Path, memsy: MemsyClient) -> Iterator[Outbox]:
    """Outbox of a running application, which sends only when a test tells it to."""
    with Outbox(memsy, path, background=False) as outbox:
        yield outbox
        outbox.close(timeout=0)


@pytest.fixture
def dead_path(path: Path, outbox: Outbox) -> Path:
    """Path of an outbox with two dead letters."""
    outbox.put_many([TEA, *REFUSED])
    assert outbox.flush() == 0
    return path


def test_status_needs_no_service(cli: CommandLine, path: Path, outbox: Outbox) -> None:
    outbox.put_many([TEA, SUGAR])
    result = cli("outbox", "status", str(path), **NO_SERVICE)
    assert result.exit_code == 0
    lines = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert (lines["pending"], lines["dead"], lines["sender"]) == ("2", "0", "none")
    assert outbox.status().oldest is not None
    assert f"{outbox.status().oldest:%Y-%m-%d %H:%M:%S}" == lines["oldest"]


def test_status_as_json(cli: CommandLine, path: Path, outbox: Outbox) -> None:
    outbox.put(TEA)
    state = outbox.status()
    assert state.oldest is not None
    assert cli.json("outbox", "status", str(path)) == {
        "pending": 1,
        "dead": 0,
        "oldest": state.oldest.isoformat(),
        "paused": None,
        "last_error": None,
        "retry_at": None,
        "sender_pid": None,
    }


def test_status_names_the_process_that_sends(
    cli: CommandLine, path: Path, memsy: MemsyClient
) -> None:
    with Outbox(memsy, path) as outbox:
        outbox.put(TEA)
        outbox.flush()
        stdout = cli("outbox", "status", str(path)).stdout
    assert f"process {os.getpid()}" in stdout


def test_status_shows_the_reason_of_a_pause(
    cli: CommandLine, path: Path, outbox: Outbox, service: LocalService
) -> None:
    service.faults.exhaust_quota("events_ingested")
    outbox.put(TEA)
    outbox.pump()
    stdout = cli("outbox", "status", str(path), **NO_SERVICE).stdout
    assert "paused" in stdout
    assert "events_ingested" in stdout
    assert "next attempt" in stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_missing_file_is_a_usage_error_and_is_not_created(
    cli: CommandLine, path: Path, command: str
) -> None:
    result = cli("outbox", command, str(path), COLUMNS="500")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "does not exist" in result.stderr
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("content", [b"", b"a text file, not a database"])
def test_other_file_is_an_error_and_is_not_changed(
    cli: CommandLine, path: Path, command: str, content: bytes
) -> None:
    path.write_bytes(content)
    result = cli("outbox", command, str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert str(path) in result.stderr
    assert result.stderr.count("\n") == 1
    assert [file.read_bytes() for file in path.parent.iterdir()] == [content]


def test_flush_sends_what_a_process_left(
    cli: CommandLine, path: Path, outbox: Outbox, service: LocalService
) -> None:
    outbox.put_many([TEA, SUGAR])
    outbox.close(timeout=0)
    result = cli("outbox", "flush", str(path))
    assert (result.exit_code, result.output) == (0, "No events left.\n")
    assert [event.content for event in service.events] == [TEA.content, SUGAR.content]


def test_flush_reports_dead_letters(
    cli: CommandLine, path: Path, outbox: Outbox, service: LocalService
) -> None:
    outbox.put_many([TEA, *REFUSED])
    result = cli("outbox", "flush", str(path))
    assert (result.exit_code, result.stdout) == (0, "No events left.\n")
    assert result.stderr == f"2 dead letters: see memsy outbox dead {path}\n"
    assert len(service.events) == 1


def test_flush_wakes_the_sender_of_another_process(
    cli: CommandLine, path: Path, memsy: MemsyClient, service: LocalService
) -> None:
    """The sender of the application waits for a minute after a refusal."""
    service.faults.exhaust_quota("events_ingested")
    with Outbox(memsy, path) as outbox:
        outbox.put(TEA)
        outbox.flush()
        service.faults.clear()
        assert cli("outbox", "flush", str(path)).exit_code == 0
        assert outbox.status().paused is None
    assert len(service.events) == 1


def test_flush_of_a_paused_outbox_ends_with_the_reason(
    cli: CommandLine, path: Path, outbox: Outbox
) -> None:
    outbox.put(TEA)
    result = cli("outbox", "flush", str(path), MEMSY_API_KEY="msy_wrong")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("memsy outbox flush: 1 event left: ")
    assert "Invalid API key" in result.stderr
    assert "msy_wrong" not in result.stderr


def test_flush_ends_after_its_timeout(cli: CommandLine, path: Path, outbox: Outbox) -> None:
    outbox.put_many([TEA, SUGAR])
    options = ("--timeout", "0.2", "--base-url", "http://127.0.0.1:9/v1")
    result = cli("outbox", "flush", str(path), *options)
    assert (result.exit_code, result.stdout) == (6, "")
    assert result.stderr.startswith("memsy outbox flush: 2 events left: ")
    assert outbox.flush() == 0


def test_flush_without_a_key_names_the_variable(
    cli: CommandLine, path: Path, outbox: Outbox
) -> None:
    outbox.put(TEA)
    result = cli("outbox", "flush", str(path), MEMSY_API_KEY="")
    assert result.exit_code == 2
    assert "MEMSY_API_KEY" in result.stderr


def test_dead_shows_events_and_reasons(cli: CommandLine, dead_path: Path) -> None:
    result = cli("outbox", "dead", str(dead_path), **NO_SERVICE)
    assert result.exit_code == 0
    parts = ("coffee", "cocoa", "ann · s-2 · user_message", "content", "1 to 2 of 2")
    assert [part for part in parts if part not in result.stdout] == []
    assert len(result.stdout) < 10_000


def test_dead_as_json_has_the_complete_events(
    cli: CommandLine, dead_path: Path, outbox: Outbox
) -> None:
    letters = cli.json("outbox", "dead", str(dead_path))
    assert isinstance(letters, list)
    assert [set(letter) for letter in letters] == [
        {"id", "event", "reason", "status_code", "failed_at"}
    ] * 2
    for letter, event, stored in zip(letters, REFUSED, outbox.dead_letters(), strict=True):
        assert EventPayload.from_dict({**letter["event"], "ts": None}) == event
        assert (letter["id"], letter["status_code"]) == (stored.id, 422)
        assert letter["failed_at"] == stored.failed_at.isoformat()


def test_dead_lists_a_page(cli: CommandLine, dead_path: Path) -> None:
    stdout = cli("outbox", "dead", str(dead_path), "--limit", "1", "--offset", "1").stdout
    assert "coffee" not in stdout
    assert "cocoa" in stdout
    assert "2 to 2 of 2" in stdout
    assert "none of 2" in cli("outbox", "dead", str(dead_path), "--offset", "9").stdout


def test_dead_without_dead_letters(cli: CommandLine, path: Path, outbox: Outbox) -> None:
    assert cli("outbox", "dead", str(path)).stdout == "No dead letters.\nnone of 0\n"
    assert cli.json("outbox", "dead", str(path)) == []


@pytest.mark.parametrize("width", ["20", "60", "100"])
def test_ids_of_dead_letters_are_never_broken(
    cli: CommandLine, path: Path, outbox: Outbox, width: str
) -> None:
    actor = f"user-{'abcdefghij' * 9}"
    outbox.put(EventPayload(actor, "s-1", "user_message", "x" * 33_000))
    outbox.flush()
    assert actor in cli("outbox", "dead", str(path), COLUMNS=width).stdout


def test_retry_puts_all_dead_letters_back(
    cli: CommandLine, dead_path: Path, outbox: Outbox
) -> None:
    result = cli("outbox", "retry", str(dead_path), **NO_SERVICE)
    assert (result.exit_code, result.stdout) == (0, "2 dead letters put back into the queue.\n")
    assert result.stderr == (
        f"No process sends the events now: run memsy outbox flush {dead_path}\n"
    )
    assert (outbox.status().pending, outbox.status().dead) == (2, 0)


def test_retry_puts_the_given_dead_letters_back(
    cli: CommandLine, dead_path: Path, outbox: Outbox
) -> None:
    first, second = (letter.id for letter in outbox.dead_letters())
    result = cli("outbox", "retry", str(dead_path), str(second))
    assert (result.exit_code, result.stdout) == (0, "1 dead letter put back into the queue.\n")
    assert [letter.id for letter in outbox.dead_letters()] == [first]


@pytest.mark.parametrize("command", ["retry", "discard"])
def test_unknown_ids_are_reported_after_the_others(
    cli: CommandLine, dead_path: Path, outbox: Outbox, command: str
) -> None:
    [first, _] = outbox.dead_letters()
    result = cli("outbox", command, str(dead_path), f"{first.id}", "999", stdin="y\n")
    assert result.exit_code == 1
    assert "1 dead letter " in result.stdout
    assert "1 of 2 ids are not ids of dead letters" in result.stderr
    assert outbox.status().dead == 1


def test_discard_asks_and_deletes(cli: CommandLine, dead_path: Path, outbox: Outbox) -> None:
    result = cli("outbox", "discard", str(dead_path), stdin="y\n")
    assert result.exit_code == 0
    assert result.stdout.endswith("2 dead letters deleted.\n")
    assert f"Delete all 2 dead letters of {dead_path}?" in result.stderr
    assert (outbox.status().pending, outbox.status().dead) == (0, 0)


@pytest.mark.parametrize("stdin", ["n\n", "\n", ""], ids=["no", "default", "closed"])
def test_discard_without_confirmation_deletes_nothing(
    cli: CommandLine, dead_path: Path, outbox: Outbox, stdin: str
) -> None:
    assert cli("outbox", "discard", str(dead_path), stdin=stdin).exit_code == 1
    assert outbox.status().dead == 2


def test_yes_option_skips_the_confirmation(
    cli: CommandLine, dead_path: Path, outbox: Outbox
) -> None:
    [first, _] = outbox.dead_letters()
    result = cli("outbox", "discard", str(dead_path), str(first.id), "--yes")
    assert (result.exit_code, result.output) == (0, "1 dead letter deleted.\n")
    assert outbox.status().dead == 1


def test_refused_event_is_sent_again_after_a_change_of_the_service(
    cli: CommandLine, path: Path, outbox: Outbox, service: LocalService
) -> None:
    service.faults.fail_next("ingest", 422, detail="wrong time")
    outbox.put(TEA)
    outbox.flush()
    assert "wrong time" in cli("outbox", "dead", str(path)).stdout
    cli("outbox", "retry", str(path))
    assert cli("outbox", "flush", str(path)).exit_code == 0
    assert [event.content for event in service.events] == [TEA.content]


def test_json_is_ascii(cli: CommandLine, path: Path, outbox: Outbox) -> None:
    outbox.put(EventPayload("änn", "s-1", "user_message", "x" * 33_000))
    outbox.flush()
    stdout = cli("outbox", "dead", str(path), "--json").stdout
    assert stdout.isascii()
    assert json.loads(stdout)[0]["event"]["actor_id"] == "änn"


def test_text_of_events_and_reasons_has_no_control_characters(
    cli: CommandLine, path: Path, outbox: Outbox, service: LocalService
) -> None:
    hostile = "[/][link=x]\x1b]0;t\x07\x9b\x7f\u202e"
    service.faults.fail_next("ingest", 422, detail=hostile)
    outbox.put(EventPayload(hostile, hostile, "user_message", hostile))
    outbox.flush()
    for options in ((), ("--json",)):
        stdout = cli("outbox", "dead", str(path), *options).stdout
        assert "[/]" in stdout
        assert stdout.replace("\n", "").isprintable()
