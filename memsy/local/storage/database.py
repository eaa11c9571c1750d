"""SQLite connections to a new or existing database with the schema, in memory or in a file."""

from __future__ import annotations

import atexit
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path

from memsy._core.interrupts import is_interrupt
from memsy._core.text import printable
from memsy.exceptions import MemsyConfigurationError
from memsy.local.domain import strength, visibility
from memsy.local.storage import database_check, database_file, schema, words

# More than the number of distinct statements, so that SQLite prepares each statement once.
_CACHED_STATEMENTS = 256


def in_memory() -> sqlite3.Connection:
    """Return a connection to a new database in memory."""
    connection = _connect(":memory:")
    _template_database().backup(connection)
    return connection


def in_file(path: str | os.PathLike[str]) -> tuple[sqlite3.Connection, Callable[[], None]]:
    """
    Open the database in a file, which is created if missing.

    Returns:
        The connection, and the function that closes it.

    Raises:
        MemsyConfigurationError: The file is not an intact database of this version of the local
            service, or another service has it open. The file and its directory are unchanged.
    """
    resolved = database_file.resolve(path)
    with configuration_errors(path), ExitStack() as on_error, ExitStack() as opened:
        if database_file.create(resolved):
            on_error.callback(os.unlink, resolved)
        opened.enter_context(database_file.reserved(resolved))
        with database_file.locked(resolved) as descriptor:
            is_new = database_check.is_new(resolved, descriptor, _template_database())
        uri = f"{Path(resolved).as_uri()}?mode=rw"
        connection = opened.enter_context(closing(_connect(uri)))
        _prepare(connection, is_new=is_new)
        on_error.pop_all()
        return connection, opened.pop_all().close


@contextmanager
def configuration_errors(path: str | os.PathLike[str]) -> Iterator[None]:
    """Raise an error of the database in a file as a `MemsyConfigurationError` with its path."""
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        if is_interrupt(error):
            raise
        reason = error.strerror if isinstance(error, OSError) else printable(str(error))
        if isinstance(error, UnicodeDecodeError):  # in a message of SQLite about a damaged file
            reason = "it is damaged"
        raise MemsyConfigurationError(
            f"cannot use the file {os.fsdecode(path)!r} as a database: {reason}; "
            "choose another path"
        ) from None


def _prepare(connection: sqlite3.Connection, *, is_new: bool) -> None:
    # One service per file. Wait a second for a process that has just locked it.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA busy_timeout = 1000")
    if is_new:
        connection.executescript(schema.SCRIPT)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    # Each checkpoint waits for the disk twice. Together, 32 MB of log and of cache take off a third
    # of the time of an ingest.
    connection.execute("PRAGMA wal_autocheckpoint = 8000")
    connection.execute("PRAGMA cache_size = -32000")


@cache
def _template_database() -> sqlite3.Connection:
    # Copying an empty database takes a tenth of the time of running the schema script.
    connection = _connect(":memory:")
    connection.executescript(schema.SCRIPT)
    atexit.register(connection.close)
    return connection


def _connect(name: str) -> sqlite3.Connection:
    # The service holds a lock during every use, so the thread check of sqlite3 is not needed.
    connection = sqlite3.connect(
        name,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_CACHED_STATEMENTS,
    )
    connection.row_factory = sqlite3.Row
    connection.create_function("contains", 2, words.contains, deterministic=True)
    connection.create_function("index_words", 1, words.index_words, deterministic=True)
    connection.create_function("scope", 6, visibility.index_terms, deterministic=True)
    connection.create_function("decayed", 3, strength.decayed, deterministic=True)
    return connection
