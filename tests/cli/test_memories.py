"""Commands `memsy memories`: list, get, stats."""

from __future__ import annotations

import pytest

from memsy import EventPayload, MemsyClient
from tests.cli.conftest import CommandLine


@pytest.fixture(autouse=True)
def _ingested(memsy: MemsyClient) -> None:
    memsy.ingest(
        [
            EventPayload("ann", "s-1", "user_message", "Tea it is", ts="2026-01-01T10:00:00Z"),
            EventPayload("bob", "s-2", "user_message", "I prefer rum", ts="2026-01-02T10:00:00Z"),
        ]
    )


def list_texts(cli: CommandLine, *options: str) -> list[str]:
    response = cli.json("memories", *options)
    assert isinstance(response, dict)
    return [item["text"] for item in response["items"]]


def test_list_shows_scope_status_time_and_position(cli: CommandLine) -> None:
    stdout = cli("memories").stdout
    assert stdout.index("I prefer rum") < stdout.index("Tea it is")
    assert "actor bob · active · 2026-01-02 10:00:00" in stdout
    assert stdout.endswith("1 to 2 of 2\n")


def test_options_filter_the_list(cli: CommandLine) -> None:
    assert list_texts(cli, "--actor", "ann") == ["Tea it is"]
    assert list_texts(cli, "--type", "preference") == ["I prefer rum"]
    assert list_texts(cli, "--kind", "procedural") == []
    assert list_texts(cli, "--status", "archived") == []
    assert list_texts(cli, "--search", "tea") == ["Tea it is"]
    assert list_texts(cli, "--sort", "observed_at_asc") == ["Tea it is", "I prefer rum"]
    assert list_texts(cli, "--limit", "1", "--offset", "1") == ["Tea it is"]


def test_empty_list_prints_no_memories(cli: CommandLine) -> None:
    assert cli("memories", "--actor", "eve").stdout == "No memories.\nnone of 0\n"


def test_get_shows_all_fields(cli: CommandLine, memsy: MemsyClient) -> None:
    [memory] = memsy.memories.list(actor_id="bob").items
    stdout = cli("memories", "get", memory.memory_id).stdout
    for part in (memory.memory_id, "I prefer rum", "actor bob", "preference", "1.00 of 5"):
        assert part in stdout


def test_get_prints_json(cli: CommandLine, memsy: MemsyClient) -> None:
    [memory] = memsy.memories.list(actor_id="bob").items
    response = cli.json("memories", "get", memory.memory_id)
    assert isinstance(response, dict)
    assert response["scope"]["actor_id"] == "bob"


def test_stats_show_counts_and_dates(cli: CommandLine) -> None:
    stdout = cli("memories", "stats").stdout
    for part in ("2, 2 of them active", "1 preference", "2026-01-01 10:00:00 to 2026-01-02"):
        assert part in stdout
