"""Sync outbox, with a background thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TypeVar

from typing_extensions import Self

from memsy._core import encode
from memsy._core.client_clock import total_timeout_of
from memsy._core.interrupts import is_interrupt
from memsy.models import EventPayload
from memsy.outbox.base import OutboxBase
from memsy.outbox.errors import OutboxError
from memsy.outbox.records import DeadLetter, OutboxStatus
from memsy.outbox.sender import Flow, Ingest, Run, Sender, Sleep, Step
from memsy.protocols import MemsyClientProtocol

__all__ = ["Outbox"]

T = TypeVar("T")

_GRACE_PERIOD = 0.1
"""Shortest wait of `close` for a sender that is idle, in seconds."""


class Outbox(OutboxBase[MemsyClientProtocol]):
    """
    Durable queue of events in front of a client.

    `put` returns when the event is in a SQLite file. A background thread sends the events in the
    order of the puts, and deletes them after the acknowledgement of the service. It retries for
    ever, with a backoff of 1 s that doubles up to 60 s. `Retry-After` replaces the backoff.

    * At least once: an event is stored twice if its acknowledgement is lost for more than 60 s, for
      example because the process is killed between the response and the deletion, and starts again
      later. Within 60 s the service recognises the repeated event.
    * Durability: a killed process loses nothing that `put` returned for. A power failure may undo
      the last puts, and leaves the file intact. With `synchronous="FULL"` it undoes nothing.
    * A refused event, 422 or 413, ends in the dead letters with the reason. The sender halves its
      batches until the refused event is alone, so all other events are stored.
    * Any other error that needs an operator, such as 401, 403 or a used-up quota, pauses the
      sender. It tries again once a minute.
    * A lasting error after which the batch may be stored, such as a 2xx response of another shape
      (`MemsyResponseError`), also pauses the sender. After 60 s, each attempt may store the batch
      again, so there is none before a call of `flush`, `retry` or `close`.
    * All threads may use one outbox, and all processes may use one file. One of the processes
      sends. When it ends or is killed, another process takes over within a second.
    * A forked child may use the outbox of its parent. It opens the file itself, and starts its own
      thread.

    The daemon thread starts with the `with` block or the first call, and does not delay the end of
    the interpreter. What was not sent then stays in the file for the next start.

    All methods raise `OutboxError` if the file is unusable, locked for more than 10 s, or closed.
    """

    def _reset(self) -> None:
        self._thread: threading.Thread | None = None
        # Unlike an Event, it has no lock that an exception of a signal handler could leave taken.
        self._work = SimpleQueue[None]()
        self._starting = threading.RLock()  # a signal handler may put an event
        super()._reset()

    def __enter__(self) -> Self:
        """Open the outbox."""
        self.open()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """
        Open the file, and send the events that it contains in the background.

        A second call does nothing. The `with` block and every other method open the outbox, too.
        """
        self._storage.open()
        self._ensure_sender()

    def put(self, event: EventPayload) -> None:
        """
        Store an event in the file.

        An event without `ts` gets the time of the put.

        Raises:
            OutboxFull: The outbox has `max_events` events. Nothing was stored.
            OutboxError: The file cannot be written, for example because the disk is full. Nothing
                was stored.
            MemsyConfigurationError: `event` cannot be encoded as JSON. Nothing was stored.
        """
        self._put(event)
        self._on_put()

    def put_many(self, events: Iterable[EventPayload]) -> int:
        """
        Store all events in one transaction, or none of them. Return their number.

        Raises:
            OutboxFull: The events would exceed `max_events`. Nothing was stored.
            OutboxError: The file cannot be written. Nothing was stored.
            MemsyConfigurationError: An event cannot be encoded as JSON. Nothing was stored.
        """
        count = self._put_many(events)
        self._on_put()
        return count

    def pump(self) -> int:
        """
        Send what is due now, in this thread. Return the number of acknowledged events.

        The method returns when the outbox is empty, or when an attempt failed and the next one is
        due later. It returns 0 if another sender sends the events of this file.
        """
        return self._drive(self._open_sender.pump())

    def flush(self, timeout: float = 30.0) -> int:
        """
        Send all events now. Return the number of events that are left.

        The flush ends a backoff or a pause early, also in the sender of another process. It returns
        when the outbox is empty, after `timeout`, or when the next attempt is due after `timeout`.

        Args:
            timeout: Longest duration in seconds.
        """
        seconds = encode.non_negative("timeout", timeout)
        self._ensure_sender()
        flow = self._open_sender.flush(seconds, in_background=self._has_sender())
        return self._drive(flow)

    def close(self, timeout: float = 30.0) -> int:
        """
        Flush, and stop the sender. Return the number of events that are left in the file.

        A request that is still running after `timeout` ends in the background. A second `close()`
        only returns the number, and every other call raises `OutboxError`.

        Args:
            timeout: Longest duration in seconds.
        """
        ends_at = time.monotonic() + encode.non_negative("timeout", timeout)
        if not self._is_closed:
            try:
                self._left = self.flush(timeout)
            except OutboxError:
                if not self._is_closed:  # otherwise another thread closed the file
                    raise
            finally:
                self._stop(ends_at)
        if self._left is None:
            self._left = self._count_left(ends_at)
        return self._left

    def status(self) -> OutboxStatus:
        """Return the state of the file, in constant time."""
        return self._status()

    def dead_letters(self, *, limit: int = 100, offset: int = 0) -> list[DeadLetter]:
        """
        Return refused events, in the order of their puts.

        Args:
            limit: Maximum number of dead letters.
            offset: Number of dead letters to skip.
        """
        return self._dead_letters(limit, offset)

    def retry(self, ids: Iterable[int] | None = None) -> int:
        """
        Move dead letters back to their places in the queue, and end a pause. Return their number.

        Args:
            ids: Ids of dead letters. Unknown ids are ignored. None means all.
        """
        return self._retry(ids)

    def discard(self, ids: Iterable[int] | None = None) -> int:
        """
        Delete dead letters for ever. Return their number.

        Args:
            ids: Ids of dead letters. Unknown ids are ignored. None means all.
        """
        return self._discard(ids)

    def _has_sender(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _ensure_sender(self) -> None:
        """Start the thread if it does not run: it does not exist in a forked child."""
        if not self._background or self._has_sender():
            return
        with self._starting:
            if self._has_sender() or self._is_closed:
                return
            thread = threading.Thread(
                target=self._serve, args=(self._sender,), name="memsy-outbox", daemon=True
            )
            self._thread = thread  # before the start, which an interrupt may leave
            try:
                thread.start()
            except RuntimeError as error:  # too many threads, or the end of the interpreter
                if is_interrupt(error):
                    raise

    def _serve(self, sender: Sender) -> None:
        try:
            self._drive(sender.serve())
        finally:
            if sender.is_stopping:
                self._file.close()

    def _on_put(self) -> None:
        self._ensure_sender()
        if self._sender.wants_work:
            self._wake()

    def _wake(self) -> None:
        if self._work.empty():
            self._work.put(None)

    def _stop(self, ends_at: float) -> None:
        self._is_closed = self._sender.is_stopping = True
        self._wake()
        thread = self._thread
        if thread is not None:
            thread.join(max(_GRACE_PERIOD, ends_at - time.monotonic()))
        if thread is None or not thread.is_alive():
            self._file.close()
        # Otherwise the thread closes the file: it deletes the events of its request before.

    def _drive(self, flow: Flow[T]) -> T:
        """Run the steps of `flow` in this thread and return the result."""
        with closing(flow):  # an interrupt would keep the flow, with its lock, in its traceback
            try:
                step = next(flow)
                while True:
                    try:
                        value = self._perform(step)
                    except BaseException as error:  # noqa: BLE001, PERF203 - the flow decides
                        step = flow.throw(error)
                    else:
                        step = flow.send(value)
            except StopIteration as stop:
                result: T = stop.value
                return result

    def _perform(self, step: Step) -> object:
        if isinstance(step, Run):
            return step.function()
        if isinstance(step, Ingest):
            client = self._client
            if step.timeout is not None:
                client = client.with_options(timeout=total_timeout_of(client, step.timeout))
            return client.ingest(step.events)
        if isinstance(step, Sleep):
            ends_at = time.monotonic() + step.seconds
            self._clock.sleep(step.seconds)
            if step.is_real:
                time.sleep(max(0.0, ends_at - time.monotonic()))
        else:
            with suppress(Empty):
                self._work.get(timeout=step.seconds)
        return None
