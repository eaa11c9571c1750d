"""A transaction is kept or undone, wherever a Ctrl-C finds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from memsy.local.storage.store import Store, ulid


@pytest.fixture(params=[None, "memories.db"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    path = None if request.param is None else tmp_path / request.param
    with closing(Store(path, ulid)) as store:
        yield store


@pytest.fixture
def over(store: Store) -> str:
    """What ends a transaction of it."""
    return "RELEASE request" if store.rows("PRAGMA database_list")[0]["file"] == "" else "COMMIT"


def numbers(store: Store) -> list[int]:
    return [row["value"] for row in store.rows("SELECT value FROM counter")]


def be_interrupted(store: Store, *statements: str) -> None:
    """Right after *statements*."""
    with store.transaction():
        for statement in statements:
            store.write(statement)
        raise KeyboardInterrupt


def test_what_is_interrupted_is_undone(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        be_interrupted(store, "INSERT INTO counter VALUES (7)")
    assert numbers(store) == [0]


def test_what_is_interrupted_once_it_is_over_is_kept(store: Store, over: str) -> None:
    """And it is the interruption that is told of, not that there is nothing left to undo."""
    with pytest.raises(KeyboardInterrupt):
        be_interrupted(store, "INSERT INTO counter VALUES (7)", over)
    with store.transaction():
        store.write("INSERT INTO counter VALUES (8)")
    assert numbers(store) == [0, 7, 8]
