"""
Sender of an outbox: batches, backoff, pauses and dead letters, without I/O and without `async`.

A flow is a generator. It yields steps, and receives the result or the error of each step.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any, TypeAlias, TypeVar

from attrs import frozen

from memsy._core.ingest_errors import refused_indices, stored_before
from memsy._core.interrupts import is_interrupt
from memsy._core.retry import RetrySafety, is_retry_allowed, requested_pause
from memsy._core.time_source import TimeSource
from memsy.exceptions import MemsyAPIError, MemsyError
from memsy.models import EventPayload
from memsy.outbox.errors import OutboxError
from memsy.outbox.locks import SenderLock
from memsy.outbox.storage import LOCK_TIMEOUT, Attempts, Storage, StoredEvent

T = TypeVar("T")

POLL_INTERVAL = 1.0
"""Seconds after which an idle sender looks for events and for requests of other processes."""

FLUSH_INTERVAL = 0.02
"""Seconds after which a flush looks at the progress of another sender."""

MAX_BACKOFF = 60.0
PROBE_INTERVAL = 60.0
"""Seconds between the attempts during a pause."""

MAX_RETRY_AFTER = 3600.0
"""Longest `Retry-After` in seconds. A longer one is shortened, so that an error in it ends."""

_JITTER = 0.25
_REFUSED_STATUSES = frozenset({413, 422})


@frozen
class Run:
    """Run a function that uses the disk, and return its result."""

    function: Callable[[], Any]


@frozen
class Ingest:
    """Send events with `client.ingest`, in at most `timeout` seconds."""

    events: Sequence[EventPayload]
    timeout: float | None


@frozen
class Sleep:
    """
    Sleep on the clock of the outbox, in seconds.

    With `is_real`, also a virtual clock takes this long: a background sender works meanwhile.
    """

    seconds: float
    is_real: bool = False


@frozen
class WaitForWork:
    """Wait until the outbox wakes its sender, at most for a number of seconds."""

    seconds: float


Step: TypeAlias = Run | Ingest | Sleep | WaitForWork
Flow: TypeAlias = Generator[Step, Any, T]


class Sender:
    """
    Sender of one outbox object. Its backoff is on the monotonic clock, and only in memory.

    Args:
        storage: The file.
        clock: Clock of backoff, pauses and timeouts.
        batch_size: Maximum number of events in a batch.
        wake: Wakes the background sender of this outbox object.
        random_source: Returns a number from 0.0 up to, not including, 1.0, for the jitter.

    Attributes:
        is_stopping: True from the start of `close()` on: no further batch starts.
        last_error: Error of the last attempt, also if the file could not record it.
    """

    def __init__(
        self,
        storage: Storage,
        clock: TimeSource,
        batch_size: int,
        wake: Callable[[], None],
        random_source: Callable[[], float] = random.random,
    ) -> None:
        self.is_stopping = False
        self.last_error: str | None = None
        self._storage = storage
        self._clock = clock
        self._batch_size = self._limit = batch_size
        self._wake = wake
        self._random_source = random_source
        self._failures = 0
        self._next_attempt_at = clock.monotonic()
        self._is_serving = False
        self._is_state_clear = False
        self._handled = 0
        self._acknowledged: list[int] = []

    @property
    def wants_work(self) -> bool:
        """True if the background sender of this object would send a new event at once."""
        return self._is_serving and self._is_due

    @property
    def _is_due(self) -> bool:
        return self._clock.monotonic() >= self._next_attempt_at

    def serve(self) -> Generator[Step, Any, None]:
        """Send in the background until `is_stopping`."""
        lock, is_sender = self._storage.create_sender_lock(), False
        try:
            while not self.is_stopping:
                is_sender = yield from self._serve_once(lock, is_sender=is_sender)
                yield WaitForWork(self._idle_time())
        finally:
            if is_sender:
                self._is_serving = False
            lock.release()

    def _serve_once(self, lock: SenderLock, *, is_sender: bool) -> Generator[Step, Any, bool]:
        """Become the sender, if there is none, and send. Return True for the sender."""
        try:
            # Without a step: a cancellation during a step would lose the lock.
            is_sender = is_sender or self._storage.acquire(lock)
            if is_sender:
                self._is_serving = True
                yield from self._send_due(None)
        except OutboxError as error:
            self._back_off(error)
        except Exception as error:  # a client of the user may raise anything
            if is_interrupt(error):
                raise
            self.last_error = f"{type(error).__name__} in the sender"
            self._next_attempt_at = self._clock.monotonic() + PROBE_INTERVAL
        return is_sender

    def _idle_time(self) -> float:
        wait = self._next_attempt_at - self._clock.monotonic()
        return min(wait, POLL_INTERVAL) if wait > 0 else POLL_INTERVAL

    def pump(self, ends_at: float | None = None) -> Generator[Step, Any, int]:
        """Send what is due until `ends_at`, and return the number of acknowledged events."""
        lock = self._storage.create_sender_lock()
        try:
            if not self._storage.acquire(lock):
                return 0
            return (yield from self._send_due(ends_at))
        finally:
            lock.release()

    def flush(self, timeout: float, *, in_background: bool) -> Generator[Step, Any, int]:
        """
        Send now, and return the number of events that are left.

        Args:
            timeout: Longest duration in seconds.
            in_background: The background sender sends the events.
        """
        ends_at = self._clock.monotonic() + timeout
        requested: int = yield self._run(self._storage.request_attempt, ends_at)
        self._wake()
        while True:
            if not in_background:
                yield from self.pump(ends_at)
            left: int = yield self._run(self._storage.count_pending, ends_at)
            attempts: Attempts = yield self._run(self._storage.attempts, ends_at)
            remaining = ends_at - self._clock.monotonic()
            pause = FLUSH_INTERVAL
            if attempts.handled >= requested and attempts.retry_at is not None:
                pause = max(pause, attempts.retry_at - self._clock.time())
            if not left or pause > remaining:
                return left
            if in_background:
                yield Sleep(FLUSH_INTERVAL, is_real=True)
            else:
                yield Sleep(min(pause, POLL_INTERVAL))

    def _run(
        self,
        function: Callable[..., T],
        ends_at: float | None,
        *args: object,
        **options: object,
    ) -> Run:
        """Return a step with an operation of the storage that ends at `ends_at`."""
        timeout = LOCK_TIMEOUT
        if ends_at is not None:
            timeout = min(timeout, max(0.0, ends_at - self._clock.monotonic()))
        return Run(partial(function, *args, timeout=timeout, **options))

    def _send_due(self, ends_at: float | None) -> Generator[Step, Any, int]:
        """Send batches until the outbox is empty or an attempt fails."""
        sent = 0
        yield from self._check_requests(ends_at)
        while self._is_due and not self.is_stopping:
            timeout = None if ends_at is None else ends_at - self._clock.monotonic()
            if timeout is not None and timeout <= 0:
                break
            yield from self._delete_acknowledged(ends_at)
            batch: list[StoredEvent] = yield self._run(
                self._storage.first_events, ends_at, self._limit
            )
            if not batch:
                yield from self._clear_state(ends_at)
                break
            sent += yield from self._send(batch, timeout, ends_at)
        return sent

    def _check_requests(self, ends_at: float | None) -> Generator[Step, Any, None]:
        """End a pause after a request, and wait for one in a pause that an earlier sender left."""
        attempts: Attempts = yield self._run(self._storage.attempts, ends_at)
        # The file has an old number if there was nothing to record after a success.
        if attempts.requested not in (attempts.handled, self._handled):
            self._next_attempt_at = self._clock.monotonic()
        elif attempts.retry_at == math.inf:
            self._next_attempt_at = math.inf
        self._handled = attempts.requested
        self._is_state_clear = attempts.is_clear

    def _send(
        self, batch: Sequence[StoredEvent], timeout: float | None, ends_at: float | None
    ) -> Generator[Step, Any, int]:
        """Send one batch, and return the number of acknowledged events."""
        try:
            yield Ingest([stored.event for stored in batch], timeout)
        except MemsyError as error:
            count = stored_before(error)
            self._acknowledged = [stored.id for stored in batch[:count]]
            yield from self._delete_acknowledged(ends_at)
            yield from self._on_error(error, batch, ends_at)
            return count
        self._acknowledged = [stored.id for stored in batch]
        yield from self._delete_acknowledged(ends_at)
        yield from self._on_success(ends_at)
        return len(batch)

    def _delete_acknowledged(self, ends_at: float | None) -> Generator[Step, Any, None]:
        if self._acknowledged:
            yield self._run(self._storage.delete, ends_at, self._acknowledged)
            self._acknowledged = []

    def _on_success(self, ends_at: float | None) -> Generator[Step, Any, None]:
        self._limit = min(self._batch_size, 2 * self._limit)
        self._failures = 0
        yield from self._clear_state(ends_at)

    def _clear_state(self, ends_at: float | None) -> Generator[Step, Any, None]:
        if self.last_error is not None or not self._is_state_clear:
            self.last_error = None
            yield from self._record(None, None, ends_at)
            self._is_state_clear = True

    def _on_error(
        self, error: MemsyError, batch: Sequence[StoredEvent], ends_at: float | None
    ) -> Generator[Step, Any, None]:
        status = error.status_code if isinstance(error, MemsyAPIError) else None
        if status in _REFUSED_STATUSES:
            yield from self._on_refusal(error, status, batch, ends_at)
        elif is_retry_allowed(error, RetrySafety.WITHIN_WINDOW):
            yield from self._record(None, self._back_off(error), ends_at)
        else:
            # The service may store a batch again with each attempt that it may have processed.
            delay = math.inf if error.maybe_processed else PROBE_INTERVAL
            self.last_error = str(error)
            self._next_attempt_at = self._clock.monotonic() + delay
            yield from self._record(self.last_error, delay, ends_at)

    def _on_refusal(
        self,
        error: MemsyError,
        status: int | None,
        batch: Sequence[StoredEvent],
        ends_at: float | None,
    ) -> Generator[Step, Any, None]:
        """Send fewer events next, or move a refused event that was alone to the dead letters."""
        stored = stored_before(error)
        rest = len(batch) - stored
        if rest > 1:
            named = [index - stored for index in refused_indices(error, len(batch))]
            first = next((index for index in named if index >= 0), rest // 2)
            self._limit = max(1, first)
            return
        yield self._run(
            self._storage.move_to_dead_letters, ends_at, batch[stored].id, error.message, status
        )
        yield from self._on_success(ends_at)

    def _back_off(self, error: MemsyError) -> float:
        """Delay the next attempt, and return the delay in seconds."""
        self.last_error = str(error)
        delay = requested_pause(error, self._clock.time())
        if delay is None:
            delay = min(MAX_BACKOFF, 2.0 ** min(self._failures, 16))
            delay *= 1 - _JITTER * self._random_source()
        delay = min(delay, MAX_RETRY_AFTER)
        self._failures += 1
        self._next_attempt_at = self._clock.monotonic() + delay
        return delay

    def _record(
        self, paused: str | None, delay: float | None, ends_at: float | None
    ) -> Generator[Step, Any, None]:
        self._is_state_clear = False
        yield self._run(
            self._storage.record,
            ends_at,
            paused=paused,
            last_error=self.last_error,
            retry_at=None if delay is None or delay == math.inf else self._clock.time() + delay,
            handled=self._handled,
        )
