"""Loads through each kind of client, behind one sync function."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any, Protocol

import pytest

from memsy import AsyncMemsyClient, EventPayload, MemsyClient
from memsy.bulk import (
    BatchResult,
    BulkSummary,
    async_bulk_ingest,
    async_stream_ingest,
    bulk_ingest,
    stream_ingest,
)
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient, LocalServer, LocalService


class Loader(Protocol):
    """The bulk functions over one client, in sync form."""

    def bulk(self, events: Iterable[EventPayload], **options: Any) -> BulkSummary: ...  # noqa: ANN401
    def stream(self, events: Iterable[EventPayload], **options: Any) -> Iterator[BatchResult]: ...  # noqa: ANN401
    def close_client(self) -> None: ...


OpenLoader = Callable[[LocalService], AbstractContextManager[Loader]]


class SyncLoader:
    def __init__(self, client: MemsyClient) -> None:
        self.client = client

    def bulk(self, events: Iterable[EventPayload], **options: Any) -> BulkSummary:  # noqa: ANN401
        return bulk_ingest(self.client, events, **options)

    def stream(self, events: Iterable[EventPayload], **options: Any) -> Iterator[BatchResult]:  # noqa: ANN401
        return stream_ingest(self.client, events, **options)

    def close_client(self) -> None:
        self.client.close()


class AsyncLoader:
    """Loads on one event loop. The source is an async generator."""

    def __init__(self, client: AsyncMemsyClient, loop: asyncio.AbstractEventLoop) -> None:
        self.client = client
        self.loop = loop

    def bulk(self, events: Iterable[EventPayload], **options: Any) -> BulkSummary:  # noqa: ANN401
        return self.loop.run_until_complete(
            async_bulk_ingest(self.client, as_async(events), **options)
        )

    def stream(self, events: Iterable[EventPayload], **options: Any) -> Iterator[BatchResult]:  # noqa: ANN401
        results = async_stream_ingest(self.client, as_async(events), **options)
        try:
            while True:
                try:
                    yield self.loop.run_until_complete(anext(results))
                except StopAsyncIteration:  # noqa: PERF203 - the end of the results
                    return
        finally:
            self.loop.run_until_complete(results.aclose())  # type: ignore[attr-defined]

    def close_client(self) -> None:
        self.loop.run_until_complete(self.client.close())


async def as_async(events: Iterable[EventPayload]) -> AsyncIterator[EventPayload]:
    for event in events:
        yield event


@contextmanager
def fake(service: LocalService) -> Iterator[Loader]:
    with FakeMemsyClient(service=service) as client:
        yield SyncLoader(client)


@contextmanager
def async_fake(service: LocalService) -> Iterator[Loader]:
    with closing(asyncio.new_event_loop()) as loop:
        yield AsyncLoader(FakeAsyncMemsyClient(service=service), loop)
        loop.run_until_complete(loop.shutdown_default_executor())


@contextmanager
def client(service: LocalService) -> Iterator[Loader]:
    with LocalServer(service) as server, MemsyClient(server.base_url, service.api_key) as memsy:
        yield SyncLoader(memsy)


@contextmanager
def async_client(service: LocalService) -> Iterator[Loader]:
    with LocalServer(service) as server, closing(asyncio.new_event_loop()) as loop:
        loader = AsyncLoader(AsyncMemsyClient(server.base_url, service.api_key), loop)
        yield loader
        loader.close_client()
        loop.run_until_complete(loop.shutdown_default_executor())


with_each_client = pytest.mark.parametrize(
    "open_loader", [fake, async_fake, client, async_client], ids=lambda opener: opener.__name__
)
with_both_fakes = pytest.mark.parametrize(
    "open_loader", [fake, async_fake], ids=lambda opener: opener.__name__
)


def make_events(count: int, *, sessions: int = 5, text: str = "event") -> Iterator[EventPayload]:
    for number in range(count):
        yield EventPayload("ada", f"s{number % sessions}", "user_message", f"{text} {number}")


def stored_contents(service: LocalService) -> list[str]:
    """Return the contents of all stored events, in the order in which they were stored."""
    return [event.content for event in service.events]
