"""Sync outbox."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Literal, TypeVar

from typing_extensions import Self

from memsy._core.time_source import TimeSource
from memsy.models import EventPayload
from memsy.outbox.base import OutboxCore
from memsy.outbox.records import DeadLetter, OutboxStatus
from memsy.outbox.sender import Flow, Ingest, Run, Sleep, Step
from memsy.protocols import MemsyClientProtocol

__all__ = ["Outbox"]

T = TypeVar("T")


class _Core(OutboxCore):
    def __init__(self, client: MemsyClientProtocol, *args: Any, **options: Any) -> None:
        self.client = client
        self._forget_sender()
        super().__init__(client, *args, **options)

    def _forget_sender(self) -> None:
        self.thread: threading.Thread | None = None
        self.work = threading.Event()
        self.starting = threading.Lock()

    def start(self) -> None:
        if self.thread is None and self.background:
            with self.starting:
                if self.thread is None:
                    thread = threading.Thread(target=self._serve, name="memsy-outbox", daemon=True)
                    thread.start()
                    self.thread = thread

    def _serve(self) -> None:
        self.drive(self.sender.serve())
        self.storage.close()

    def wake(self) -> None:
        if self.sender.wants_work and not self.work.is_set():
            self.work.set()

    def drive(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    result = self._perform(step)
                except BaseException as error:  # noqa: BLE001
                    step = flow.throw(error)
                else:
                    step = flow.send(result)
        except StopIteration as stop:
            result: T = stop.value
            return result

    def _perform(self, step: Step) -> object:
        if isinstance(step, Run):
            return step.function()
        if isinstance(step, Ingest):
            client = self.client
            if step.timeout is not None:
                client = client.with_options(timeout=step.timeout)
            return client.ingest(step.events)
        if isinstance(step, Sleep):
            return self.clock.sleep(step.seconds)
        self.work.wait(step.seconds)
        return self.work.clear()


class Outbox:
    """Durable queue of events in front of a sync client."""

    def __init__(
        self,
        client: MemsyClientProtocol,
        path: str | os.PathLike[str],
        *,
        max_events: int = 100_000,
        batch_size: int = 500,
        synchronous: Literal["NORMAL", "FULL"] = "NORMAL",
        background: bool = True,
        clock: TimeSource | None = None,
    ) -> None:
        self._core = _Core(
            client,
            path,
            max_events=max_events,
            batch_size=batch_size,
            synchronous=synchronous,
            background=background,
            clock=clock,
        )

    def __enter__(self) -> Self:
        self._core.storage.open()
        self._core.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def put(self, event: EventPayload) -> None:
        self._core.put(event)
        self._core.start()
        self._core.wake()

    def put_many(self, events: Iterable[EventPayload]) -> int:
        count = self._core.put_many(events)
        self._core.start()
        self._core.wake()
        return count

    def pump(self) -> int:
        return self._core.drive(self._core.sender.pump())

    def flush(self, timeout: float = 30.0) -> int:
        self._core.start()
        self._core.work.set()
        flow = self._core.sender.flush(timeout, in_background=self._core.background)
        return self._core.drive(flow)

    def close(self, timeout: float = 30.0) -> int:
        core = self._core
        if core.left is not None:
            return core.left
        try:
            core.left = self.flush(timeout)
        finally:
            core.sender.is_stopping = True
            core.work.set()
            if core.thread is not None:
                core.thread.join(1.0)
            if core.thread is None or not core.thread.is_alive():
                core.storage.close()
        return core.left

    def status(self) -> OutboxStatus:
        return self._core.status()

    def dead_letters(self, *, limit: int = 100, offset: int = 0) -> list[DeadLetter]:
        return self._core.storage.dead_letters(limit, offset)

    def retry(self, ids: Iterable[int] | None = None) -> int:
        moved = self._core.retry(ids)
        self._core.work.set()
        return moved

    def discard(self, ids: Iterable[int] | None = None) -> int:
        return self._core.discard(ids)
