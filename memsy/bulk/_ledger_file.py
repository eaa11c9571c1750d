"""Database file of a ledger: acknowledged events by source and position."""

from __future__ import annotations

import ctypes
import os
import sqlite3
import stat
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock

from memsy._core.interrupts import is_interrupt
from memsy._core.text import preview
from memsy._fork import register_at_fork
from memsy.bulk._event import ReadEvent
from memsy.bulk._ledger_errors import (
    NO_ACCESS,
    NOT_A_LEDGER,
    ledger_error,
    ledger_errors,
)

_APPLICATION_ID = 0x6D656D4C  # "memL"
_VERSION = 1
_MIN_SIZE = 512
"""Size of the smallest database in bytes."""
_LOCK_TIMEOUT = 1.0
"""Seconds to wait for a process that is just ending."""

_SCHEMA = (
    "CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    (
        "CREATE TABLE acknowledged (source INTEGER NOT NULL, position INTEGER NOT NULL,"
        " digest BLOB NOT NULL, PRIMARY KEY (source, position)) WITHOUT ROWID"
    ),
    f"PRAGMA application_id = {_APPLICATION_ID}",
    f"PRAGMA user_version = {_VERSION}",
)
_SOURCE_ID = "(SELECT id FROM sources WHERE name = ?)"


class LedgerFile:
    """
    Database file of a ledger. It opens with the first use and stays locked until `close`.

    All methods can be called from any thread, and raise `LedgerError`.

    Args:
        path: Absolute path of the file.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._is_closed = False
        self._claims: dict[str, object] = {}
        """Owner of each source that a load reads."""
        self._lock = RLock()
        _files.add(self)

    def claim(self, source: str, owner: object) -> None:
        """Reserve a source for one load of this process, and open the file."""
        with self._lock:
            if source in self._claims:
                raise ledger_error(
                    self.path,
                    f"another load of this process reads the source {preview(source)}: "
                    "wait until it has ended, or pass another source",
                )
            with self._opened():
                self._claims[source] = owner

    def release(self, source: str, owner: object) -> None:
        """End the reservation of a source, if it has this owner."""
        with self._lock:
            if self._claims.get(source) is owner:
                del self._claims[source]

    def recorded(self, source: str, first: int, count: int) -> dict[int, bytes]:
        """Return the digests of the recorded positions from `first` to `first + count - 1`."""
        query = (
            f"SELECT position, digest FROM acknowledged WHERE source = {_SOURCE_ID}"  # noqa: S608
            " AND position >= ? AND position < ?"
        )
        with self._opened() as connection:
            return dict(connection.execute(query, (source, first, first + count)).fetchall())

    def record(self, source: str, events: Sequence[ReadEvent]) -> None:
        """Record acknowledged events, durably: the data is on the disk when this returns."""
        rows = [(source, event.position, event.digest) for event in events]
        with self._opened() as connection, _transaction(connection):
            connection.execute("INSERT OR IGNORE INTO sources (name) VALUES (?)", (source,))
            connection.executemany(
                f"INSERT OR REPLACE INTO acknowledged VALUES ({_SOURCE_ID}, ?, ?)",  # noqa: S608
                rows,
            )

    def acknowledged(self, source: str) -> int:
        """Return the number of recorded events of a source."""
        query = f"SELECT count(*) FROM acknowledged WHERE source = {_SOURCE_ID}"  # noqa: S608
        with self._opened() as connection:
            return int(connection.execute(query, (source,)).fetchone()[0])

    def sources(self) -> list[str]:
        """Return the names of the sources, in alphabetical order."""
        with self._opened() as connection:
            rows = connection.execute("SELECT name FROM sources ORDER BY name").fetchall()
        return [str(name) for (name,) in rows]

    def forget(self, source: str) -> None:
        """Delete the records of a source that no load reads."""
        with self._lock:
            self.claim(source, self)
            try:
                with self._opened() as connection, _transaction(connection):
                    connection.execute(
                        f"DELETE FROM acknowledged WHERE source = {_SOURCE_ID}",  # noqa: S608
                        (source,),
                    )
                    connection.execute("DELETE FROM sources WHERE name = ?", (source,))
            finally:
                self.release(source, self)

    def close(self) -> None:
        """Close the file. A second call does nothing."""
        with self._lock, ledger_errors(self.path):
            self._is_closed = True
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._lock, ledger_errors(self.path):
            if self._is_closed:
                raise ledger_error(self.path, "it is closed: create a new Ledger")
            if self._connection is None:
                self._connection = _open(self.path)
            yield self._connection

    def after_fork_in_child(self) -> None:
        """Forget the connection without closing it: that would damage the file of the parent."""
        self._lock = RLock()  # a thread of the parent may have held it
        self._claims = {}
        if self._connection is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._connection))
            self._connection = None


_files: weakref.WeakSet[LedgerFile] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for file in list(_files):
        file.after_fork_in_child()


register_at_fork(after_in_child=_after_fork_in_child)


def _open(path: str) -> sqlite3.Connection:
    """Open or create the file, and lock it."""
    _create(path)
    connection = sqlite3.connect(
        f"{Path(path).as_uri()}?mode=rw",
        timeout=_LOCK_TIMEOUT,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _create(path: str) -> None:
    """Create an empty file that only this user can read, or check the existing one."""
    try:
        # SQLite gives its log beside the file the same mode.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        if is_interrupt(error):
            raise
        # Opening a pipe would wait for a writer.
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            raise ledger_error(path, "it is not a regular file: choose another path") from None
        # SQLite would overwrite a smaller file.
        if 0 < status.st_size < _MIN_SIZE:
            raise ledger_error(path, NOT_A_LEDGER) from None
        # Opening the file would be a surer check, but closing it would end the locks of SQLite.
        has_effective_ids = os.access in os.supports_effective_ids
        if not os.access(path, os.R_OK | os.W_OK, effective_ids=has_effective_ids):
            raise ledger_error(path, NO_ACCESS) from None


def _prepare(connection: sqlite3.Connection, path: str) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # first: later it takes no effect
    application_id, version = (
        _number(connection, "application_id"),
        _number(connection, "user_version"),
    )
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    is_new = not (application_id or version or tables)
    if not is_new and application_id != _APPLICATION_ID:
        raise ledger_error(path, "the file is another database: choose another path")
    if not is_new and version != _VERSION:
        raise ledger_error(
            path,
            f"version {version} of the format, and this version of memsy reads {_VERSION}: "
            "choose another path, or use the version of memsy that wrote the file",
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    with _transaction(connection):  # takes the lock
        for statement in _SCHEMA if is_new else ():
            connection.execute(statement)


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
