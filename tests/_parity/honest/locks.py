"""Primitives of threads and of asyncio."""

from __future__ import annotations

import asyncio
import queue
import threading
from concurrent.futures import Future
from typing import Protocol

from memsy.parity import implements, mirrors


class Guard:
    """Public locks and events."""

    def __init__(self, lock: threading.Lock) -> None:
        self.lock = lock
        self.stopped = threading.Event()

    def wait(self, key: str = "") -> bool:
        with self.lock:
            return self.stopped.is_set()


@mirrors(Guard)
class AsyncGuard:
    def __init__(self, lock: asyncio.Lock) -> None:
        self.lock = lock
        self.stopped = asyncio.Event()

    async def wait(self, key: str = "") -> bool:
        async with self.lock:
            return self.stopped.is_set()


class Inbox:
    """Queues as attributes, parameters and results."""

    def __init__(self, size: int = 0) -> None:
        self.messages: queue.Queue[str] = queue.Queue(size)

    def forward(self, to: queue.Queue[str]) -> None:
        to.put(self.messages.get())

    def split(self) -> dict[str, queue.Queue[str]]:
        return {"main": self.messages}


@mirrors(Inbox)
class AsyncInbox:
    def __init__(self, size: int = 0) -> None:
        self.messages: asyncio.Queue[str] = asyncio.Queue(size)

    async def forward(self, to: asyncio.Queue[str]) -> None:
        await to.put(await self.messages.get())

    async def split(self) -> dict[str, asyncio.Queue[str]]:
        return {"main": self.messages}


class Limits(Protocol):
    """Semaphores and conditions in a protocol."""

    @property
    def slots(self) -> threading.Semaphore: ...
    @property
    def changed(self) -> threading.Condition: ...


@mirrors(Limits)
class AsyncLimits(Protocol):
    @property
    def slots(self) -> asyncio.Semaphore: ...
    @property
    def changed(self) -> asyncio.Condition: ...


@implements(Limits)
class LocalLimits:
    def __init__(self) -> None:
        self.slots = threading.Semaphore(10)
        self.changed = threading.Condition()


class Cache:
    """Private locks, and a lock of threads that both modes use."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.file_lock = threading.Lock()

    def get(self, key: str) -> str:
        with self._lock:
            return key


@mirrors(Cache)
class AsyncCache:
    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self.file_lock = threading.Lock()

    async def get(self, key: str) -> str:
        async with self._lock:
            return key


class Jobs:
    """Futures and threads."""

    def submit(self, name: str) -> Future[int]:
        return Future()

    def join(self, futures: list[Future[int]], *, limit: int = 10) -> list[int]:
        return [future.result() for future in futures[:limit]]


@mirrors(Jobs)
class AsyncJobs:
    async def submit(self, name: str) -> asyncio.Future[int]:
        return asyncio.Future()

    async def join(self, futures: list[asyncio.Future[int]], *, limit: int = 10) -> list[int]:
        return [await future for future in futures[:limit]]
