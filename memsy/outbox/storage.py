"""Storage of an outbox: events, dead letters and the state of the sender, in a SQLite file."""

from __future__ import annotations

import errno
import json
import math
import os
import random
import sqlite3
import stat
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

from attrs import frozen

from memsy._core.interrupts import is_interrupt
from memsy._core.text import printable
from memsy._core.time_source import TimeSource
from memsy.models import EventPayload
from memsy.outbox.errors import OutboxError, OutboxFull
from memsy.outbox.locks import (
    PROCESS_LOCK,
    ForkAware,
    SenderLock,
    create_private_file,
    find_sender,
)
from memsy.outbox.records import DeadLetter, OutboxStatus

T = TypeVar("T")

LOCK_TIMEOUT = 10.0
"""Seconds after which an operation raises if another process locks the file."""

_MIN_PAUSE, _MAX_PAUSE = 0.0005, 0.02
"""Pauses between the attempts to use a locked file, in seconds."""

_APPLICATION_ID, _VERSION = 1835364194, 1
"""As in the schema below."""

# Each operation below is one statement: SQLite executes it completely or not at all. An exception
# of a signal handler leaves no open transaction, and a signal handler may use the outbox.
_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, payload TEXT NOT NULL, put_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS dead_letter (
    id INTEGER PRIMARY KEY, payload TEXT NOT NULL, put_at REAL NOT NULL,
    reason TEXT NOT NULL, status_code INTEGER, failed_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    pending INTEGER NOT NULL DEFAULT 0, dead INTEGER NOT NULL DEFAULT 0,
    requested INTEGER NOT NULL DEFAULT 0, handled INTEGER NOT NULL DEFAULT 0,
    paused TEXT, last_error TEXT, retry_at REAL
);
INSERT OR IGNORE INTO state (id) VALUES (1);
CREATE TRIGGER IF NOT EXISTS event_inserted AFTER INSERT ON event BEGIN
    UPDATE state SET pending = pending + 1;
    DELETE FROM dead_letter WHERE id = NEW.id;
END;
CREATE TRIGGER IF NOT EXISTS event_deleted AFTER DELETE ON event BEGIN
    UPDATE state SET pending = pending - 1;
END;
CREATE TRIGGER IF NOT EXISTS dead_letter_inserted AFTER INSERT ON dead_letter BEGIN
    UPDATE state SET dead = dead + 1;
    DELETE FROM event WHERE id = NEW.id;
END;
CREATE TRIGGER IF NOT EXISTS dead_letter_deleted AFTER DELETE ON dead_letter BEGIN
    UPDATE state SET dead = dead - 1;
END;
PRAGMA application_id = 1835364194;
PRAGMA user_version = 1;
COMMIT;
"""

# One statement, and so one snapshot: another process may create the schema at the same moment.
_IDENTITY = """
SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
FROM pragma_application_id, pragma_user_version
"""
_PUT = """
INSERT INTO event (payload, put_at)
SELECT ?, ? WHERE (SELECT pending + dead FROM state) < ?
"""
_PUT_MANY = """
INSERT INTO event (payload, put_at)
SELECT value, ? FROM json_each(?) WHERE (SELECT pending + dead FROM state) + ? <= ? ORDER BY key
"""
_FIRST_EVENTS = "SELECT id, payload FROM event ORDER BY id LIMIT ?"
_DELETE = "DELETE FROM event WHERE id IN (SELECT value FROM json_each(?))"
_MOVE_TO_DEAD_LETTERS = """
INSERT INTO dead_letter (id, payload, put_at, reason, status_code, failed_at)
SELECT id, payload, put_at, ?, ?, ? FROM event WHERE id = ?
"""
_STATUS = """
SELECT pending, dead, (SELECT put_at FROM event ORDER BY id LIMIT 1), paused, last_error, retry_at
FROM state
"""
_DEAD_LETTERS = """
SELECT id, payload, reason, status_code, failed_at FROM dead_letter
ORDER BY id LIMIT ? OFFSET ?
"""
_RETRY = """
INSERT INTO event (id, payload, put_at) SELECT id, payload, put_at FROM dead_letter
WHERE ? IS NULL OR id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
_DISCARD = """
DELETE FROM dead_letter WHERE ? IS NULL OR id IN (SELECT value FROM json_each(?))
"""
_ATTEMPTS = "SELECT requested, handled, paused, last_error, retry_at FROM state"
_RECORD = "UPDATE state SET paused = ?, last_error = ?, retry_at = ?, handled = ?"


@frozen
class StoredEvent:
    """Pending event with its id. Ids grow in the order of the puts."""

    id: int
    event: EventPayload


@frozen
class Attempts:
    """Requests for an attempt, of all processes, and the state after the last attempt."""

    requested: int
    handled: int
    is_clear: bool
    """The last attempt did not fail."""
    retry_at: float | None
    """Time of the next attempt after a failure. Infinite: only after a request."""


