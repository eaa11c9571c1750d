"""Command `memsy status`, for any number of events."""

from __future__ import annotations

import codecs

import pytest

from memsy import EventPayload, MemsyClient, StatusResponse
from memsy.local import ServiceConfig
from memsy.testing import LocalService
from tests.cli.conftest import CommandLine

EVENTS = [EventPayload("ann", "s-1", "user_message", f"tea number {n}") for n in range(501)]


def test_every_event_is_listed_with_its_status(cli: CommandLine, memsy: MemsyClient) -> None:
    [event_id] = memsy.ingest(EVENTS[:1]).event_ids
    lines = cli("status", event_id, "unknown-id").stdout.splitlines()
    assert [line.split() for line in lines[:2]] == [
        [event_id, "completed"],
        ["unknown-id", "unknown"],
    ]
    assert lines[2] == "1 completed, 0 failed, 0 pending, of 2"


def test_ids_are_read_from_stdin(cli: CommandLine, memsy: MemsyClient) -> None:
    event_ids = memsy.ingest(EVENTS[:2]).event_ids
    stdout = cli("status", "-", stdin="\n".join(event_ids)).stdout
    assert "2 completed" in stdout


def test_json_has_the_fields_of_the_response(cli: CommandLine) -> None:
    response = cli.json("status", "unknown-id")
    assert isinstance(response, dict)
    assert (response["total"], response["statuses"]) == (1, {"unknown-id": "unknown"})


def test_any_number_of_ids_is_read_from_stdin(cli: CommandLine, memsy: MemsyClient) -> None:
    event_ids = memsy.ingest(EVENTS).event_ids
    stdout = cli("status", "-", stdin="\n".join(event_ids)).stdout
    assert "501 completed, 0 failed, 0 pending, of 501" in stdout


def test_byte_order_mark_of_stdin_is_skipped(cli: CommandLine, memsy: MemsyClient) -> None:
    [event_id] = memsy.ingest(EVENTS[:1]).event_ids
    assert "1 completed" in cli("status", "-", stdin=f"\ufeff{event_id}\r\n").stdout


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (codecs.BOM_UTF16_LE + b"a\0", "the text is UTF-16 or UTF-32: save it as UTF-8"),
        (b"id\xff", "byte 3 is not UTF-8"),
    ],
)
def test_stdin_that_is_not_utf_8_is_an_error(cli: CommandLine, content: bytes, reason: str) -> None:
    result = cli("status", "-", stdin=content)
    assert result.exit_code == 1
    assert result.stderr == f"memsy status: cannot read the ids from stdin: {reason}\n"


def test_wait_ends_when_all_events_are_processed(
    cli: CommandLine, memsy: MemsyClient, service: LocalService
) -> None:
    service.config = ServiceConfig(process_delay=0.01)
    event_ids = memsy.ingest(EVENTS[:3]).event_ids
    result = cli("status", "--wait", *event_ids)
    assert result.exit_code == 0
    assert result.stdout.endswith("3 completed, 0 failed, 0 pending, of 3\n")
    assert result.stderr == "Waiting for 3 events, at most 300 s\n"


def test_wait_ends_after_the_wait_timeout(
    cli: CommandLine, memsy: MemsyClient, service: LocalService
) -> None:
    service.config = ServiceConfig(processing="manual")
    [event_id] = memsy.ingest(EVENTS[:1]).event_ids
    result = cli("status", "--wait", event_id, "--wait-timeout", "0.1")
    assert (result.exit_code, result.stdout) == (6, "")
    assert "1 of 1 events are still pending after 0.1 s" in result.stderr


def test_wait_for_a_failed_event_is_a_partial_failure(
    cli: CommandLine, memsy: MemsyClient, service: LocalService
) -> None:
    service.config = ServiceConfig(processing="manual")
    event_ids = memsy.ingest(EVENTS[:2]).event_ids
    service.fail(event_ids[0])
    service.process()
    result = cli("status", "--wait", *event_ids)
    assert result.exit_code == 7
    assert "1 completed, 1 failed" in result.stdout
    assert result.stderr.endswith("memsy status: 1 of 2 events failed\n")


def test_json_with_wait_has_the_final_response(cli: CommandLine, memsy: MemsyClient) -> None:
    event_ids = memsy.ingest(EVENTS[:1]).event_ids
    response = cli.json("status", "--wait", *event_ids)
    assert isinstance(response, dict)
    assert StatusResponse.from_dict(response).completed_ids == event_ids


def test_timeout_names_the_pending_ids(cli: CommandLine) -> None:
    unknown = [f"unknown-{n:02}" for n in range(12)]
    result = cli("status", "--wait", "--wait-timeout", "0.1", *unknown)
    assert (result.exit_code, result.stdout) == (6, "")
    assert result.stderr.endswith(f": {', '.join(unknown[:10])} and 2 more\n")


@pytest.mark.parametrize("options", [(), ("--wait",)])
def test_stdin_without_ids_is_a_usage_error(cli: CommandLine, options: tuple[str, ...]) -> None:
    result = cli("status", "-", *options, stdin="\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "memsy status: stdin has no event ids\n"


def test_endless_wait_is_refused(cli: CommandLine) -> None:
    result = cli("status", "--wait", "--wait-timeout", "1e30", "unknown")
    assert result.exit_code == 2
    assert "--wait-timeout" in result.stderr
