"""What becomes of memories in the course of time: promoted, archived, decayed, superseded."""

from __future__ import annotations

from sqlite3 import Row
from typing import Literal
from uuid import UUID, uuid5

from memsy.local.domain import processing, strength, usage
from memsy.local.storage import search_index
from memsy.local.storage.store import Store

_LEVELS = ("actor", "role", "team", "org")


def promote(
    store: Store, memory_id: str, role_id: str | None, team_id: str | None, now: int
) -> str:
    """
    Copy a memory to a role, to a team or, without either, to its organisation; give the copy's id.

    There is one copy of what an event says in each place, however often it is promoted to it.

    Raises:
        ValueError: there is no such active memory, or it is not below that level.
    """
    level = _level(role_id, team_id)
    memory = _active(store, memory_id)
    if _LEVELS.index(memory["level"]) >= _LEVELS.index(level):
        raise ValueError(
            f"the memory {memory_id!r} is at the level {memory['level']!r}, "
            f"from where none is promoted to the level {level!r}"
        )
    copy = {
        **dict(memory),
        "memory_id": str(uuid5(UUID(memory_id), f"{level}/{role_id or team_id or ''}")),
        "level": level,
        "actor_id": None,
        "session_id": None,
        "role_id": role_id,
        "team_id": team_id,
        "strength": strength.INITIAL,
        "now": now,
    }
    present = store.row(_PRESENT, copy)
    if present is not None:
        return str(_active(store, present["memory_id"])["memory_id"])
    store.write(processing.INSERT, copy)
    search_index.index_since(store, _active(store, copy["memory_id"])["seq"] - 1)
    key_id = _key_id(store, memory["event_id"])
    usage.count(store, memory["org_id"], key_id, now, "memories_stored", 1)
    return str(copy["memory_id"])


def deactivate(
    store: Store, memory_id: str, status: Literal["archived", "decayed"], now: int
) -> None:
    """
    Let a memory be found no more, and be listed under *status* from now on.

    Raises:
        ValueError: there is no such active memory.
    """
    _leave(store, _active(store, memory_id), status, now)


def supersede(store: Store, memory_id: str, by: str, now: int) -> None:
    """
    Let a memory be found no more, since the one named *by* says what holds now.

    Raises:
        ValueError: one of them is no active memory, or they are the same, or of two organisations.
    """
    memory, newer = _active(store, memory_id), _active(store, by)
    if memory["seq"] == newer["seq"]:
        raise ValueError(f"the memory {memory_id!r} cannot supersede itself")
    if memory["org_id"] != newer["org_id"]:
        raise ValueError(f"the memories {memory_id!r} and {by!r} are of two organisations")
    _leave(store, memory, "superseded", now)


def _level(role_id: str | None, team_id: str | None) -> str:
    if role_id is not None and team_id is not None:
        raise ValueError("a memory is promoted to a role or to a team, not to both at once")
    if "" in (role_id, team_id):
        raise ValueError("role_id and team_id must not be empty")
    if role_id is not None:
        return "role"
    return "org" if team_id is None else "team"


def _active(store: Store, memory_id: str) -> Row:
    memory = store.row("SELECT * FROM memories WHERE memory_id = ?", [memory_id])
    if memory is None:
        raise ValueError(f"there is no memory {memory_id!r}")
    if memory["status"] != "active":
        raise ValueError(f"the memory {memory_id!r} is {memory['status']}, not active")
    return memory


def _leave(store: Store, memory: Row, status: str, now: int) -> None:
    search_index.remove(store, memory["seq"])
    statement = "UPDATE memories SET status = ?, updated_at = ? WHERE seq = ?"
    store.write(statement, [status, now, memory["seq"]])


def _key_id(store: Store, event_id: str) -> str:
    event = store.row("SELECT key_id FROM events WHERE event_id = ?", [event_id])
    assert event is not None  # every memory was made of an event, and events stay
    return str(event["key_id"])


_PRESENT = """
    SELECT memory_id FROM memories
    WHERE org_id = :org_id AND event_id = :event_id AND level = :level
    AND role_id IS :role_id AND team_id IS :team_id
"""
