"""The database of a service, in memory or in a file, and its transactions: whole or not at all."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from weakref import finalize

from memsy.exceptions import MemsyClientClosedError
from memsy.local.storage import database, database_pool, schema

Parameters = Mapping[str, object] | Sequence[object]


def ulid(number: int) -> str:
    """An id that looks like a ULID and sorts by *number*."""
    return f"01K{number:023d}"


class Store:
    """
    Rows and ids.

    In a file, what a finished transaction wrote outlives the process, however it ends.
    """

    def __init__(self, path: str | os.PathLike[str] | None, ids: Callable[[int], str]) -> None:
        self._ids = ids
        self._is_scratch = path is None
        self._connection = database_pool.acquire() if path is None else database.in_file(path)
        leave = partial(database_pool.release, self._connection)
        # To lose a service without closing it is fine: most live in memory, in a fake.
        self._close = finalize(self, leave if path is None else self._connection.close)

    def close(self) -> None:
        self._close()

    def clear(self) -> None:
        """Forget everything but which ids were given out."""
        for name in self.tables():
            if name != "counter":
                self.write(f"DELETE FROM {name}")  # noqa: S608 - a name of ours
        self.write("INSERT INTO memory_index (memory_index) VALUES ('delete-all')")
        self.write(schema.BACKGROUND)

    def tables(self) -> dict[str, str]:
        """The tables with what is known, and how each was made; the index can be made of them."""
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
        made = {str(row["name"]): str(row["sql"]) for row in self.rows(query)}
        derived = tuple(name for name, sql in made.items() if sql.startswith("CREATE VIRTUAL"))
        return {name: sql for name, sql in made.items() if not name.startswith(derived)}

    def require_open(self) -> None:
        """
        Check that it can be used.

        Raises:
            MemsyClientClosedError: it is closed.
        """
        if not self._close.alive:
            raise MemsyClientClosedError("the local service was used after close()")

    @property
    def _open(self) -> sqlite3.Connection:
        self.require_open()
        return self._connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within is kept, or, if it raises, nothing."""
        begin, commit, undo = _NESTED if self._is_scratch else _WHOLE
        execute = self._open.execute
        try:
            execute(begin)
            yield
            execute(commit)
        except BaseException:
            # A Ctrl-C may come when there is nothing to undo: it is over, or has not begun.
            with suppress(sqlite3.OperationalError):
                for statement in undo:
                    execute(statement)
            raise

    def rows(self, query: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        return self._open.execute(query, parameters).fetchall()

    def row(self, query: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._open.execute(query, parameters).fetchone()
        return row

    def number(self, query: str, parameters: Parameters = ()) -> int:
        """The number that is the answer to *query*, such as a count."""
        return int(self._open.execute(query, parameters).fetchone()[0])

    def write(self, statement: str, parameters: Parameters = ()) -> int:
        """Carry out *statement*, and say how many rows it changed."""
        return self._open.execute(statement, parameters).rowcount

    def write_each(self, statement: str, rows: Iterable[Parameters]) -> None:
        """Carry out *statement* once for each of *rows*."""
        self._open.executemany(statement, rows)

    def new_id(self) -> str:
        """An id that no other thing of this store has, or ever had."""
        self.write("UPDATE counter SET value = value + 1")
        return self._ids(self.number("SELECT value FROM counter"))


_WHOLE = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_NESTED = ("SAVEPOINT request", "RELEASE request", ("ROLLBACK TO request", "RELEASE request"))
