"""Sync and async outboxes behind one sync interface."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from attrs import field, frozen

from memsy import RetryPolicy
from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy.models import EventPayload
from memsy.outbox import AsyncOutbox, DeadLetter, Outbox, OutboxStatus
from tests.chaos.clients import AsyncClient, SyncClient, loop_in_thread
from tests.chaos.metric import ASYNC, SYNC
from tests.chaos.recording_proxy import PROCESS_HEADER

# The retries of the client are fast; then the outbox pauses for 1 s, 2 s and so on.
_RETRY = RetryPolicy(max_retries=3, backoff=0.005)


class OutboxCalls(Protocol):
    """Calls of an outbox."""

    def put(self, event: EventPayload) -> None: ...
    def put_many(self, events: Iterable[EventPayload]) -> int: ...
    def flush(self, timeout: float) -> int: ...
    def close(self, timeout: float) -> int: ...
    def status(self) -> OutboxStatus: ...
    def dead_letters(self) -> list[DeadLetter]: ...


@frozen
class OutboxSetup:
    """Client and file of an outbox."""

    url: str
    path: Path
    process: str = "writer"
    """Name of the process in `PROCESS_HEADER`."""
    retry: RetryPolicy = _RETRY
    timeout: float = 30.0
    """Seconds of a request."""
    clock: TimeSource = SYSTEM_TIME
    options: Mapping[str, Any] = field(factory=dict[str, Any])
    """Further arguments of the outbox."""


OpenOutbox: TypeAlias = Callable[[OutboxSetup], AbstractContextManager[OutboxCalls]]


def create_sync(setup: OutboxSetup) -> tuple[SyncClient, Outbox]:
    """Return an outbox that is not open yet, and its client."""
    headers = {PROCESS_HEADER: setup.process}
    client = SyncClient(setup.url, setup.retry, setup.timeout, setup.clock, headers)
    return client, Outbox(client, setup.path, clock=setup.clock, **setup.options)


def create_async(setup: OutboxSetup) -> tuple[AsyncClient, AsyncOutbox]:
    """Return an outbox that is not open yet, and its client."""
    headers = {PROCESS_HEADER: setup.process}
    client = AsyncClient(setup.url, setup.retry, setup.timeout, setup.clock, headers)
    return client, AsyncOutbox(client, setup.path, clock=setup.clock, **setup.options)


@frozen
class _AsyncCalls:
    """Calls of an async outbox, each in the loop of another thread."""

    put: Callable[[EventPayload], None]
    put_many: Callable[[Iterable[EventPayload]], int]
    flush: Callable[[float], int]
    close: Callable[[float], int]
    status: Callable[[], OutboxStatus]
    dead_letters: Callable[[], list[DeadLetter]]


@contextmanager
def opened_in_loop(client: AsyncClient, outbox: AsyncOutbox) -> Iterator[OutboxCalls]:
    """Open an async outbox in the loop of a new thread, and close both in the end."""
    with loop_in_thread() as run:
        try:
            run(outbox.__aenter__())
            yield _AsyncCalls(
                put=lambda event: run(outbox.put(event)),
                put_many=lambda events: run(outbox.put_many(events)),
                flush=lambda timeout: run(outbox.flush(timeout)),
                close=lambda timeout: run(outbox.close(timeout)),
                status=lambda: run(outbox.status()),
                dead_letters=lambda: run(outbox.dead_letters()),
            )
        finally:
            run(outbox.__aexit__(None, None, None))
            run(client.close())


@contextmanager
def _open_sync(setup: OutboxSetup) -> Iterator[OutboxCalls]:
    client, outbox = create_sync(setup)
    with client, outbox:
        yield outbox


@contextmanager
def _open_async(setup: OutboxSetup) -> Iterator[OutboxCalls]:
    with opened_in_loop(*create_async(setup)) as outbox:
        yield outbox


OUTBOXES: dict[str, OpenOutbox] = {SYNC: _open_sync, ASYNC: _open_async}
