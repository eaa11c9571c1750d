"""Pool of in-memory databases, emptied and reused, because creating one is slow."""

from __future__ import annotations

import sqlite3
from weakref import finalize

from memsy._core.interrupts import is_interrupt
from memsy.local.storage import database

_MAX_IDLE = 16


def acquire() -> sqlite3.Connection:
    """
    Return a connection to an empty in-memory database, for exclusive use.

    The connection is inside a transaction that is never committed, so a rollback empties the
    database again. The tables exist, and a reused connection has its statements prepared.
    """
    try:
        connection = _pool.connections.pop()
    except IndexError as error:
        if is_interrupt(error):
            raise
        connection = database.in_memory()
    connection.execute("BEGIN")
    return connection


def release(connection: sqlite3.Connection) -> None:
    """Empty the database and return it to the pool, or close it if the pool is full."""
    # After some errors, such as out of memory, SQLite has ended the transaction.
    if connection.in_transaction and len(_pool.connections) < _MAX_IDLE:
        connection.execute("ROLLBACK")
        _pool.connections.append(connection)
    else:
        connection.close()


class _Pool:
    """Idle connections."""

    def __init__(self) -> None:
        self.connections = list[sqlite3.Connection]()
        # At exit, finalizers run in reverse order of creation: all services have returned their
        # connections before this finalizer closes them.
        finalize(self, _close_all, self.connections)


def _close_all(connections: list[sqlite3.Connection]) -> None:
    for connection in connections:
        connection.close()


_pool = _Pool()
