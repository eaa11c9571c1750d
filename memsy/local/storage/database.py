"""SQLite connections to a new or existing database with the schema, in memory or in a file."""

from __future__ import annotations

import atexit
import os
import sqlite3
from contextlib import ExitStack, closing
from functools import cache

from memsy._core.interrupts import is_interrupt
from memsy.exceptions import MemsyConfigurationError
from memsy.local.domain import strength, visibility
from memsy.local.storage import schema, words

# More than the number of distinct statements, so that SQLite prepares each statement once.
_CACHED_STATEMENTS = 256


def in_memory() -> sqlite3.Connection:
    """Return a connection to a new database in memory."""
    connection = _connect(":memory:")
    _template_database().backup(connection)
    return connection


def in_file(path: str | os.PathLike[str]) -> sqlite3.Connection:
    """
    Return a connection to the database in a file, which is created if missing.

    Raises:
        MemsyConfigurationError: The file is not a database of this version of the local service,
            or another service has it open.
    """
    name = os.fspath(path)
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(closing(_connect(name)))
            # One service per file. Wait a second for a service that is just closing.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA busy_timeout = 1000")
            _check_version(connection, name)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            if is_interrupt(error):
                raise
            message = f"cannot use the file {name!r} as a database: {error}; choose another path"
            raise MemsyConfigurationError(message) from None
        stack.pop_all()  # success: keep the connection open
        return connection


@cache
def _template_database() -> sqlite3.Connection:
    # Copying an empty database takes a tenth of the time of running the schema script.
    connection = _connect(":memory:")
    connection.executescript(schema.SCRIPT)
    atexit.register(connection.close)
    return connection


def _check_version(connection: sqlite3.Connection, name: str) -> None:
    """Create the tables in an empty database, and reject a database of another version."""
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
        connection.executescript(schema.SCRIPT)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != schema.VERSION:
        raise MemsyConfigurationError(
            f"{name!r} is not a database of this version of the local service: "
            f"it has version {version}, not {schema.VERSION}; choose another path"
        )


def _connect(name: str) -> sqlite3.Connection:
    # The service holds a lock during every use, so the thread check of sqlite3 is not needed.
    connection = sqlite3.connect(
        name, isolation_level=None, check_same_thread=False, cached_statements=_CACHED_STATEMENTS
    )
    connection.row_factory = sqlite3.Row
    connection.create_function("contains", 2, words.contains, deterministic=True)
    connection.create_function("index_words", 1, words.index_words, deterministic=True)
    connection.create_function("scope", 6, visibility.index_terms, deterministic=True)
    connection.create_function("decayed", 3, strength.decayed, deterministic=True)
    return connection
