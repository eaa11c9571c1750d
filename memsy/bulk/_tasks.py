"""Driver of a load on asyncio: one task for each batch in flight."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable

from memsy._core.event_loop import require_asyncio_task
from memsy._core.time_source import TimeSource
from memsy.bulk._arguments import check_process
from memsy.bulk._load import Load
from memsy.bulk._results import BatchResult
from memsy.bulk._steps import (
    END,
    READ,
    BatchFlow,
    BatchStep,
    LoadStep,
    Outcome,
    Run,
    Send,
    Sleep,
    Start,
    Yield,
)
from memsy.models import EventPayload
from memsy.protocols import AsyncMemsyClientProtocol


async def drive_async(
    load: Load,
    client: AsyncMemsyClientProtocol,
    events: Iterable[EventPayload] | AsyncIterable[EventPayload],
    clock: TimeSource,
) -> AsyncIterator[BatchResult]:
    """Yield the results of a load. At the end, wait for the batches in flight."""
    require_asyncio_task()
    tasks = _Tasks(client.with_options(max_retries=0), clock)
    process, flow = os.getpid(), load.run()
    source = events.__aiter__() if isinstance(events, AsyncIterable) else iter(events)
    reply: object = None
    error: BaseException | None = None
    try:
        while True:
            try:
                step = flow.send(reply) if error is None else flow.throw(error)
            except StopIteration:
                return
            reply = error = None
            try:
                if step is READ:
                    if isinstance(source, AsyncIterator):
                        reply = await anext(source, END)
                    else:
                        reply = next(source, END)
                elif isinstance(step, Yield):
                    yield step.result
                    check_process(process)
                else:
                    reply = await tasks.run(step)
            except BaseException as caught:  # noqa: BLE001 - the load decides
                error = caught
    finally:
        error = None  # its traceback refers to this frame
        if os.getpid() == process:
            load.stop()
            try:
                await tasks.join()
            finally:
                load.close()


class _Tasks:
    """Tasks of the batches in flight."""

    def __init__(self, client: AsyncMemsyClientProtocol, clock: TimeSource) -> None:
        self._client = client
        self._clock = clock
        self._running = set[asyncio.Task[None]]()
        self._has_ended = asyncio.Event()

    async def run(self, step: LoadStep) -> object:
        """Execute a step of the load, and return its reply."""
        if isinstance(step, Start):
            self._start(step.flow, step.on_end)
            await asyncio.sleep(0)  # the task sends its request before the next event is read
        elif isinstance(step, Run):
            return await _call_in_thread(step.function)
        else:
            await self._has_ended.wait()
            self._has_ended.clear()
        return None

    async def join(self) -> None:
        """Wait for all batches."""
        if self._running:
            await asyncio.wait(self._running)

    def _start(self, flow: BatchFlow, on_end: Callable[[Outcome | BaseException], None]) -> None:
        async def deliver() -> None:
            try:
                on_end(await self._deliver(flow))
            except BaseException as error:  # noqa: BLE001 - raised in the task of the load
                on_end(error)
            finally:
                self._has_ended.set()

        task = asyncio.create_task(deliver(), name="memsy-bulk")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _deliver(self, flow: BatchFlow) -> Outcome:
        reply: object = None
        error: BaseException | None = None
        while True:
            try:
                step = flow.send(reply) if error is None else flow.throw(error)
            except StopIteration as stop:
                outcome: Outcome = stop.value
                return outcome
            reply = error = None
            try:
                reply = await self._run_batch_step(step)
            except BaseException as caught:  # noqa: BLE001 - the flow decides
                error = caught

    async def _run_batch_step(self, step: BatchStep) -> object:
        if isinstance(step, Send):
            client = self._client
            if step.timeout is not None:
                client = client.with_options(timeout=step.timeout)
            return await client.ingest(step.events)
        if isinstance(step, Sleep):
            await self._clock.sleep_async(step.seconds)
        elif isinstance(step, Run):
            return await _call_in_thread(step.function)
        else:
            turn = asyncio.Event()
            step.request(turn.set)
            await turn.wait()
        return None


async def _call_in_thread(function: Callable[[], object]) -> object:
    """Call a function in a thread. A cancellation continues when the function has returned."""
    call = asyncio.get_running_loop().run_in_executor(None, function)
    cancelled: asyncio.CancelledError | None = None
    while not call.done():
        try:
            await asyncio.wait((call,))
        except asyncio.CancelledError as error:  # noqa: PERF203 - each cancellation may be one
            cancelled = error
    if cancelled is not None and call.exception() is None:
        raise cancelled
    return call.result()
