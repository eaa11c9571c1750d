"""Both clients, by a clock of one's choice, behind one blocking face for any thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from attrs import frozen

from chaos.figure import AWAITING, BLOCKING
from memsy import AsyncMemsyClient, MemsyClient, RetryPolicy
from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy._transports.aiohttp.transport import AiohttpTransport
from memsy._transports.requests.transport import RequestsTransport
from memsy.models import EventPayload, IngestResponse, SearchResponse

if TYPE_CHECKING:
    from memsy._core.settings import Settings

T = TypeVar("T")

KEY = "msy_chaos"


class Blocking(MemsyClient):
    def __init__(
        self,
        base_url: str,
        retry: RetryPolicy | None = None,
        timeout: float = 30.0,
        clock: TimeSource = SYSTEM_TIME,
    ) -> None:
        self._clock = clock
        super().__init__(base_url, KEY, timeout, retry=retry)

    def _transport(self, settings: Settings) -> RequestsTransport:
        return RequestsTransport(settings, self._clock)


class Awaiting(AsyncMemsyClient):
    def __init__(
        self,
        base_url: str,
        retry: RetryPolicy | None = None,
        timeout: float = 30.0,
        clock: TimeSource = SYSTEM_TIME,
    ) -> None:
        self._clock = clock
        super().__init__(base_url, KEY, timeout, retry=retry)

    def _transport(self, settings: Settings) -> AiohttpTransport:
        return AiohttpTransport(settings, self._clock)


@frozen
class Caller:
    """What is asked here of a client."""

    ingest: Callable[[Sequence[EventPayload]], IngestResponse]
    search: Callable[[str], SearchResponse]


Connect: TypeAlias = Callable[
    [str, "RetryPolicy | None", float, TimeSource], AbstractContextManager[Caller]
]


@contextmanager
def _blocking(
    base_url: str, retry: RetryPolicy | None, timeout: float, clock: TimeSource
) -> Iterator[Caller]:
    with Blocking(base_url, retry, timeout, clock) as memsy:
        yield Caller(memsy.ingest, memsy.search)


@contextmanager
def _awaiting(
    base_url: str, retry: RetryPolicy | None, timeout: float, clock: TimeSource
) -> Iterator[Caller]:
    memsy = Awaiting(base_url, retry, timeout, clock)
    with a_loop() as wait:
        try:
            yield Caller(
                lambda events: wait(memsy.ingest(events)), lambda query: wait(memsy.search(query))
            )
        finally:
            wait(memsy.close())


class Wait(Protocol):
    def __call__(self, work: Coroutine[Any, Any, T]) -> T: ...


@contextmanager
def a_loop() -> Iterator[Wait]:
    """An event loop in a thread of its own, and what waits, in any other, for work done there."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()

    def wait(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    try:
        yield wait
        wait(loop.shutdown_asyncgens())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


COLOURS: dict[str, Connect] = {BLOCKING: _blocking, AWAITING: _awaiting}
