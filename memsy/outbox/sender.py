"""
Sender of an outbox: batches, backoff, pauses and dead letters, without I/O and without `async`.

Each flow is a generator. It yields steps, and receives their results and errors.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeAlias, TypeVar

from attrs import frozen

from memsy._core.retry import RetrySafety, is_retry_allowed, parse_retry_after
from memsy._core.time_source import TimeSource
from memsy.exceptions import MemsyAPIError, MemsyError
from memsy.models import EventPayload
from memsy.outbox.errors import OutboxError
from memsy.outbox.storage import Storage, StoredEvent

T = TypeVar("T")

POLL_INTERVAL = 1.0
"""Seconds after which an idle sender looks for events of other processes."""

_FLUSH_INTERVAL = 0.02
_MAX_BACKOFF = 60.0
_MAX_RETRY_AFTER = 3600.0
_PROBE_INTERVAL = 60.0
_REFUSALS = (413, 422)


@frozen
class Run:
    """Run a function that uses the disk, and return its result."""

    function: Callable[[], object]


@frozen
class Ingest:
    """Send events with `client.ingest`."""

    events: Sequence[EventPayload]
    timeout: float | None
    """Limit in seconds, or None for the timeout of the client."""


@frozen
class Sleep:
    """Sleep on the clock of the outbox."""

    seconds: float


@frozen
class WaitForWork:
    """Wait until a put, a flush or a close of this outbox, at most for a time in seconds."""

    seconds: float


Step: TypeAlias = Run | Ingest | Sleep | WaitForWork
Flow: TypeAlias = Generator[Step, Any, T]


class Sender:
    """
    State of the sender in one process.

    Args:
        storage: The file.
        clock: Clock of backoff and pauses.
        batch_size: Maximum number of events in a batch.
    """

    def __init__(self, storage: Storage, clock: TimeSource, batch_size: int) -> None:
        self.is_stopping = False
        self.last_error: str | None = None
        """Error of the last attempt, also if the file could not record it."""
        self._storage = storage
        self._clock = clock
        self._batch_size = self._limit = batch_size
        self._failures = 0
        self._next_attempt_at = clock.monotonic()
        self._is_sender = False
        self._wake_count: int | None = None
        self._acknowledged: list[int] = []

    @property
    def wants_work(self) -> bool:
        """True if a new event can be sent at once, so a put wakes the sender."""
        return self._is_sender and self._is_due

    @property
    def _is_due(self) -> bool:
        return self._clock.monotonic() >= self._next_attempt_at

    def serve(self) -> Generator[Step, Any, None]:
        """Send for ever, until `is_stopping`."""
        try:
            while not self.is_stopping:
                yield from self._serve_once()
                yield WaitForWork(self._idle_time())
        finally:
            self._release()

    def _serve_once(self) -> Generator[Step, Any, None]:
        try:
            if self._is_sender or (yield from self._acquire()):
                yield from self._send_due(None)
        except OutboxError as error:
            self._back_off(error)

    def _idle_time(self) -> float:
        wait = self._next_attempt_at - self._clock.monotonic()
        return min(wait, POLL_INTERVAL) if wait > 0 else POLL_INTERVAL

    def pump(self, ends_at: float | None = None) -> Generator[Step, Any, int]:
        """Send what is due, and return the number of acknowledged events."""
        if not (yield from self._acquire()):
            return 0
        try:
            return (yield from self._send_due(ends_at))
        finally:
            self._release()

    def flush(self, timeout: float, *, in_background: bool) -> Generator[Step, Any, int]:
        """Send now, and return the number of events that are left after at most `timeout`."""
        ends_at = self._clock.monotonic() + timeout
        request = yield Run(lambda: self._storage.wake_sender(max(timeout, 0.0)))
        while True:
            if not in_background:
                yield from self.pump(ends_at)
            remaining = max(0.0, ends_at - self._clock.monotonic())
            left: int = yield Run(lambda: self._storage.count_pending(remaining))
            if not left or not remaining:
                return left
            handled, retry_at = yield Run(lambda: self._storage.next_attempt(remaining))
            pause = _FLUSH_INTERVAL
            if handled >= request and retry_at is not None:
                pause = max(pause, retry_at - self._clock.time())
                if pause > remaining:
                    return left
            yield Sleep(min(_FLUSH_INTERVAL if in_background else pause, remaining))

    def _acquire(self) -> Generator[Step, Any, bool]:
        self._is_sender = yield Run(self._storage.acquire_sender_lock)
        return self._is_sender

    def _release(self) -> None:
        if self._is_sender:
            self._is_sender = False
            self._storage.sender_lock.release()

    def _send_due(self, ends_at: float | None) -> Generator[Step, Any, int]:
        sent = 0
        wake_count = yield Run(self._storage.wake_count)
        if wake_count != self._wake_count:
            self._wake_count, self._next_attempt_at = wake_count, self._clock.monotonic()
        while self._is_due and not self.is_stopping:
            timeout = None if ends_at is None else ends_at - self._clock.monotonic()
            if timeout is not None and timeout <= 0:
                break
            yield from self._delete_acknowledged()
            limit = self._limit
            batch: list[StoredEvent] = yield Run(lambda: self._storage.first_events(limit))
            if not batch:
                break
            sent += yield from self._send(batch, timeout)
            yield from self._delete_acknowledged()
        return sent

    def _send(
        self, batch: Sequence[StoredEvent], timeout: float | None
    ) -> Generator[Step, Any, int]:
        """Send one batch, and return the number of acknowledged events."""
        try:
            yield Ingest([stored.event for stored in batch], timeout)
        except MemsyError as error:
            stored = len(error.event_ids)
            self._acknowledged = [stored.id for stored in batch[:stored]]
            yield from self._on_error(error, batch[stored:])
            return stored
        self._acknowledged = [stored.id for stored in batch]
        yield from self._on_progress()
        return len(batch)

    def _delete_acknowledged(self) -> Generator[Step, Any, None]:
        ids = self._acknowledged
        if ids:
            yield Run(lambda: self._storage.delete(ids))
            self._acknowledged = []

    def _on_progress(self) -> Generator[Step, Any, None]:
        self._limit = min(self._batch_size, 2 * self._limit)
        self._failures = 0
        if self.last_error is not None:
            self.last_error = None
            yield from self._record(paused=None, delay=None)

    def _on_error(
        self, error: MemsyError, rest: Sequence[StoredEvent]
    ) -> Generator[Step, Any, None]:
        status = error.status_code if isinstance(error, MemsyAPIError) else None
        if status in _REFUSALS and len(rest) > 1:
            self._limit = len(rest) // 2
        elif status in _REFUSALS:
            reason, id_ = error.message, rest[0].id
            yield Run(lambda: self._storage.bury(id_, reason, status))
            yield from self._on_progress()
        elif is_retry_allowed(error, RetrySafety.WITHIN_WINDOW):
            yield from self._record(paused=None, delay=self._back_off(error))
        else:
            self.last_error = str(error)
            self._next_attempt_at = self._clock.monotonic() + _PROBE_INTERVAL
            yield from self._record(paused=self.last_error, delay=_PROBE_INTERVAL)

    def _back_off(self, error: MemsyError) -> float:
        """Move the next attempt into the future, and return the delay in seconds."""
        self.last_error = str(error)
        delay = _retry_after(error, self._clock.time())
        if delay is None:
            delay = min(_MAX_BACKOFF, 2.0 ** min(self._failures, 16)) * (1 - random.random() / 4)
        self._failures += 1
        self._next_attempt_at = self._clock.monotonic() + delay
        return delay

    def _record(self, *, paused: str | None, delay: float | None) -> Generator[Step, Any, None]:
        retry_at = None if delay is None else self._clock.time() + delay
        yield Run(
            lambda: self._storage.record(
                paused=paused,
                last_error=self.last_error,
                retry_at=retry_at,
                handled_wake_count=self._wake_count or 0,
            )
        )


def _retry_after(error: MemsyError, now: float) -> float | None:
    if not isinstance(error, MemsyAPIError) or error.response is None:
        return None
    requested = parse_retry_after(error.response, now)
    return None if requested is None else min(requested, _MAX_RETRY_AFTER)
