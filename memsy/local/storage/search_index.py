"""Full-text index of the active memories (SQLite FTS5)."""

from __future__ import annotations

from collections.abc import Iterable

from memsy.local.domain import ranking
from memsy.local.storage import schema, words
from memsy.local.storage.store import Store

_IS_SMALL = "is small"


def rebuild_if_outdated(store: Store) -> None:
    """Create the index again if another version of `words` or of Unicode has filled it."""
    query = f"scope : {words.VERSION}"
    if store.row("SELECT 1 FROM memory_index WHERE memory_index MATCH ?", [query]) is None:
        store.write("DROP TABLE memory_index")
        store.write(schema.SEARCH_INDEX)
        store.write(schema.BACKGROUND)
        index_since(store, 0)


def add(store: Store, entries: Iterable[tuple[int, str, str]]) -> None:
    """Add active memories to the index: their sequence numbers, words and visibility terms."""
    store.write_many("INSERT INTO memory_index (rowid, text, scope) VALUES (?, ?, ?)", entries)


def index_since(store: Store, seq: int) -> None:
    """Add the active memories with a sequence number greater than `seq` to the index."""
    statement = """
        INSERT INTO memory_index (rowid, text, scope)
        SELECT
            seq, index_words(text), scope(org_id, level, actor_id, role_id, team_id, session_id)
        FROM memories WHERE seq > ? AND status = 'active'
    """
    store.write(statement, [seq])


def remove(store: Store, seq: int) -> None:
    """Remove an active memory from the index. Call this before a change of its row."""
    # A contentless FTS5 index needs the original values to delete an entry.
    statement = """
        INSERT INTO memory_index (memory_index, rowid, text, scope)
        SELECT
            'delete', seq, index_words(text),
            scope(org_id, level, actor_id, role_id, team_id, session_id)
        FROM memories WHERE seq = ? AND status = 'active'
    """
    store.write(statement, [seq])


def match_query(words: Iterable[str], scope: str = "") -> str:
    """Return the FTS5 query for memories with any of `words` that also match `scope`."""
    # Without quotes, a word such as NOT would be an operator.
    alternatives = " OR ".join(f'"{word}"' for word in words)
    return f"text : ({alternatives}){scope}"


def is_small(store: Store) -> bool:
    """Return True if a search can rank all memories of the store at once."""
    is_small: bool | None = store.cache.get(_IS_SMALL)
    if is_small is None:
        last_seq = store.number("SELECT coalesce(max(seq), 0) FROM memories")
        is_small = store.cache[_IS_SMALL] = last_seq <= ranking.MAX_CANDIDATES
    return is_small


def forget_size(store: Store) -> None:
    """Drop the cached result of `is_small`. Call this before memories are added."""
    store.cache.pop(_IS_SMALL, None)


def document_frequency(store: Store, word: str) -> tuple[int, int]:
    """
    Return the number of memories that have `word`, and the last sequence number counted.

    The count starts at the oldest memory and stops one above `ranking.MAX_CANDIDATES`. If two words
    reach this maximum, the rarer word has the greater sequence number.
    """
    matches = "FROM memory_index WHERE memory_index MATCH ?"
    query = match_query([word])
    # Skipping rows is twice as fast as counting them.
    next_row = store.row(
        f"SELECT rowid {matches} LIMIT 1 OFFSET ?", [query, ranking.MAX_CANDIDATES]
    )
    if next_row is not None:
        return ranking.MAX_CANDIDATES + 1, next_row["rowid"]
    (row,) = store.rows(f"SELECT count(*), coalesce(max(rowid), 0) {matches}", [query])
    return row[0], row[1]
