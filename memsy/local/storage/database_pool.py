"""Databases in memory that are used again: to make one takes longer than most tests do."""

from __future__ import annotations

import sqlite3
from weakref import finalize

from memsy.local.storage import database

_MOST_KEPT = 16


def acquire() -> sqlite3.Connection:
    """
    A database with nothing in it, for whoever has it alone.

    All that is ever done in it is one transaction, which is never committed, so that a rollback
    empties it. Its tables are there already, and its statements are prepared.
    """
    try:
        connection = _pool.databases.pop()
    except IndexError:
        connection = database.in_memory()
    connection.execute("BEGIN")
    return connection


def release(connection: sqlite3.Connection) -> None:
    """Leave it to the next one."""
    # The transaction is over only where SQLite had to end it, as when there is no memory left.
    if connection.in_transaction and len(_pool.databases) < _MOST_KEPT:
        connection.execute("ROLLBACK")
        _pool.databases.append(connection)
    else:
        connection.close()


class _Pool:
    """Where they stand while nobody has them."""

    def __init__(self) -> None:
        self.databases = list[sqlite3.Connection]()
        # When the process ends, finalizers run from the latest to the first: what is given back
        # by those of services is here before this one comes.
        finalize(self, _close_all, self.databases)


def _close_all(databases: list[sqlite3.Connection]) -> None:
    for connection in databases:
        connection.close()


_pool = _Pool()
