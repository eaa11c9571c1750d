"""Driver of a load on threads: one thread for each batch in flight."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from threading import Event, Thread, current_thread

from memsy._core.interrupts import is_interrupt
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
from memsy.protocols import MemsyClientProtocol


def drive(
    load: Load, client: MemsyClientProtocol, events: Iterable[EventPayload], clock: TimeSource
) -> Iterator[BatchResult]:
    """Yield the results of a load. At the end, wait for the batches in flight."""
    threads = _Threads(client.with_options(max_retries=0), clock)
    process, flow, source = os.getpid(), load.run(), iter(events)
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
                    reply = next(source, END)
                elif isinstance(step, Yield):
                    yield step.result
                    check_process(process)
                else:
                    reply = threads.run(step)
            except BaseException as caught:  # noqa: BLE001 - the load decides
                error = caught
    finally:
        error = None  # its traceback refers to this frame
        if os.getpid() == process:
            if isinstance(current_thread(), _BatchThread):
                # The garbage collector ends an abandoned stream, maybe while a lock is held here.
                Thread(target=_end, args=(load, threads), name="memsy-bulk-end").start()
            else:
                _end(load, threads)


def _end(load: Load, threads: _Threads) -> None:
    """Start no further batch, and wait for those in flight."""
    load.stop()
    try:
        threads.join()
    finally:
        load.close()


class _BatchThread(Thread):
    """Thread of a batch in flight."""


class _Threads:
    """Threads of the batches in flight."""

    def __init__(self, client: MemsyClientProtocol, clock: TimeSource) -> None:
        self._client = client
        self._clock = clock
        self._running = set[Thread]()
        self._has_ended = Event()

    def run(self, step: LoadStep) -> object:
        """Execute a step of the load, and return its reply."""
        if isinstance(step, Start):
            self._start(step.flow, step.on_end)
        elif isinstance(step, Run):
            return step.function()
        else:
            self._has_ended.wait()
            self._has_ended.clear()
        return None

    def join(self) -> None:
        """Wait for all batches."""
        for thread in list(self._running):
            if thread.ident is not None:  # an exception may have come before its start
                thread.join()

    def _start(self, flow: BatchFlow, on_end: Callable[[Outcome | BaseException], None]) -> None:
        def deliver() -> None:
            try:
                on_end(self._deliver(flow))
            except BaseException as error:  # noqa: BLE001 - raised in the thread of the load
                on_end(error)
            finally:
                self._running.discard(thread)
                self._has_ended.set()

        # The thread shares the context of the caller, for example the current span.
        thread = _BatchThread(target=copy_context().run, args=(deliver,), name="memsy-bulk")
        self._running.add(thread)
        try:
            thread.start()
        except RuntimeError as error:
            if is_interrupt(error):
                raise
            deliver()  # the system allows no further thread

    def _deliver(self, flow: BatchFlow) -> Outcome:
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
                reply = self._run_batch_step(step)
            except BaseException as caught:  # noqa: BLE001 - the flow decides
                error = caught

    def _run_batch_step(self, step: BatchStep) -> object:
        if isinstance(step, Send):
            client = self._client
            if step.timeout is not None:
                client = client.with_options(timeout=step.timeout)
            return client.ingest(step.events)
        if isinstance(step, Sleep):
            self._clock.sleep(step.seconds)
        elif isinstance(step, Run):
            return step.function()
        else:
            turn = Event()
            step.request(turn.set)
            turn.wait()
        return None
