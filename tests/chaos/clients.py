"""Sync and async clients with a given clock, behind one sync interface for any thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from attrs import frozen

from memsy import AsyncMemsyClient, MemsyClient, RetryPolicy
from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy._transports.aiohttp.transport import AiohttpTransport
from memsy._transports.requests.transport import RequestsTransport
from memsy.models import EventPayload, IngestResponse, SearchResponse
from tests.chaos.metric import ASYNC, SYNC

if TYPE_CHECKING:
    from memsy._core.settings import Settings

T = TypeVar("T")

KEY = "msy_chaos"


class SyncClient(MemsyClient):
    """Sync client with a given clock."""

    def __init__(
        self,
        base_url: str,
        retry: RetryPolicy | None = None,
        timeout: float = 30.0,
        clock: TimeSource = SYSTEM_TIME,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._clock = clock
        super().__init__(base_url, KEY, timeout, retry=retry, default_headers=headers)

    def _create_transport(self, settings: Settings) -> RequestsTransport:
        return RequestsTransport(settings, self._clock)


class AsyncClient(AsyncMemsyClient):
    """Async client with a given clock."""

    def __init__(
        self,
        base_url: str,
        retry: RetryPolicy | None = None,
        timeout: float = 30.0,
        clock: TimeSource = SYSTEM_TIME,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._clock = clock
        super().__init__(base_url, KEY, timeout, retry=retry, default_headers=headers)

    def _create_transport(self, settings: Settings) -> AiohttpTransport:
        return AiohttpTransport(settings, self._clock)


@frozen
class SyncCalls:
    """Calls of a sync or async client, behind a sync interface."""

    ingest: Callable[[Sequence[EventPayload]], IngestResponse]
    search: Callable[[str], SearchResponse]


OpenClient: TypeAlias = Callable[
    [str, "RetryPolicy | None", float, TimeSource], AbstractContextManager[SyncCalls]
]
"""Opens a client with a base URL, a retry policy, a timeout and a clock."""


@contextmanager
def _open_sync(
    base_url: str, retry: RetryPolicy | None, timeout: float, clock: TimeSource
) -> Iterator[SyncCalls]:
    with SyncClient(base_url, retry, timeout, clock) as memsy:
        yield SyncCalls(memsy.ingest, memsy.search)


@contextmanager
def _open_async(
    base_url: str, retry: RetryPolicy | None, timeout: float, clock: TimeSource
) -> Iterator[SyncCalls]:
    memsy = AsyncClient(base_url, retry, timeout, clock)
    with loop_in_thread() as run:
        try:
            yield SyncCalls(
                lambda events: run(memsy.ingest(events)), lambda query: run(memsy.search(query))
            )
        finally:
            run(memsy.close())


class RunInLoop(Protocol):
    """Runs a coroutine in the loop of another thread and waits for its result."""

    def __call__(self, coroutine: Coroutine[Any, Any, T]) -> T: ...


@contextmanager
def loop_in_thread() -> Iterator[RunInLoop]:
    """Run an event loop in its own thread."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()

    def run(coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()

    try:
        yield run
        run(loop.shutdown_asyncgens())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


CLIENTS: dict[str, OpenClient] = {SYNC: _open_sync, ASYNC: _open_async}
