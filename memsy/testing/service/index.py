"""The index of words that searches go by: what is in it can be found."""

from __future__ import annotations

from memsy.testing.service.store import Store


def add_after(store: Store, seq: int) -> None:
    """Let the memories that were made after the one numbered *seq* be found."""
    store.write(
        "INSERT INTO memory_index (rowid, text) SELECT seq, text FROM memories WHERE seq > ?",
        [seq],
    )


def remove(store: Store, seq: int) -> None:
    """Let the memory numbered *seq*, whose text is still as it was, be found no more."""
    store.write(
        "INSERT INTO memory_index (memory_index, rowid, text) "
        "SELECT 'delete', seq, text FROM memories WHERE seq = ?",
        [seq],
    )
