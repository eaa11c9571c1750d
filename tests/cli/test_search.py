"""`memsy search`, for people and for programs."""

from __future__ import annotations

import pytest

from memsy import EventPayload, MemsyClient
from tests.cli.conftest import Shell

TEA = EventPayload("ann", "s-1", "user_message", "Tea without sugar, please", metadata={"page": 7})
RUM = EventPayload("bob", "s-2", "user_message", "Rum with sugar, please")


@pytest.fixture(autouse=True)
def _ingested(memsy: MemsyClient) -> None:
    memsy.ingest([TEA, RUM])


def found(shell: Shell, *options: str) -> list[str]:
    answer = shell.json("search", "sugar", *options)
    assert isinstance(answer, dict)
    return sorted(result["content"] for result in answer["results"])


def test_what_is_found_is_shown_with_score_origin_and_id(shell: Shell, memsy: MemsyClient) -> None:
    result = memsy.search("tea").results[0]
    shown = shell("search", "tea").stdout
    for part in ("0.", TEA.content, "ann · s-1", result.id):
        assert part in shown


def test_all_options_narrow_the_search(shell: Shell) -> None:
    assert found(shell) == [RUM.content, TEA.content]
    assert found(shell, "--actor", "ann") == [TEA.content]
    assert found(shell, "--session", "s-2") == [RUM.content]
    assert found(shell, "--exclude-session", "s-2") == [TEA.content]
    assert len(found(shell, "--limit", "1")) == 1
    assert found(shell, "--threshold", "0.99") == []


def test_roles_and_teams_add_what_was_promoted_to_them(shell: Shell, memsy: MemsyClient) -> None:
    memsy.ingest([EventPayload("eve", "s", "user_message", "Sugar is out", role_id="r")])
    memsy.ingest([EventPayload("eve", "s", "user_message", "Sugar is in", team_id="t")])
    options = ("--actor", "ann", "--role", "r", "--role", "r-2", "--team", "t")
    assert found(shell, *options) == ["Sugar is in", "Sugar is out", TEA.content]


def test_source_events_are_shown_when_asked_for(shell: Shell) -> None:
    assert "(user_message): Tea without" not in shell("search", "tea").stdout
    assert "(user_message): Tea without" in shell("search", "tea", "--source-events").stdout


def test_nothing_found_is_said(shell: Shell) -> None:
    assert shell("search", "zebra").stdout == "Nothing found.\n"


def test_no_colour_codes_go_into_a_pipe(shell: Shell) -> None:
    assert "\x1b" not in shell("search", "sugar").stdout


def test_what_others_wrote_cannot_command_the_terminal(shell: Shell, memsy: MemsyClient) -> None:
    content = "[red]zebra[/red] \x1b]0;title\x07"
    memsy.ingest([EventPayload("\x1b[2J", "s", "user_message", content)])
    shown = shell("search", "zebra").stdout
    assert "[red]zebra[/red]" in shown
    assert "\x1b" not in shown
