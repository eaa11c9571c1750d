"""Implementations of protocols: fakes, caches, adapters, wrappers, subclasses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

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


class Tool(Protocol):
    """Sync and async methods in one protocol, in the manner of langchain."""

    def invoke(self, text: str, **options: object) -> str: ...
    async def ainvoke(self, text: str, **options: object) -> str: ...
    def stream(self, text: str) -> Iterator[str]: ...
    def astream(self, text: str) -> AsyncIterator[str]: ...


@implements(Tool)
class Echo:
    """A plain method may return the coroutine."""

    def invoke(self, text: str, **options: object) -> str:
        return text

    def ainvoke(self, text: str, **options: object) -> Coroutine[Any, Any, str]:
        return self._echo(text)

    async def _echo(self, text: str) -> str:
        return text

    def stream(self, text: str) -> Iterator[str]:
        yield text

    async def astream(self, text: str) -> AsyncIterator[str]:
        yield text


class Pages(Protocol):
    """A generic method, and a method that the mirror declares without `async def`."""

    def load(self, key: str) -> bytes: ...


@mirrors(Pages)
class AsyncPages(Protocol):
    def load(self, key: str) -> Awaitable[bytes]: ...
