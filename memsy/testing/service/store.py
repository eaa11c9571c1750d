"""The database of a service, in memory or in a file, and its transactions: whole or not at all."""

from __future__ import annotations

import atexit
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from weakref import finalize

from memsy.exceptions import MemsyClientClosedError, MemsyConfigurationError
from memsy.testing.service import schema, strength

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
        self._connection = _in_memory() if path is None else _in_file(path)
        self._connection.row_factory = sqlite3.Row
        self._connection.create_function("casefold", 1, str.casefold, deterministic=True)
        self._connection.create_function("faded", 3, strength.faded, deterministic=True)
        # To lose a service without closing it is fine: most live in memory, in a fake.
        self._close = finalize(self, self._connection.close)

    def close(self) -> None:
        self._close()

    def clear(self) -> None:
        """Forget everything but which ids were given out."""
        given_out = self.number("SELECT value FROM counter")
        _blank().backup(self._open)
        self.write("UPDATE counter SET value = ?", [given_out])

    @property
    def _open(self) -> sqlite3.Connection:
        if not self._close.alive:
            raise MemsyClientClosedError("the local service was used after close()")
        return self._connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within is kept, or, if it raises, nothing."""
        self._open.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._open.execute("COMMIT")
        except BaseException:
            if self._open.in_transaction:
                self._open.execute("ROLLBACK")
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


def _in_memory() -> sqlite3.Connection:
    connection = _connect(":memory:")
    _blank().backup(connection)
    return connection


@cache
def _blank() -> sqlite3.Connection:
    # To copy an empty database takes a tenth of the time that it takes to make one.
    connection = _connect(":memory:")
    connection.executescript(schema.SCRIPT)
    atexit.register(connection.close)
    return connection


def _in_file(path: str | os.PathLike[str]) -> sqlite3.Connection:
    name = os.fspath(path)
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(closing(_connect(name)))
            # One service a file; another one waits a second for it, lest the first be just ending.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA busy_timeout = 1000")
            _check_version(connection, name)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            reason = f"{name!r} cannot be used as a database: {error}"
            raise MemsyConfigurationError(reason) from None
        stack.pop_all()  # it is of use: it stays open
        return connection


def _check_version(connection: sqlite3.Connection, name: str) -> None:
    """Make the tables in an empty file; leave a file alone that is none of ours."""
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
        connection.executescript(schema.SCRIPT)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != schema.VERSION:
        raise MemsyConfigurationError(
            f"{name!r} is not a database of this version of the local service: "
            f"it has version {version}, not {schema.VERSION}"
        )


def _connect(name: str) -> sqlite3.Connection:
    # The service holds a lock around every use, so any thread may be the one that does.
    return sqlite3.connect(name, isolation_level=None, check_same_thread=False)
