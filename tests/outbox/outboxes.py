# ruff: noqa: ANN401 - any value passes through
"""Both outboxes behind one sync interface, over fakes and over real clients."""

from __future__ import annotations

import asyncio
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from memsy import AsyncMemsyClient, EventPayload, MemsyClient
from memsy.outbox import AsyncOutbox, Outbox
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient, LocalServer, LocalService


def event(content: object, **options: Any) -> EventPayload:
    return EventPayload("actor", "session", "user_message", str(content), **options)


class AsSync:
    """Sync interface of an async object, on one event loop."""

    def __init__(self, target: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._target, self._loop = target, loop

    def __getattr__(self, name: str) -> Any:
        return partial(self._call, getattr(self._target, name))

    def _call(self, method: Callable[..., Any], *args: Any, **options: Any) -> Any:
        async def call() -> Any:
            result = method(*args, **options)
            return await result if inspect.isawaitable(result) else result

        return self._loop.run_until_complete(call())


class Outboxes(ABC):
    """Opens outboxes of one kind. Each of them stays open until it is closed."""

    def __init__(self, service: LocalService, path: Path) -> None:
        self.service, self.path = service, path

    @abstractmethod
    def open(self, **options: Any) -> Any:
        """Open an outbox with a client of its own, and no background sender by default."""

    @property
    def stored(self) -> list[str]:
        """Contents of the events at the service, in the order of their storage."""
        return [stored.content for stored in self.service.events]


class SyncOutboxes(Outboxes):
    def open(self, **options: Any) -> Any:
        client = FakeMemsyClient(service=self.service, max_retries=0)
        return Outbox(client, self.path, **{"background": False, **options})


class AsyncOutboxes(Outboxes):
    def __init__(self, service: LocalService, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(service, path)
        self.loop = loop

    def open(self, **options: Any) -> Any:
        client = FakeAsyncMemsyClient(service=self.service, max_retries=0)
        options = {"background": False, **options}
        return AsSync(AsyncOutbox(client, self.path, **options), self.loop)


@contextmanager
def served(kind: str, service: LocalService, path: Path, **options: Any) -> Iterator[Any]:
    """Open an outbox with a background sender over a real client and a local server."""
    with LocalServer(service) as server:
        if kind == "sync":
            with MemsyClient(server.base_url, service.api_key, max_retries=0) as client:
                outbox = Outbox(client, path, **options)
                try:
                    yield outbox
                finally:
                    outbox.close(0)
            return
        loop = asyncio.new_event_loop()
        client_ = AsyncMemsyClient(server.base_url, service.api_key, max_retries=0)
        async_outbox = AsSync(AsyncOutbox(client_, path, **options), loop)
        try:
            yield async_outbox
        finally:
            async_outbox.close(0)
            loop.run_until_complete(client_.close())
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()
