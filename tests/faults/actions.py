"""Run the calls of a case with one client, and record the outcome that the client sees."""

from __future__ import annotations

import asyncio
import inspect
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from attrs import define, field, frozen

from memsy import MemsyError
from memsy._core.timeout import Timeout
from memsy.testing import LocalService
from tests.faults.calls import ClientCall
from tests.faults.clients import AttemptRecorder, ClientKind, async_client, sync_client
from tests.faults.outcome import Outcome, RaisedError
from tests.faults.scenario import do_nothing
from tests.support import process_memory

_DEFAULT_TIMEOUT = 30.0


@frozen
class Task:
    """Calls of one client."""

    calls: Sequence[ClientCall]
    options: dict[str, Any]
    """Options of the client."""
    seed: str
    """Seed of the random pauses: equal seeds give equal pauses."""

    @property
    def timeout(self) -> float:
        """Seconds that a call may take."""
        timeout: float | Timeout = self.options.get("timeout", _DEFAULT_TIMEOUT)
        return Timeout.coerce(timeout).total


def run_task(
    task: Task,
    kind: ClientKind,
    recorder: AttemptRecorder,
    *,
    service: LocalService | None = None,
    between_calls: Callable[[], object] = do_nothing,
) -> Outcome:
    """
    Run `task` with a client of `kind`, and return the outcome that the client sees.

    Args:
        task: Calls of the client.
        kind: Kind of the client.
        recorder: Recorder of the attempts and pauses.
        service: Service of a fake.
        between_calls: Called between two calls.
    """
    log = _Log(recorder, task.timeout)
    peak = process_memory.peak()
    try:
        with _seeded(task.seed):
            if kind in (ClientKind.SYNC, ClientKind.FAKE):
                _run_sync(
                    task,
                    lambda: sync_client(kind, recorder, task.options, service),
                    log,
                    between_calls,
                )
            else:
                asyncio.run(
                    _run_async(
                        task,
                        lambda: async_client(kind, recorder, task.options, service),
                        log,
                        between_calls,
                    )
                )
    except MemsyError as error:
        log.error = RaisedError.of(error)
    return log.outcome(process_memory.peak() - peak)


def _run_sync(
    task: Task, make_client: Callable[[], Any], log: _Log, between_calls: Callable[[], object]
) -> None:
    with make_client() as memsy:
        log.client_created = True
        for call in task.calls:
            if log.attempts:
                between_calls()
            with log.call():
                log.results.append(call(memsy))


async def _run_async(
    task: Task, make_client: Callable[[], Any], log: _Log, between_calls: Callable[[], object]
) -> None:
    async with make_client() as memsy:
        log.client_created = True
        for call in task.calls:
            if log.attempts:
                between_calls()
            with log.call():
                result = call(memsy)
                assert inspect.isawaitable(result)
                log.results.append(await result)


@define
class _Log:
    recorder: AttemptRecorder
    timeout: float
    client_created: bool = False
    results: list[object] = field(factory=list)
    error: RaisedError | None = None
    attempts: list[int] = field(factory=list)
    durations: list[float] = field(factory=list)
    overruns: list[float] = field(factory=list)

    @contextmanager
    def call(self) -> Iterator[None]:
        """Record the attempts and the duration of one call, whether it returns or raises."""
        before = self.recorder.attempts
        deadline = self.recorder.clock.monotonic() + self.timeout
        started_at = time.monotonic()
        try:
            yield
        finally:
            self.durations.append(time.monotonic() - started_at)
            self.overruns.append(self.recorder.clock.monotonic() - deadline)
            self.attempts.append(self.recorder.attempts - before)

    def outcome(self, memory_growth: float) -> Outcome:
        return Outcome(
            client_created=self.client_created,
            results=tuple(self.results),
            error=self.error,
            attempts=tuple(self.attempts),
            pauses=tuple(self.recorder.clock.pauses),
            overrun=max(self.overruns, default=-self.timeout),
            duration=max(self.durations, default=0.0),
            memory_growth=memory_growth,
        )


@contextmanager
def _seeded(seed: str) -> Iterator[None]:
    """Seed the global random generator, and restore it afterwards."""
    state = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(state)
