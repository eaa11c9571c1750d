"""`memsy memories`: a list, one of them, and numbers."""

from __future__ import annotations

import pytest

from memsy import EventPayload, MemsyClient
from tests.cli.conftest import Shell


@pytest.fixture(autouse=True)
def _ingested(memsy: MemsyClient) -> None:
    memsy.ingest(
        [
            EventPayload("ann", "s-1", "user_message", "Tea it is", ts="2026-01-01T10:00:00Z"),
            EventPayload("bob", "s-2", "user_message", "I prefer rum", ts="2026-01-02T10:00:00Z"),
        ]
    )


def listed(shell: Shell, *options: str) -> list[str]:
    answer = shell.json("memories", *options)
    assert isinstance(answer, dict)
    return [item["text"] for item in answer["items"]]


def test_memories_are_listed_with_origin_and_count(shell: Shell) -> None:
    shown = shell("memories").stdout
    assert shown.index("I prefer rum") < shown.index("Tea it is")
    assert "actor bob · active · 2026-01-02 10:00:00" in shown
    assert shown.endswith("1 to 2 of 2\n")


def test_all_options_narrow_the_list(shell: Shell) -> None:
    assert listed(shell, "--actor", "ann") == ["Tea it is"]
    assert listed(shell, "--type", "preference") == ["I prefer rum"]
    assert listed(shell, "--kind", "procedural") == []
    assert listed(shell, "--status", "archived") == []
    assert listed(shell, "--search", "tea") == ["Tea it is"]
    assert listed(shell, "--sort", "observed_at_asc") == ["Tea it is", "I prefer rum"]
    assert listed(shell, "--limit", "1", "--offset", "1") == ["Tea it is"]


def test_an_empty_list_says_so(shell: Shell) -> None:
    assert shell("memories", "--actor", "eve").stdout == "No memories.\nnone of 0\n"


def test_one_memory_is_shown_in_full(shell: Shell, memsy: MemsyClient) -> None:
    [memory] = memsy.memories.list(actor_id="bob").items
    shown = shell("memories", "get", memory.memory_id).stdout
    for part in (memory.memory_id, "I prefer rum", "actor bob", "preference", "1.00 of 5"):
        assert part in shown


def test_one_memory_is_json_for_programs(shell: Shell, memsy: MemsyClient) -> None:
    [memory] = memsy.memories.list(actor_id="bob").items
    answer = shell.json("memories", "get", memory.memory_id)
    assert isinstance(answer, dict)
    assert answer["scope"]["actor_id"] == "bob"


def test_memories_are_summed_up(shell: Shell) -> None:
    shown = shell("memories", "stats").stdout
    for part in ("2, 2 of them active", "1 preference", "2026-01-01 10:00:00 to 2026-01-02"):
        assert part in shown
