"""`Store`: queries, transactions and new ids on the database of one service."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any
from weakref import finalize

from memsy.exceptions import MemsyClientClosedError
from memsy.local.storage import database, database_pool, schema

Parameters = Mapping[str, object] | Sequence[object]


def ulid(number: int) -> str:
    """Return an id in the format of a ULID that sorts by `number`."""
    return f"01K{number:023d}"


class Store:
    """
    One SQLite database, in memory or in a file.

    The data of a committed transaction in a file are kept even if the process is killed.
    """

    def __init__(self, path: str | os.PathLike[str] | None, ids: Callable[[int], str]) -> None:
        self._ids = ids
        self.cache: dict[object, Any] = {}
        """Values computed from the data, for transactions. Empty after one that failed."""
        self._committed_cache = self.cache
        self._is_in_memory = path is None
        self._skips_writes = False
        if path is None:
            connection = database_pool.acquire()
            close: Callable[[], None] = partial(database_pool.release, connection)
        else:
            connection, close = database.in_file(path)
        self._connection: sqlite3.Connection | None = connection
        # Use a finalizer: most services belong to a fake client and are never closed.
        self._close = finalize(self, close)

    def close(self) -> None:
        """Close the database, or return it to the pool. A second call has no effect."""
        self._connection = None
        self._close()

    def clear(self) -> None:
        """Delete all data except the id counter."""
        for name in self.tables():
            if name != "counter":
                self.write(f"DELETE FROM {name}")  # noqa: S608 - a constant name
        self.cache.clear()
        self.write("INSERT INTO memory_index (memory_index) VALUES ('delete-all')")
        self.write(schema.BACKGROUND)

    def tables(self) -> dict[str, str]:
        """Return the `CREATE` statement of each table by name, without the search index."""
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
        statements = {str(row["name"]): str(row["sql"]) for row in self.rows(query)}
        indexes = tuple(
            name for name, sql in statements.items() if sql.startswith("CREATE VIRTUAL")
        )
        # FTS5 keeps its own data in tables with the name of the index as prefix.
        return {name: sql for name, sql in statements.items() if not name.startswith(indexes)}

    def require_open(self) -> None:
        """
        Check that the store is open.

        Raises:
            MemsyClientClosedError: The store is closed.
        """
        if not self._close.alive:
            raise _closed_error()

    @property
    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:  # each statement checks this; `alive` takes longer
            raise _closed_error()
        return self._connection

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[None]:
        """
        Commit the writes of the `with` block, or roll all of them back on an exception.

        Args:
            read_only: Skip the writes, so that the block works on a full disk.
        """
        self.require_open()  # the interpreter closes the store on exit
        begin, commit, rollback = _SAVEPOINT if self._is_in_memory else _TRANSACTION
        if read_only and not self._is_in_memory:
            begin = "BEGIN"  # BEGIN IMMEDIATE is a write
        execute = self._open_connection.execute
        # The committed cache is empty meanwhile, so an interrupt cannot leave an outdated value.
        self.cache, self._committed_cache = self._committed_cache, {}
        try:
            execute(begin)
            self._skips_writes = read_only
            yield
            execute(commit)
            self._committed_cache = self.cache
        except BaseException:
            # Ctrl-C may come before the transaction has begun, or after the commit.
            with suppress(sqlite3.OperationalError):
                for statement in rollback:
                    execute(statement)
            raise
        finally:
            self._skips_writes = False

    def rows(self, query: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """Return all rows of the result."""
        return self._open_connection.execute(query, parameters).fetchall()

    def row(self, query: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """Return the first row of the result, or None."""
        row: sqlite3.Row | None = self._open_connection.execute(query, parameters).fetchone()
        return row

    def number(self, query: str, parameters: Parameters = ()) -> int:
        """Return the single integer of a result, such as a count."""
        return int(self._open_connection.execute(query, parameters).fetchone()[0])

    def write(self, statement: str, parameters: Parameters = ()) -> int:
        """Execute a statement, and return the number of changed rows."""
        if self._skips_writes:
            return 0
        return self._open_connection.execute(statement, parameters).rowcount

    def write_many(self, statement: str, rows: Iterable[Parameters]) -> None:
        """Execute a statement once for each row of parameters."""
        if self._skips_writes:
            return
        self._open_connection.executemany(statement, rows)

    def new_id(self) -> str:
        """Return an id that this store has never used before."""
        (new_id,) = self.new_ids(1)
        return new_id

    def new_ids(self, count: int) -> list[str]:
        """Return `count` ids that this store has never used before."""
        last = self.number("SELECT value FROM counter") + count
        self.write("UPDATE counter SET value = ?", [last])
        return list(map(self._ids, range(last - count + 1, last + 1)))


def _closed_error() -> MemsyClientClosedError:
    return MemsyClientClosedError(
        "the local service was used after close(); create a new LocalService"
    )


# sqlite3 has error codes since Python 3.11 only. The texts are constants of SQLite.
_DISK_FAILURES = frozenset(
    {
        "database or disk is full",
        "disk I/O error",
        "attempt to write a readonly database",
        "unable to open database file",
    }
)


def is_disk_failure(error: sqlite3.Error) -> bool:
    """Return True if the disk refused to store data: it is full, read-only or broken."""
    return str(error) in _DISK_FAILURES


_TRANSACTION = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
# A pooled database is already in a transaction, so each transaction of a store is a savepoint.
_SAVEPOINT = ("SAVEPOINT request", "RELEASE request", ("ROLLBACK TO request", "RELEASE request"))
