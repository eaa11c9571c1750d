"""`memsy events`: what was ingested, as it was."""

from __future__ import annotations

import pytest

from memsy import EventPayload, MemsyClient
from tests.cli.conftest import Shell

TEA = EventPayload("ann", "s-1", "user_message", "Tea, please", ts="2026-01-01T10:00:00Z")
RUM = EventPayload("bob", "s-2", "assistant_message", "Rum, then", ts="2026-01-02T10:00:00Z")


@pytest.fixture(autouse=True)
def _ingested(memsy: MemsyClient) -> None:
    memsy.ingest([TEA, RUM])


def listed(shell: Shell, *options: str) -> list[str]:
    answer = shell.json("events", *options)
    assert isinstance(answer, dict)
    return [item["content"] for item in answer["items"]]


def test_events_are_listed_with_origin_and_count(shell: Shell) -> None:
    shown = shell("events").stdout
    assert shown.index(RUM.content) < shown.index(TEA.content)
    for part in ("2026-01-02 10:00:00", "assistant_message", "bob · s-2 · "):
        assert part in shown
    assert shown.endswith("1 to 2 of 2\n")


def test_all_options_narrow_the_list(shell: Shell) -> None:
    assert listed(shell, "--actor", "ann") == [TEA.content]
    assert listed(shell, "--session", "s-2") == [RUM.content]
    assert listed(shell, "--kind", "assistant_message") == [RUM.content]
    assert listed(shell, "--sort", "ts_asc") == [TEA.content, RUM.content]
    assert listed(shell, "--limit", "1", "--offset", "1") == [TEA.content]


def test_an_empty_list_says_so(shell: Shell) -> None:
    assert shell("events", "--actor", "eve").stdout == "No events.\nnone of 0\n"


def test_an_unknown_order_is_a_usage_error(shell: Shell) -> None:
    assert shell("events", "--sort", "size").exit_code == 2


def test_what_others_wrote_cannot_command_the_terminal(shell: Shell, memsy: MemsyClient) -> None:
    memsy.ingest([EventPayload("\x1b[2J", "s", "user_message", "[red]zebra[/red] \x1b]0;t\x07")])
    shown = shell("events").stdout
    assert "[red]zebra[/red]" in shown
    assert "\x1b" not in shown
