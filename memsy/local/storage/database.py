"""Databases with the tables in them: in a file, or in memory."""

from __future__ import annotations

import atexit
import os
import sqlite3
from contextlib import ExitStack, closing
from functools import cache

from memsy.exceptions import MemsyConfigurationError
from memsy.local.domain import strength, visibility
from memsy.local.storage import schema

# More than there are statements, so that each is prepared once.
_STATEMENTS = 256


def in_memory() -> sqlite3.Connection:
    connection = _connect(":memory:")
    _blank().backup(connection)
    return connection


def in_file(path: str | os.PathLike[str]) -> sqlite3.Connection:
    """
    The database in a file, which is made where there is none.

    Raises:
        MemsyConfigurationError: it is none of ours, none of this version, or no database at all.
    """
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


@cache
def _blank() -> sqlite3.Connection:
    # To copy an empty database takes a tenth of the time that it takes to make one.
    connection = _connect(":memory:")
    connection.executescript(schema.SCRIPT)
    atexit.register(connection.close)
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
    connection = sqlite3.connect(
        name, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS
    )
    connection.row_factory = sqlite3.Row
    connection.create_function("casefold", 1, str.casefold, deterministic=True)
    connection.create_function("scope", 6, visibility.index_terms, deterministic=True)
    connection.create_function("faded", 3, strength.faded, deterministic=True)
    return connection
