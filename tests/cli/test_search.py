"""Command `memsy search`: table, filters and JSON."""

from __future__ import annotations

import pytest

from memsy import EventPayload, MemsyClient
from tests.cli.conftest import CommandLine

TEA = EventPayload("ann", "s-1", "user_message", "Tea without sugar, please", metadata={"page": 7})
RUM = EventPayload("bob", "s-2", "user_message", "Rum with sugar, please")


@pytest.fixture(autouse=True)
def _ingested(memsy: MemsyClient) -> None:
    memsy.ingest([TEA, RUM])


def search_contents(cli: CommandLine, *options: str) -> list[str]:
    response = cli.json("search", "sugar", *options)
    assert isinstance(response, dict)
    return sorted(result["content"] for result in response["results"])


def test_results_show_score_actor_session_and_id(cli: CommandLine, memsy: MemsyClient) -> None:
    result = memsy.search("tea").results[0]
    stdout = cli("search", "tea").stdout
    for part in ("0.", TEA.content, "ann · s-1", result.id):
        assert part in stdout


def test_options_filter_the_search(cli: CommandLine) -> None:
    assert search_contents(cli) == [RUM.content, TEA.content]
    assert search_contents(cli, "--actor", "ann") == [TEA.content]
    assert search_contents(cli, "--session", "s-2") == [RUM.content]
    assert search_contents(cli, "--exclude-session", "s-2") == [TEA.content]
    assert len(search_contents(cli, "--limit", "1")) == 1
    assert search_contents(cli, "--threshold", "0.99") == []


def test_role_and_team_options_add_their_memories(cli: CommandLine, memsy: MemsyClient) -> None:
    memsy.ingest([EventPayload("eve", "s", "user_message", "Sugar is out", role_id="r")])
    memsy.ingest([EventPayload("eve", "s", "user_message", "Sugar is in", team_id="t")])
    options = ("--actor", "ann", "--role", "r", "--role", "r-2", "--team", "t")
    assert search_contents(cli, *options) == ["Sugar is in", "Sugar is out", TEA.content]


def test_source_events_are_shown_on_request(cli: CommandLine) -> None:
    assert "(user_message): Tea without" not in cli("search", "tea").stdout
    assert "(user_message): Tea without" in cli("search", "tea", "--source-events").stdout


def test_empty_result_prints_nothing_found(cli: CommandLine) -> None:
    assert cli("search", "zebra").stdout == "Nothing found.\n"


def test_output_to_a_pipe_has_no_colour_codes(cli: CommandLine) -> None:
    assert "\x1b" not in cli("search", "sugar").stdout


def test_control_sequences_in_memories_are_replaced(cli: CommandLine, memsy: MemsyClient) -> None:
    content = "[red]zebra[/red] \x1b]0;title\x07"
    memsy.ingest([EventPayload("\x1b[2J", "s", "user_message", content)])
    stdout = cli("search", "zebra").stdout
    assert "[red]zebra[/red]" in stdout
    assert "\x1b" not in stdout
