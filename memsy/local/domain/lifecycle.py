"""Changes of one memory on demand: promote, archive, decay, supersede (wire contract 7.5, 7.10)."""

from __future__ import annotations

from sqlite3 import Row
from typing import Literal
from uuid import UUID, uuid5

from memsy.local.domain import processing, strength, usage
from memsy.local.domain.processing import MemoryRow
from memsy.local.http.validators import check_not_blank
from memsy.local.storage import search_index
from memsy.local.storage.store import Store

_LEVELS = ("actor", "role", "team", "org")


def promote(
    store: Store, memory_id: str, role_id: str | None, team_id: str | None, now: int
) -> str:
    """
    Copy a memory to a higher level, and return the id of the copy.

    A second promotion of the same event to the same role, team or organisation returns the first
    copy.

    Args:
        store: Storage of the service.
        memory_id: Active memory.
        role_id: Role of the copy.
        team_id: Team of the copy. Without role and team, the copy belongs to the organisation.
        now: Current time in microseconds.

    Raises:
        ValueError: The memory does not exist, is not active, or is not at a lower level.
    """
    level = _target_level(role_id, team_id)
    memory = _get_active(store, memory_id)
    if _LEVELS.index(memory["level"]) >= _LEVELS.index(level):
        raise ValueError(
            f"the memory {memory_id!r} is at the level {memory['level']!r} "
            f"and cannot be promoted to the level {level!r}: choose a memory at a lower level"
        )
    copy = MemoryRow(*memory)._replace(
        seq=processing.next_seq(store),
        memory_id=str(uuid5(UUID(memory_id), f"{level}/{role_id or team_id or ''}")),
        level=level,
        actor_id=None,
        session_id=None,
        role_id=role_id,
        team_id=team_id,
        strength=strength.INITIAL,
        recall_count=0,
        last_recalled_at=None,
        created_at=now,
        updated_at=now,
    )
    existing = store.row(_EXISTING_COPY, copy._asdict())
    if existing is not None:
        return str(_get_active(store, existing["memory_id"])["memory_id"])
    store.write(processing.INSERT, copy)
    search_index.index_since(store, copy.seq - 1)
    key_id = _key_id_of_event(store, memory["event_id"])
    usage.add(store, memory["org_id"], key_id, now, "memories_stored", 1)
    return copy.memory_id


def deactivate(
    store: Store, memory_id: str, status: Literal["archived", "decayed"], now: int
) -> None:
    """
    Set the status of an active memory, and remove it from the search index.

    Raises:
        ValueError: The memory is missing or not active.
    """
    _set_inactive(store, _get_active(store, memory_id), status, now)


def supersede(store: Store, memory_id: str, by: str, now: int) -> None:
    """
    Mark a memory as superseded by the memory `by`, and remove it from the search index.

    Raises:
        ValueError: A memory is missing or not active, or both are the same, or they belong to
            different organisations.
    """
    memory, newer = _get_active(store, memory_id), _get_active(store, by)
    if memory["seq"] == newer["seq"]:
        raise ValueError(f"the memory {memory_id!r} cannot supersede itself: pass another memory")
    if memory["org_id"] != newer["org_id"]:
        raise ValueError(f"the memories {memory_id!r} and {by!r} belong to different organisations")
    _set_inactive(store, memory, "superseded", now)


def _target_level(role_id: str | None, team_id: str | None) -> str:
    if role_id is not None and team_id is not None:
        raise ValueError(
            "a memory is promoted to a role or a team, not to both: pass role_id or team_id"
        )
    for name, value in {"role_id": role_id, "team_id": team_id}.items():
        if value is not None:
            check_not_blank(name, value)
    if role_id is not None:
        return "role"
    return "org" if team_id is None else "team"


def _get_active(store: Store, memory_id: str) -> Row:
    memory = store.row("SELECT * FROM memories WHERE memory_id = ?", [memory_id])
    if memory is None:
        raise ValueError(f"there is no memory {memory_id!r}: see service.memories")
    if memory["status"] != "active":
        raise ValueError(f"the memory {memory_id!r} is {memory['status']}, not active")
    return memory


def _set_inactive(store: Store, memory: Row, status: str, now: int) -> None:
    search_index.remove(store, memory["seq"])
    statement = "UPDATE memories SET status = ?, updated_at = ? WHERE seq = ?"
    store.write(statement, [status, now, memory["seq"]])


def _key_id_of_event(store: Store, event_id: str) -> str:
    event = store.row("SELECT key_id FROM events WHERE event_id = ?", [event_id])
    assert event is not None  # every memory has an event, and events are never deleted
    return str(event["key_id"])


_EXISTING_COPY = """
    SELECT memory_id FROM memories
    WHERE org_id = :org_id AND event_id = :event_id AND level = :level
    AND role_id IS :role_id AND team_id IS :team_id
"""
