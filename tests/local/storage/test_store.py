"""Transactions of the store that Ctrl-C interrupts, and the cache of the store."""

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
def commit(store: Store) -> str:
    """Return the statement that commits a transaction of the store."""
    return "RELEASE request" if store.rows("PRAGMA database_list")[0]["file"] == "" else "COMMIT"


def counter_values(store: Store) -> list[int]:
    return [row["value"] for row in store.rows("SELECT value FROM counter")]


def write_and_interrupt(store: Store, *statements: str) -> None:
    """Write in a transaction, and raise `KeyboardInterrupt` inside of it."""
    with store.transaction():
        for statement in statements:
            store.write(statement)
        raise KeyboardInterrupt


def test_interrupted_transaction_is_rolled_back(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_and_interrupt(store, "INSERT INTO counter VALUES (7)")
    assert counter_values(store) == [0]


def test_interrupt_after_the_commit_keeps_the_data(store: Store, commit: str) -> None:
    """The caller sees the interrupt, not the error of the rollback."""
    with pytest.raises(KeyboardInterrupt):
        write_and_interrupt(store, "INSERT INTO counter VALUES (7)", commit)
    with store.transaction():
        store.write("INSERT INTO counter VALUES (8)")
    assert counter_values(store) == [0, 7, 8]


def test_committed_cache_is_kept(store: Store) -> None:
    with store.transaction():
        store.cache["count"] = 1
    with store.transaction():
        assert store.cache == {"count": 1}


@pytest.mark.parametrize("is_committed", [False, True])
def test_cache_is_empty_after_an_interrupted_transaction(
    store: Store, commit: str, is_committed: bool
) -> None:
    with store.transaction():
        store.cache["count"] = 1
    with pytest.raises(KeyboardInterrupt):
        write_and_interrupt(store, *([commit] if is_committed else []))
    with store.transaction():
        assert store.cache == {}


def test_clear_empties_the_cache(store: Store) -> None:
    with store.transaction():
        store.cache["count"] = 1
        store.clear()
        assert store.cache == {}
