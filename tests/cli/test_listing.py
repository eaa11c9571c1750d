"""Lists at any width: tables or records, whose ids are never broken or shortened."""

from __future__ import annotations

import pytest

from memsy import EventPayload, MemsyClient, MemsyControlClient
from tests.cli.conftest import CommandLine

LONG_ACTOR = f"user-{'abcdefghij' * 9}"
TEXT = "I prefer oolong tea in the morning, always very hot, and rum in the evening"
WIDTHS = ["20", "60", "80", "200"]


@pytest.fixture(params=["ann", LONG_ACTOR], ids=["short", "long"])
def ids(
    memsy: MemsyClient, control: MemsyControlClient, request: pytest.FixtureRequest
) -> dict[str, str]:
    """Ids of an actor, a session, an event, a memory and a connector."""
    actor_id: str = request.param
    session_id = f"session-{actor_id}"
    events = [EventPayload(actor_id, session_id, "user_message", TEXT)]
    [event_id] = memsy.ingest(events).event_ids
    return {
        "actor": actor_id,
        "session": session_id,
        "event": event_id,
        "memory": memsy.memories.list().items[0].memory_id,
        "connector": control.connectors.create("slack").connector_id,
        "key": "key_local",
    }


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("search tea --source-events", ["actor", "session", "event", "memory"]),
        ("memories", ["actor", "memory"]),
        ("actors", ["actor"]),
        ("events", ["actor", "session", "event"]),
        ("connectors", ["connector"]),
        ("keys", ["key"]),
    ],
)
def test_ids_are_never_broken(
    cli: CommandLine, ids: dict[str, str], width: str, command: str, names: list[str]
) -> None:
    result = cli(*command.split(), COLUMNS=width)
    assert result.exit_code == 0
    assert [name for name in names if ids[name] not in result.stdout] == []
    assert "…" not in result.stdout


@pytest.mark.parametrize("width", WIDTHS)
def test_fields_of_one_memory_keep_their_ids(
    cli: CommandLine, ids: dict[str, str], width: str
) -> None:
    stdout = cli("memories", "get", ids["memory"], COLUMNS=width).stdout
    assert [name for name in ("memory", "actor", "event") if ids[name] not in stdout] == []


def test_status_keeps_the_ids(cli: CommandLine) -> None:
    assert LONG_ACTOR in cli("status", LONG_ACTOR, COLUMNS="60").stdout


def test_narrow_terminal_shows_records(cli: CommandLine, memsy: MemsyClient) -> None:
    memsy.ingest([EventPayload("ann", "s-1", "user_message", TEXT, ts="2026-01-01T10:00:00Z")])
    lines = cli("events", COLUMNS="60").stdout.splitlines()
    assert lines[:6] == [
        "event    I prefer oolong tea in the morning, always very",
        "         hot, and rum in the evening",
        "time     2026-01-01 10:00:00",
        "kind     user_message",
        "actor    ann",
        "session  s-1",
    ]
    assert lines[6].startswith("id       ")


def test_wide_terminal_shows_a_table(cli: CommandLine, memsy: MemsyClient) -> None:
    memsy.ingest([EventPayload("ann", "s-1", "user_message", TEXT)])
    assert cli("events", COLUMNS="80").stdout.split()[:3] == ["time", "kind", "event"]
