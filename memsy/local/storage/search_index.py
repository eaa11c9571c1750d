"""The index of words that searches go by: what is in it can be found."""

from __future__ import annotations

from collections.abc import Iterable

from memsy.local.domain import ranking
from memsy.local.storage.store import Store


def index_since(store: Store, seq: int) -> None:
    """Let the active memories that were made after the one numbered *seq* be found."""
    statement = """
        INSERT INTO memory_index (rowid, text, scope)
        SELECT seq, text, scope(org_id, level, actor_id, role_id, team_id, session_id)
        FROM memories WHERE seq > ? AND status = 'active'
    """
    store.write(statement, [seq])


def remove(store: Store, seq: int) -> None:
    """Let the active memory numbered *seq*, of which nothing has changed yet, be found no more."""
    # To take an entry out of an index without contents, SQLite has to be told what it was.
    statement = """
        INSERT INTO memory_index (memory_index, rowid, text, scope)
        SELECT 'delete', seq, text, scope(org_id, level, actor_id, role_id, team_id, session_id)
        FROM memories WHERE seq = ? AND status = 'active'
    """
    store.write(statement, [seq])


def match_query(words: Iterable[str], scope: str = "") -> str:
    """What to ask the index for those that have one of *words*, and are within *scope*."""
    # In quotes, or a word such as NOT would be an order.
    any_of = " OR ".join(f'"{word}"' for word in words)
    return f"text : ({any_of}){scope}"


def is_small(store: Store) -> bool:
    """Whether all memories that there are can be ranked at once."""
    return store.number("SELECT coalesce(max(seq), 0) FROM memories") <= ranking.MAX_CANDIDATES


def document_frequency(store: Store, word: str) -> tuple[int, int]:
    """
    How many memories have *word*, and the number of the last that was counted.

    No more than one above `ranking.MOST` are counted, from the oldest on. So of two words that
    both have so many, the one that was counted further is the rarer.
    """
    those = "FROM memory_index WHERE memory_index MATCH ?"
    params = match_query([word])
    # To skip rows is twice as fast as to count them.
    beyond = store.row(f"SELECT rowid {those} LIMIT 1 OFFSET ?", [params, ranking.MAX_CANDIDATES])
    if beyond is not None:
        return ranking.MAX_CANDIDATES + 1, beyond["rowid"]
    (few,) = store.rows(f"SELECT count(*), coalesce(max(rowid), 0) {those}", [params])
    return few[0], few[1]
