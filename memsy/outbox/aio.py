"""Async outbox."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Literal, TypeVar

from typing_extensions import Self

from memsy._core.time_source import TimeSource
from memsy.models import EventPayload
from memsy.outbox.base import OutboxCore
from memsy.outbox.records import DeadLetter, OutboxStatus
from memsy.outbox.sender import Flow, Ingest, Run, Sleep, Step
from memsy.outbox.sync import Outbox
from memsy.parity import mirrors
from memsy.protocols import AsyncMemsyClientProtocol

__all__ = ["AsyncOutbox"]

T = TypeVar("T")


class _Core(OutboxCore):
    def __init__(self, client: AsyncMemsyClientProtocol, *args: Any, **options: Any) -> None:
        self.client = client
        self._forget_sender()
        super().__init__(client, *args, **options)

    def _forget_sender(self) -> None:
        self.task: asyncio.Task[None] | None = None
        self.work: asyncio.Event | None = None
        self.loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        if not self.background:
            return
        if self.task is None or self.task.done() or (self.loop and self.loop.is_closed()):
            self.loop = asyncio.get_running_loop()
            self.work = asyncio.Event()
            self.task = self.loop.create_task(self.drive(self.sender.serve()))

    def wake(self, *, always: bool = False) -> None:
        if self.work is not None and self.loop is not None and (always or self.sender.wants_work):
            self.loop.call_soon_threadsafe(self.work.set)

    async def drive(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    result = await self._perform(step)
                except BaseException as error:  # noqa: BLE001
                    step = flow.throw(error)
                else:
                    step = flow.send(result)
        except StopIteration as stop:
            result: T = stop.value
            return result

    async def _perform(self, step: Step) -> object:
        if isinstance(step, Run):
            return await asyncio.to_thread(step.function)
        if isinstance(step, Ingest):
            client = self.client
            if step.timeout is not None:
                client = client.with_options(timeout=step.timeout)
            return await client.ingest(step.events)
        if isinstance(step, Sleep):
            return await self.clock.sleep_async(step.seconds)
        assert self.work is not None
        try:
            await asyncio.wait_for(self.work.wait(), step.seconds)
        except asyncio.TimeoutError:
            pass
        return self.work.clear()


@mirrors(Outbox)
class AsyncOutbox:
    """Durable queue of events in front of an async client."""

    def __init__(
        self,
        client: AsyncMemsyClientProtocol,
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

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._core.storage.open)
        self._core.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def put(self, event: EventPayload) -> None:
        await asyncio.to_thread(self._core.put, event)
        self._core.start()
        self._core.wake()

    async def put_many(self, events: Iterable[EventPayload]) -> int:
        count = await asyncio.to_thread(self._core.put_many, events)
        self._core.start()
        self._core.wake()
        return count

    async def pump(self) -> int:
        return await self._core.drive(self._core.sender.pump())

    async def flush(self, timeout: float = 30.0) -> int:  # noqa: ASYNC109
        self._core.start()
        self._core.wake(always=True)
        flow = self._core.sender.flush(timeout, in_background=self._core.background)
        return await self._core.drive(flow)

    async def close(self, timeout: float = 30.0) -> int:  # noqa: ASYNC109
        core = self._core
        if core.left is not None:
            return core.left
        try:
            core.left = await self.flush(timeout)
        finally:
            core.sender.is_stopping = True
            if core.task is not None:
                core.task.cancel()
                await asyncio.wait({core.task}, timeout=1.0)
            core.storage.close()
        return core.left

    async def status(self) -> OutboxStatus:
        return await asyncio.to_thread(self._core.status)

    async def dead_letters(self, *, limit: int = 100, offset: int = 0) -> list[DeadLetter]:
        return await asyncio.to_thread(self._core.storage.dead_letters, limit, offset)

    async def retry(self, ids: Iterable[int] | None = None) -> int:
        moved = await asyncio.to_thread(self._core.retry, ids)
        self._core.wake(always=True)
        return moved

    async def discard(self, ids: Iterable[int] | None = None) -> int:
        return await asyncio.to_thread(self._core.discard, ids)
