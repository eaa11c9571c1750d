"""Command `memsy events`: list, filters and JSON."""

from __future__ import annotations

import pytest

from memsy import EventPayload, MemsyClient
from tests.cli.conftest import CommandLine

TEA = EventPayload("ann", "s-1", "user_message", "Tea, please", ts="2026-01-01T10:00:00Z")
RUM = EventPayload("bob", "s-2", "assistant_message", "Rum, then", ts="2026-01-02T10:00:00Z")


@pytest.fixture(autouse=True)
def _ingested(memsy: MemsyClient) -> None:
    memsy.ingest([TEA, RUM])


def list_contents(cli: CommandLine, *options: str) -> list[str]:
    response = cli.json("events", *options)
    assert isinstance(response, dict)
    return [item["content"] for item in response["items"]]


def test_list_shows_time_kind_actor_session_and_position(cli: CommandLine) -> None:
    stdout = cli("events").stdout
    assert stdout.index(RUM.content) < stdout.index(TEA.content)
    for part in ("2026-01-02 10:00:00", "assistant_message", "bob · s-2 · "):
        assert part in stdout
    assert stdout.endswith("1 to 2 of 2\n")


def test_options_filter_the_list(cli: CommandLine) -> None:
    assert list_contents(cli, "--actor", "ann") == [TEA.content]
    assert list_contents(cli, "--session", "s-2") == [RUM.content]
    assert list_contents(cli, "--kind", "assistant_message") == [RUM.content]
    assert list_contents(cli, "--sort", "ts_asc") == [TEA.content, RUM.content]
    assert list_contents(cli, "--limit", "1", "--offset", "1") == [TEA.content]


def test_empty_list_prints_no_events(cli: CommandLine) -> None:
    assert cli("events", "--actor", "eve").stdout == "No events.\nnone of 0\n"


def test_unknown_order_is_a_usage_error(cli: CommandLine) -> None:
    assert cli("events", "--sort", "size").exit_code == 2


def test_control_sequences_in_events_are_replaced(cli: CommandLine, memsy: MemsyClient) -> None:
    memsy.ingest([EventPayload("\x1b[2J", "s", "user_message", "[red]zebra[/red] \x1b]0;t\x07")])
    stdout = cli("events").stdout
    assert "[red]zebra[/red]" in stdout
    assert "\x1b" not in stdout
