"""Storage of an outbox: the events, the dead letters and the state, in a SQLite file."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

from attrs import frozen

from memsy._core.interrupts import is_interrupt
from memsy._core.text import printable
from memsy._core.time_source import TimeSource
from memsy.models import EventPayload
from memsy.outbox.errors import OutboxError, OutboxFull
from memsy.outbox.locks import PROCESS_LOCK, ForkAware, SenderLock
from memsy.outbox.records import DeadLetter, OutboxStatus

T = TypeVar("T")

_APPLICATION_ID = 0x6D656F62
_VERSION = 1

_LOCK_TIMEOUT = 10.0
"""Seconds until an operation on a locked file raises."""

_MIN_PAUSE, _MAX_PAUSE = 0.0005, 0.02

# Each operation is one statement, which SQLite executes completely or not at all. So an exception
# of a signal handler leaves no open transaction, and a signal handler may use the outbox.
_SCHEMA = f"""
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
    wake_count INTEGER NOT NULL DEFAULT 0, handled_wake_count INTEGER NOT NULL DEFAULT 0,
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
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_VERSION};
COMMIT;
"""

_PUT = """
INSERT INTO event (payload, put_at)
SELECT ?, ? WHERE (SELECT pending + dead FROM state) < ?
"""
_PUT_MANY = """
INSERT INTO event (payload, put_at)
SELECT value, ? FROM json_each(?)
WHERE (SELECT pending + dead FROM state) + json_array_length(?2) <= ?3 ORDER BY key
"""
_BURY = """
INSERT INTO dead_letter (id, payload, put_at, reason, status_code, failed_at)
SELECT id, payload, put_at, ?, ?, ? FROM event WHERE id = ?
"""
_STATUS = """
SELECT pending, dead, (SELECT put_at FROM event ORDER BY id LIMIT 1), paused, last_error, retry_at
FROM state
"""
_RETRY = """
INSERT INTO event (id, payload, put_at)
SELECT id, payload, put_at FROM dead_letter WHERE {} ORDER BY id
"""
_DEAD_LETTERS = """
SELECT id, payload, reason, status_code, failed_at FROM dead_letter
ORDER BY id LIMIT ? OFFSET ?
"""
_LISTED = "id IN (SELECT value FROM json_each(?))"


@frozen
class StoredEvent:
    """Pending event with its id. Ids grow in the order of the puts."""

    id: int
    event: EventPayload


class Storage(ForkAware):
    """
    File of an outbox, for all threads of a process. Nothing is opened before the first use.

    Args:
        path: Path of the file.
        synchronous: `NORMAL` or `FULL`, as in SQLite.
        clock: Source of the times in the file.
    """

    def __init__(self, path: str | os.PathLike[str], synchronous: str, clock: TimeSource) -> None:
        self.path = os.path.realpath(os.fsdecode(path))
        self.sender_lock = SenderLock(f"{self.path}-sender")
        self._synchronous = synchronous
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._is_closed = False
        super().__init__()

    def open(self) -> None:
        """Open the file, and create it if it is missing."""
        self._run(lambda connection: None)

    def close(self) -> None:
        """Close the file. Every later operation raises."""
        with PROCESS_LOCK:
            self._is_closed = True
            self.sender_lock.release()
            self._disconnect()

    def put(self, payload: str, max_events: int) -> None:
        """
        Store one event.

        Args:
            payload: The event as JSON text.
            max_events: Limit of the events and dead letters in the file.
        """
        values = (payload, self._clock.time(), max_events)
        if not self._run(lambda connection: connection.execute(_PUT, values).rowcount):
            raise self._full(1, max_events)

    def put_many(self, payloads: Sequence[str], max_events: int) -> None:
        """Store all events or none, as for `put`."""
        values = (self._clock.time(), json.dumps(payloads, ensure_ascii=False), max_events)
        stored = self._run(lambda connection: connection.execute(_PUT_MANY, values).rowcount)
        if stored != len(payloads):
            raise self._full(len(payloads), max_events)

    def first_events(self, limit: int) -> list[StoredEvent]:
        """Return the oldest pending events."""
        query = "SELECT id, payload FROM event ORDER BY id LIMIT ?"
        rows = self._run(lambda connection: connection.execute(query, (limit,)).fetchall())
        return [StoredEvent(id_, _load(payload)) for id_, payload in rows]

    def delete(self, ids: Iterable[int]) -> None:
        """Delete acknowledged events."""
        self._execute(f"DELETE FROM event WHERE {_LISTED}", json.dumps(list(ids)))

    def bury(self, id_: int, reason: str, status_code: int | None) -> None:
        """Move an event to the dead letters."""
        self._execute(_BURY, reason, status_code, self._clock.time(), id_)

    def count_pending(self, timeout: float = _LOCK_TIMEOUT) -> int:
        """Return the number of pending events."""
        return int(self._row("SELECT pending FROM state", timeout)[0])

    def status(self) -> OutboxStatus:
        """Return the state of the file."""
        pending, dead, oldest, paused, last_error, retry_at = self._row(_STATUS)
        return OutboxStatus(
            pending=pending,
            dead=dead,
            oldest=_date_or_none(oldest),
            paused=paused,
            last_error=last_error,
            retry_at=_date_or_none(retry_at),
            sender_pid=self._guarded(self.sender_lock.holder),
        )

    def dead_letters(self, limit: int, offset: int) -> list[DeadLetter]:
        """Return dead letters in the order of their puts."""
        rows = self._run(
            lambda connection: connection.execute(_DEAD_LETTERS, (limit, offset)).fetchall()
        )
        return [
            DeadLetter(id_, _load(payload), reason, status_code, _date(failed_at))
            for id_, payload, reason, status_code, failed_at in rows
        ]

    def retry(self, ids: Sequence[int] | None) -> int:
        """Move dead letters to their place among the pending events. None means all."""
        if ids is None:
            return self._execute(_RETRY.format("true"))
        return self._execute(_RETRY.format(_LISTED), json.dumps(ids))

    def discard(self, ids: Sequence[int] | None) -> int:
        """Delete dead letters. None means all."""
        if ids is None:
            return self._execute("DELETE FROM dead_letter")
        return self._execute(f"DELETE FROM dead_letter WHERE {_LISTED}", json.dumps(ids))

    def wake_sender(self, timeout: float = _LOCK_TIMEOUT) -> int:
        """Ask the sender of any process for an attempt now. Return the number of the request."""
        update = "UPDATE state SET wake_count = wake_count + 1"
        self._run(lambda connection: connection.execute(update), timeout)
        return self.wake_count(timeout)

    def wake_count(self, timeout: float = _LOCK_TIMEOUT) -> int:
        """Return the number of the last request for an attempt."""
        return int(self._row("SELECT wake_count FROM state", timeout)[0])

    def next_attempt(self, timeout: float) -> tuple[int, float | None]:
        """Return the last request that had its attempt, and the time of the next attempt."""
        handled, retry_at = self._row("SELECT handled_wake_count, retry_at FROM state", timeout)
        return handled, retry_at

    def record(
        self,
        *,
        paused: str | None,
        last_error: str | None,
        retry_at: float | None,
        handled_wake_count: int,
    ) -> None:
        """Replace the state of the sender."""
        self._execute(
            "UPDATE state SET paused = ?, last_error = ?, retry_at = ?, handled_wake_count = ?",
            *(paused, last_error, retry_at, handled_wake_count),
        )

    def acquire_sender_lock(self) -> bool:
        """Become the sender of the file. Return False if there is one."""
        return self._guarded(self.sender_lock.acquire)

    def before_fork(self) -> None:
        self._disconnect()

    def after_fork_in_child(self) -> None:
        self._connection = None

    def _execute(self, statement: str, *values: object) -> int:
        return self._run(lambda connection: connection.execute(statement, values).rowcount)

    def _row(self, query: str, timeout: float = _LOCK_TIMEOUT) -> tuple[Any, ...]:
        def read(connection: sqlite3.Connection) -> tuple[Any, ...]:
            (row,) = connection.execute(query).fetchall()
            return row

        return self._run(read, timeout)

    def _run(
        self, operation: Callable[[sqlite3.Connection], T], timeout: float = _LOCK_TIMEOUT
    ) -> T:
        """Run one operation. While another process locks the file, try again until `timeout`."""
        give_up_at, pause = time.monotonic() + timeout, _MIN_PAUSE

        while True:
            try:
                with PROCESS_LOCK:
                    return operation(self._connected())
            except (sqlite3.Error, OSError, ValueError) as error:
                if is_interrupt(error):
                    raise
                if not _is_busy(error) or time.monotonic() >= give_up_at:
                    problem = self._error(error)
                    break
            time.sleep(pause * (0.5 + random.random()))
            pause = min(2 * pause, _MAX_PAUSE)
        raise problem

    def _guarded(self, operation: Callable[[], T]) -> T:
        """Run an operation on the file beside the outbox."""
        try:
            return operation()
        except OSError as error:
            if is_interrupt(error):
                raise
            problem = self._error(error)
        raise problem

    def _connected(self) -> sqlite3.Connection:
        if self._is_closed:
            raise OutboxError(f"the outbox {self.path!r} is closed: create a new one")
        if self._connection is None:
            self._connection = _connect(self.path, self._synchronous)
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):  # the checkpoint of the log may fail
                connection.close()

    def _full(self, count: int, max_events: int) -> OutboxFull:
        pending, dead = self._row("SELECT pending, dead FROM state")
        return OutboxFull(
            f"the outbox {self.path!r} has {pending} pending events and {dead} dead letters, so "
            f"{count} more would exceed max_events={max_events}: nothing was stored"
        )

    def _error(self, error: Exception) -> OutboxError:
        reason = error.strerror if isinstance(error, OSError) else printable(str(error))
        return OutboxError(f"cannot use the outbox {self.path!r}: {reason}")


def _connect(path: str, synchronous: str) -> sqlite3.Connection:
    if not os.path.lexists(path):
        with suppress(FileExistsError):  # another process was faster
            # The mode is part of the call, so that no other user can ever read the file.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if os.path.isdir(path):
        raise IsADirectoryError(21, "it is a directory")
    connection = sqlite3.connect(
        f"{Path(path).as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        timeout=0,
        check_same_thread=False,
    )
    try:
        _check_identity(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.executescript(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_identity(connection: sqlite3.Connection) -> None:
    """Check that a file is new or an outbox, before anything changes it."""
    application_id, version, tables = (
        connection.execute(query).fetchone()[0]
        for query in (
            "PRAGMA application_id",
            "PRAGMA user_version",
            "SELECT count(*) FROM sqlite_master",
        )
    )
    if application_id != _APPLICATION_ID and (application_id or version or tables):
        raise sqlite3.DatabaseError("it is a database of another program: choose another path")
    if application_id == _APPLICATION_ID and version != _VERSION:
        raise sqlite3.DatabaseError(
            f"it has version {version} of an outbox, and this memsy reads version {_VERSION}"
        )


def _is_busy(error: Exception) -> bool:
    text = str(error)
    return isinstance(error, sqlite3.OperationalError) and (
        "is locked" in text or "locking protocol" in text
    )


def _load(payload: str) -> EventPayload:
    return EventPayload(**json.loads(payload))


def _date(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def _date_or_none(seconds: float | None) -> datetime | None:
    return None if seconds is None else _date(seconds)
