"""Implementations of protocols: fakes, caches, adapters, wrappers, subclasses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from memsy.parity import implements, mirrors


class Queue(Protocol):
    """Protocol with methods, a property, iteration and a length."""

    @property
    def name(self) -> str: ...
    def send(self, body: bytes, /, *, delay: float = 0.0, tags: Iterable[str] = ()) -> int: ...
    def receive(self, count: int = 1) -> Iterator[bytes]: ...
    def __len__(self) -> int: ...


@mirrors(Queue)
class AsyncQueue(Protocol):
    @property
    def name(self) -> str: ...
    async def send(
        self, body: bytes, /, *, delay: float = 0.0, tags: Iterable[str] = ()
    ) -> int: ...
    def receive(self, count: int = 1) -> AsyncIterator[bytes]: ...
    def __len__(self) -> int: ...


@implements(Queue, more=("sent", "fail_next"))
class FakeQueue:
    """Fake with a record of the calls."""

    def __init__(self, name: str = "fake") -> None:
        self.name = name
        self.sent: list[bytes] = []
        self._failures = 0

    def fail_next(self, times: int = 1) -> None:
        self._failures = times

    def send(self, body: bytes, /, *, delay: float = 0.0, tags: Iterable[str] = ()) -> int:
        self.sent.append(body)
        return len(self.sent)

    def receive(self, count: int = 1) -> Iterator[bytes]:
        yield from self.sent[:count]

    def __len__(self) -> int:
        return len(self.sent)


@implements(Queue)
class QueueSubclass(Queue):
    """Explicit subclass of the protocol, with another name of a positional-only parameter."""

    @property
    def name(self) -> str:
        return "subclass"

    def send(self, data: bytes, /, *, delay: float = 0.0, tags: Iterable[str] = ()) -> int:
        return len(data)

    def receive(self, count: int = 1) -> Iterator[bytes]:
        return iter([b""] * count)

    def __len__(self) -> int:
        return 0


@implements(AsyncQueue)
@dataclass
class AsyncWrapper:
    """Wrapper of another implementation."""

    _queue: AsyncQueue
    name: str = "wrapper"

    async def send(self, body: bytes, /, *, delay: float = 0.0, tags: Iterable[str] = ()) -> int:
        return await self._queue.send(body, delay=delay, tags=tags)

    def receive(self, count: int = 1) -> AsyncIterator[bytes]:
        return self._queue.receive(count)

    def __len__(self) -> int:
        return len(self._queue)


class Logger(Protocol):
    """Two protocols of one class."""

    def log(self, message: str, *, level: int = 20) -> None: ...


class Closer(Protocol):
    def close(self) -> None: ...


@implements(Logger, more=("close",))
@implements(Closer, more=("log",))
class FileLogger:
    def log(self, message: str, *, level: int = 20) -> None: ...

    def close(self) -> None: ...


@implements(FakeQueue)
class RecordingQueue(FakeQueue):
    """The reference is a class, and the base of the implementation."""

    def receive(self, count: int = 1) -> Iterator[bytes]:
        return reversed(self.sent[:count])
