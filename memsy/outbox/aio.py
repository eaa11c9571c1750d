"""Async outbox, with a background task."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from types import TracebackType
from typing import TypeVar

from typing_extensions import Self

from memsy._core import encode
from memsy._core.client_clock import total_timeout_of
from memsy._core.event_loop import require_asyncio_task, running_loop
from memsy._core.interrupts import is_interrupt
from memsy.models import EventPayload
from memsy.outbox.base import OutboxBase
from memsy.outbox.errors import OutboxError
from memsy.outbox.records import DeadLetter, OutboxStatus
from memsy.outbox.sender import Flow, Ingest, Run, Sender, Sleep, Step
from memsy.outbox.sync import Outbox
from memsy.outbox.threads import Threads
from memsy.parity import mirrors
from memsy.protocols import AsyncMemsyClientProtocol

__all__ = ["AsyncOutbox"]

T = TypeVar("T")

_GRACE_PERIOD = 0.1
"""Shortest wait of `close` for a sender that is idle, in seconds."""

_POLL_INTERVAL = 0.02
"""Seconds between two looks at the task of another event loop."""


@mirrors(Outbox)
class AsyncOutbox(OutboxBase[AsyncMemsyClientProtocol]):
    """
    Durable queue of events in front of an async client, with the guarantees of `Outbox`.

    A background task sends the events. It starts with the `async with` block or the first call, in
    the event loop of that call. When this loop has ended, the next call starts a task in its own
    loop. All uses of the file run in a few threads of the outbox, so neither a slow disk blocks the
    loop nor a busy default executor blocks the outbox.

    A cancelled `put` stores its event or not, and possibly after the next one. The outbox stays
    usable.
    """

    def _reset(self) -> None:
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._flow: Flow[None] | None = None
        self._work: asyncio.Future[None] | None = None
        # A put that waits for a locked file must not delay the steps of the sender and of a flush.
        self._calls, self._steps = Threads(), Threads()
        self._starting = threading.RLock()  # a signal handler may start the task
        super()._reset()

    async def __aenter__(self) -> Self:
        """Open the outbox."""
        await self.open()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """
        Open the file, and send the events that it contains in the background.

        A second call does nothing. The `with` block and every other method open the outbox, too.
        """
        await self._calls.run(self._storage.open)
        self._ensure_sender()

    async def put(self, event: EventPayload) -> None:
        """
        Store an event in the file.

        An event without `ts` gets the time of the put.

        Raises:
            OutboxFull: The outbox has `max_events` events. Nothing was stored.
            OutboxError: The file cannot be written, for example because the disk is full. Nothing
                was stored.
            MemsyConfigurationError: `event` cannot be encoded as JSON. Nothing was stored.
        """
        await self._calls.run(lambda: self._put(event))
        self._on_put()

    async def put_many(self, events: Iterable[EventPayload]) -> int:
        """
        Store all events in one transaction, or none of them. Return their number.

        Raises:
            OutboxFull: The events would exceed `max_events`. Nothing was stored.
            OutboxError: The file cannot be written. Nothing was stored.
            MemsyConfigurationError: An event cannot be encoded as JSON. Nothing was stored.
        """
        count = await self._calls.run(lambda: self._put_many(events))
        self._on_put()
        return count

    async def pump(self) -> int:
        """
        Send what is due now, in this task. Return the number of acknowledged events.

        The method returns when the outbox is empty, or when an attempt failed and the next one is
        due later. It returns 0 if another sender sends the events of this file.
        """
        return await self._drive(self._open_sender.pump())

    async def flush(self, timeout: float = 30.0) -> int:
        """
        Send all events now. Return the number of events that are left.

        The flush ends a backoff or a pause early, also in the sender of another process. It returns
        when the outbox is empty, after `timeout`, or when the next attempt is due after `timeout`.

        Args:
            timeout: Longest duration in seconds.
        """
        seconds = encode.non_negative("timeout", timeout)
        require_asyncio_task()
        self._ensure_sender()
        flow = self._open_sender.flush(seconds, in_background=self._has_sender())
        return await self._drive(flow)

    async def close(self, timeout: float = 30.0) -> int:
        """
        Flush, and stop the sender. Return the number of events that are left in the file.

        A request that is still running after `timeout` is cancelled, and its events stay in the
        file. A second `close()` only returns the number, and every other call raises
        `OutboxError`.

        Args:
            timeout: Longest duration in seconds.
        """
        ends_at = time.monotonic() + encode.non_negative("timeout", timeout)
        if not self._is_closed:
            try:
                self._left = await self.flush(timeout)
            except OutboxError:
                if not self._is_closed:  # otherwise another task closed the file
                    raise
            finally:
                await self._stop(ends_at)
        if self._left is None:
            self._left = await self._calls.run(lambda: self._count_left(ends_at))
        return self._left

    async def status(self) -> OutboxStatus:
        """Return the state of the file, in constant time."""
        return await self._calls.run(self._status)

    async def dead_letters(self, *, limit: int = 100, offset: int = 0) -> list[DeadLetter]:
        """
        Return refused events, in the order of their puts.

        Args:
            limit: Maximum number of dead letters.
            offset: Number of dead letters to skip.
        """
        return await self._calls.run(lambda: self._dead_letters(limit, offset))

    async def retry(self, ids: Iterable[int] | None = None) -> int:
        """
        Move dead letters back to their places in the queue, and end a pause. Return their number.

        Args:
            ids: Ids of dead letters. Unknown ids are ignored. None means all.
        """
        return await self._calls.run(lambda: self._retry(ids))

    async def discard(self, ids: Iterable[int] | None = None) -> int:
        """
        Delete dead letters for ever. Return their number.

        Args:
            ids: Ids of dead letters. Unknown ids are ignored. None means all.
        """
        return await self._calls.run(lambda: self._discard(ids))

    def _has_sender(self) -> bool:
        if self._task is None or self._task.done() or self._loop is None:
            return False
        return self._loop is running_loop() or self._loop.is_running()

    def _ensure_sender(self) -> None:
        """Start the task if no loop runs it: its loop may have ended, also in a forked child."""
        if not self._background or self._has_sender():
            return
        with self._starting:
            if self._has_sender() or self._is_closed:
                return
            self._close_flow()
            self._loop = asyncio.get_running_loop()
            self._work = self._loop.create_future()
            self._flow = self._sender.serve()
            self._task = self._loop.create_task(
                self._serve(self._flow, self._sender), name="memsy-outbox"
            )

    def _close_flow(self) -> None:
        """Free the lock of a sender whose loop does not run any more."""
        if self._flow is not None:
            self._flow.close()

    async def _serve(self, flow: Flow[None], sender: Sender) -> None:
        try:
            await self._drive(flow)
        finally:
            if sender.is_stopping:
                self._file.close()

    def _on_put(self) -> None:
        self._ensure_sender()
        if self._sender.wants_work:
            self._wake()

    def _wake(self) -> None:
        loop = self._loop
        if loop is None:
            return
        if loop is running_loop():
            self._set_work()
            return
        try:
            loop.call_soon_threadsafe(self._set_work)
        except RuntimeError as error:  # the loop is closed
            if is_interrupt(error):
                raise

    def _set_work(self) -> None:
        if self._work is not None and not self._work.done():
            self._work.set_result(None)

    async def _stop(self, ends_at: float) -> None:
        self._is_closed = self._sender.is_stopping = True
        self._wake()
        task = self._task
        if task is not None and self._loop is running_loop():
            await asyncio.wait({task}, timeout=max(_GRACE_PERIOD, ends_at - time.monotonic()))
            task.cancel()  # it does nothing to a task that has ended
            await asyncio.wait({task}, timeout=_GRACE_PERIOD)
        elif task is not None and self._has_sender():
            while not task.done() and time.monotonic() < ends_at:  # noqa: ASYNC110 - another loop
                await asyncio.sleep(_POLL_INTERVAL)
        else:
            self._close_flow()
        await self._calls.run(self._file.close)
        self._calls.close()
        self._steps.close()

    async def _drive(self, flow: Flow[T]) -> T:
        """Run the steps of `flow` in this task and return the result."""
        require_asyncio_task()
        with closing(flow):  # an interrupt would keep the flow, with its lock, in its traceback
            try:
                step = next(flow)
                while True:
                    try:
                        value = await self._perform(step)
                    except BaseException as error:  # noqa: BLE001, PERF203 - the flow decides
                        step = flow.throw(error)
                    else:
                        step = flow.send(value)
            except StopIteration as stop:
                result: T = stop.value
                return result

    async def _perform(self, step: Step) -> object:
        if isinstance(step, Run):
            return await self._steps.run(step.function)
        if isinstance(step, Ingest):
            client = self._client
            if step.timeout is not None:
                client = client.with_options(timeout=total_timeout_of(client, step.timeout))
            return await client.ingest(step.events)
        if isinstance(step, Sleep):
            ends_at = time.monotonic() + step.seconds
            await self._clock.sleep_async(step.seconds)
            if step.is_real:
                await asyncio.sleep(max(0.0, ends_at - time.monotonic()))
        elif self._work is not None:
            # Unlike `wait_for`, `wait` raises nothing that could hide a cancellation.
            await asyncio.wait({self._work}, timeout=step.seconds)
            if self._work.done():
                self._work = asyncio.get_running_loop().create_future()
        return None