class Storage(ForkAware):
    """
    File of an outbox, for all threads of a process. The first operation opens the file.

    All operations raise `OutboxError`. `timeout` is the longest wait for a locked file in seconds.

    Args:
        path: Path of the file.
        synchronous: `NORMAL` or `FULL`, the setting of SQLite.
        clock: Source of the times in the file.
        create: Create the file if it is missing or empty. False: a missing or empty file is an
            error.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        synchronous: str,
        clock: TimeSource,
        *,
        create: bool = True,
    ) -> None:
        self.path: str = os.path.realpath(os.fsdecode(path))
        self._lock_path = f"{self.path}-sender"
        self._synchronous = synchronous
        self._clock = clock
        self._create = create
        self._connection: sqlite3.Connection | None = None
        self._is_closed = False
        super().__init__()

    def open(self) -> None:
        """Open the file."""
        self._row("SELECT 1 FROM state")

    def close(self) -> None:
        """Close the file. Every later operation raises."""
        with PROCESS_LOCK:
            self._is_closed = True
            self._disconnect()

    def put(self, payload: str, max_events: int) -> None:
        """
        Store one event.

        Args:
            payload: The event as JSON text.
            max_events: Limit of the events and dead letters in the file.
        """
        if not self._execute(_PUT, payload, self._clock.time(), max_events):
            raise self._full(1, max_events)

    def put_many(self, payloads: Sequence[str], max_events: int) -> None:
        """Store all events or none, otherwise as `put`."""
        array, count = json.dumps(payloads, ensure_ascii=False), len(payloads)
        if not self._execute(_PUT_MANY, self._clock.time(), array, count, max_events):
            raise self._full(count, max_events)

    def first_events(self, limit: int, timeout: float = LOCK_TIMEOUT) -> list[StoredEvent]:
        """Return the oldest pending events."""
        return [
            StoredEvent(id_, self._load(id_, payload))
            for id_, payload in self._rows(_FIRST_EVENTS, limit, timeout=timeout)
        ]

    def delete(self, ids: Sequence[int], timeout: float = LOCK_TIMEOUT) -> None:
        """Delete acknowledged events."""
        self._execute(_DELETE, json.dumps(ids), timeout=timeout)

    def move_to_dead_letters(
        self, id_: int, reason: str, status_code: int | None, timeout: float = LOCK_TIMEOUT
    ) -> None:
        """Move one pending event to the dead letters."""
        values = (reason, status_code, self._clock.time(), id_)
        self._execute(_MOVE_TO_DEAD_LETTERS, *values, timeout=timeout)

    def count_pending(self, timeout: float = LOCK_TIMEOUT) -> int:
        """Return the number of pending events."""
        return int(self._row("SELECT pending FROM state", timeout)[0])

    def status(self) -> OutboxStatus:
        """Return the state of the file."""
        pending, dead, oldest, paused, last_error, retry_at = self._row(_STATUS)
        return OutboxStatus(
            pending=pending,
            dead=dead,
            oldest=None if oldest is None else _date(oldest),
            paused=paused,
            last_error=last_error,
            retry_at=None if retry_at is None else _date(retry_at),
            sender_pid=self._guarded(lambda: find_sender(self._lock_path)),
        )

    def dead_letters(self, limit: int, offset: int) -> list[DeadLetter]:
        """Return dead letters in the order of their puts."""
        return [
            DeadLetter(id_, self._load(id_, payload), reason, status_code, _date(failed_at))
            for id_, payload, reason, status_code, failed_at in self._rows(
                _DEAD_LETTERS, limit, offset
            )
        ]

    def retry(self, ids: Sequence[int] | None) -> int:
        """Move dead letters back to their places among the pending events. None means all."""
        chosen = None if ids is None else json.dumps(ids)
        return self._execute(_RETRY, chosen, chosen)

    def discard(self, ids: Sequence[int] | None) -> int:
        """Delete dead letters. None means all."""
        chosen = None if ids is None else json.dumps(ids)
        return self._execute(_DISCARD, chosen, chosen)

    def request_attempt(self, timeout: float = LOCK_TIMEOUT) -> int:
        """Ask the sender, of any process, for an attempt now. Return the number of requests."""
        self._execute("UPDATE state SET requested = requested + 1", timeout=timeout)
        return self.attempts(timeout).requested

    def attempts(self, timeout: float = LOCK_TIMEOUT) -> Attempts:
        """Return what decides on the next attempt."""
        requested, handled, paused, last_error, retry_at = self._row(_ATTEMPTS, timeout)
        needs_request = paused is not None and retry_at is None
        return Attempts(
            requested=requested,
            handled=handled,
            is_clear=last_error is None,
            retry_at=math.inf if needs_request else retry_at,
        )

    def record(
        self,
        *,
        paused: str | None,
        last_error: str | None,
        retry_at: float | None,
        handled: int,
        timeout: float = LOCK_TIMEOUT,
    ) -> None:
        """Replace the state of the sender."""
        self._execute(_RECORD, paused, last_error, retry_at, handled, timeout=timeout)

    def create_sender_lock(self) -> SenderLock:
        """Return a new lock object for the sender of this file."""
        return SenderLock(self._lock_path)

    def acquire(self, lock: SenderLock) -> bool:
        """Take the lock of the sender and return True, or return False if there is a sender."""
        return self._guarded(lock.acquire)

    def closed_error(self) -> OutboxError:
        """Return the error of a use after `close()`."""
        return OutboxError(f"the outbox {self.path!r} is closed: create a new one")

    def _before_fork(self) -> None:
        # Within a process, SQLite keeps the locks of all connections to a file in one place. In a
        # child with a copy of it, new connections would take locks of the parent for their own.
        self._disconnect()

    def _after_fork_in_child(self) -> None:
        """Do nothing: the connection is closed, and the next operation opens a new one."""

    def _execute(self, statement: str, *values: object, timeout: float = LOCK_TIMEOUT) -> int:
        """Execute one statement that writes, and return the number of its rows."""
        return self._run(lambda connection: connection.execute(statement, values).rowcount, timeout)

    def _row(self, query: str, timeout: float = LOCK_TIMEOUT) -> tuple[Any, ...]:
        (row,) = self._rows(query, timeout=timeout)
        return row

    def _rows(
        self, query: str, *values: object, timeout: float = LOCK_TIMEOUT
    ) -> list[tuple[Any, ...]]:
        return self._run(lambda connection: connection.execute(query, values).fetchall(), timeout)

    def _run(self, operation: Callable[[sqlite3.Connection], T], timeout: float) -> T:
        """Run one operation. While another process locks the file, try again until `timeout`."""
        # A wait within SQLite would hold the lock of this process, and delay Ctrl-C.
        give_up_at, pause = time.monotonic() + timeout, _MIN_PAUSE
        while True:
            try:
                with PROCESS_LOCK:
                    return operation(self._connected())
            except (sqlite3.Error, OSError, ValueError) as error:
                if is_interrupt(error):
                    raise
                problem = self._error(error)
                is_final = not _is_busy(error) or time.monotonic() >= give_up_at
            if is_final:
                raise problem
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
            pause = min(2 * pause, _MAX_PAUSE)

    def _guarded(self, operation: Callable[[], T]) -> T:
        """Run an operation on the lock file."""
        try:
            return operation()
        except OSError as error:
            if is_interrupt(error):
                raise
            problem = self._error(error)
        raise problem

    def _connected(self) -> sqlite3.Connection:
        if self._is_closed:
            raise self.closed_error()
        if self._connection is None:
            self._connection = _connect(self.path, self._synchronous, create=self._create)
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _load(self, id_: int, payload: str) -> EventPayload:
        try:
            return EventPayload(**json.loads(payload))
        except (TypeError, ValueError) as error:
            if is_interrupt(error):
                raise
        raise OutboxError(f"the event {id_} in the outbox {self.path!r} is damaged: delete its row")

    def _full(self, count: int, max_events: int) -> OutboxFull:
        pending, dead = self._row("SELECT pending, dead FROM state")
        return OutboxFull(
            f"the outbox {self.path!r} has {pending} pending events and {dead} dead letters, so "
            f"{count} more would exceed max_events={max_events}: nothing was stored"
        )

    def _error(self, error: Exception) -> OutboxError:
        reason = error.strerror if isinstance(error, OSError) else printable(str(error))
        return OutboxError(f"cannot use the outbox {self.path!r}: {reason}")


def _connect(path: str, synchronous: str, *, create: bool) -> sqlite3.Connection:
    if create:
        # SQLite gives the files beside the database the same mode.
        create_private_file(path)
    if not stat.S_ISREG(Path(path).stat().st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    connection = sqlite3.connect(
        f"{Path(path).as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        timeout=0,
        check_same_thread=False,
    )
    try:
        is_outbox = _is_outbox(connection)
        if not is_outbox and not create:
            raise sqlite3.DatabaseError("it is empty, not an outbox")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        if not is_outbox:
            connection.executescript(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_outbox(connection: sqlite3.Connection) -> bool:
    """Return True for an outbox and False for an empty file. Raise for any other file."""
    application_id, version, objects = connection.execute(_IDENTITY).fetchone()
    if application_id == _APPLICATION_ID and version == _VERSION:
        return True
    if application_id == _APPLICATION_ID:
        raise sqlite3.DatabaseError(
            f"it has version {version} of the schema, and this package reads version {_VERSION}: "
            "use the package that wrote it"
        )
    if application_id or version or objects:
        raise sqlite3.DatabaseError("it is a database of another program: choose another path")
    return False


def _is_busy(error: Exception) -> bool:
    # `sqlite_errorcode` exists from Python 3.11 on.
    text = str(error)
    return isinstance(error, sqlite3.OperationalError) and (
        "is locked" in text or "locking protocol" in text
    )


def _date(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
