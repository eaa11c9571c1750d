"""Callbacks and hooks: sync in both modes, async, or either."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, ParamSpec, Protocol, TypeVar

from memsy.parity import implements, mirrors

T = TypeVar("T")
P = ParamSpec("P")
Handler = Callable[[str], None]
AsyncHandler = Callable[[str], Awaitable[None]]
Hook = Callable[[str, int], None]
AsyncHook = Callable[[str, int], "Awaitable[None] | None"]


class Bus:
    """Handlers become coroutine functions, by an alias and written out."""

    def __init__(self) -> None:
        self._handlers = list[Handler]()

    def subscribe(self, handler: Handler, *, topic: str = "all") -> None:
        self._handlers.append(handler)

    def each(self, function: Callable[[str], T], names: Sequence[str]) -> list[T]:
        return [function(name) for name in names]

    def publish(self, event: str) -> None:
        for handler in self._handlers:
            handler(event)


@mirrors(Bus)
class AsyncBus:
    def __init__(self) -> None:
        self._handlers = list[AsyncHandler]()

    async def subscribe(self, handler: AsyncHandler, *, topic: str = "all") -> None:
        self._handlers.append(handler)

    async def each(self, function: Callable[[str], Awaitable[T]], names: Sequence[str]) -> list[T]:
        return [await function(name) for name in names]

    async def publish(self, event: str) -> None:
        for handler in self._handlers:
            await handler(event)


class Hooks:
    """Hooks may be sync or async, in the manner of the event hooks of httpx."""

    def __init__(
        self, hooks: Mapping[str, list[Hook]] | None = None, on_error: Hook | None = None
    ) -> None:
        self._hooks, self._on_error = hooks or {}, on_error

    def emit(self, event: str, code: int = 0) -> None:
        for hook in self._hooks.get(event, []):
            hook(event, code)

    def on(self, event: str, hook: Callable[[str], int]) -> int:
        return hook(event)


@mirrors(Hooks)
class AsyncHooks:
    def __init__(
        self, hooks: Mapping[str, list[AsyncHook]] | None = None, on_error: AsyncHook | None = None
    ) -> None:
        self._hooks, self._on_error = hooks or {}, on_error

    async def emit(self, event: str, code: int = 0) -> None:
        for hook in self._hooks.get(event, []):
            result = hook(event, code)
            if result is not None:
                await result

    async def on(
        self, event: str, hook: Callable[[str], int] | Callable[[str], Awaitable[int]]
    ) -> int:
        result = hook(event)
        return result if isinstance(result, int) else await result


class Poller:
    """Named functions as defaults: `time.sleep` and `asyncio.sleep`."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep, interval: float = 1.0) -> None:
        self._sleep, self._interval = sleep, interval

    def wait(self, until: Callable[[], bool], key: Callable[[str], str] = str.lower) -> str:
        while not until():
            self._sleep(self._interval)
        return key("Done")


@mirrors(Poller)
class AsyncPoller:
    def __init__(
        self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep, interval: float = 1.0
    ) -> None:
        self._sleep, self._interval = sleep, interval

    async def wait(self, until: Callable[[], bool], key: Callable[[str], str] = str.lower) -> str:
        """The predicate and the key stay sync."""
        while not until():
            await self._sleep(self._interval)
        return key("Done")


class Progress(Protocol):
    """Callback protocol: `__call__` is async in the async form."""

    def __call__(self, done: int, total: int | None = None) -> None: ...


@mirrors(Progress)
class AsyncProgress(Protocol):
    async def __call__(self, done: int, total: int | None = None) -> None: ...


class Transfer:
    def copy(self, source: str, progress: Progress | None = None) -> int:
        if progress:
            progress(1, total=1)
        return len(source)


@mirrors(Transfer)
class AsyncTransfer:
    async def copy(self, source: str, progress: AsyncProgress | None = None) -> int:
        if progress:
            await progress(1, total=1)
        return len(source)


class Worker(Protocol):
    """Handlers of any signature."""

    def handle(self, function: Callable[..., Any], *args: object) -> None: ...
    def on_exit(self, *functions: Callable[[], object]) -> None: ...


@implements(Worker)
class ThreadWorker:
    def handle(self, function: Callable[..., Any], *args: object) -> None:
        function(*args)

    def on_exit(self, *functions: Callable[[], object]) -> None: ...


class Message:
    """Message of the application below."""


class Application:
    """Callbacks in containers, in results, with classes that have an async form."""

    def __init__(self, routes: dict[str, Callable[[Message], str]] | None = None) -> None:
        self._routes = routes or {}

    def add(self, path: str, *handlers: Callable[[Message], str]) -> None:
        self._routes.update(dict.fromkeys([path], handlers[0]))

    def lookup(self, path: str) -> Callable[[Message], str] | None:
        return self._routes.get(path)

    def wrap(self, function: Callable[[Transfer], int]) -> int:
        return function(Transfer())


@mirrors(Application)
class AsyncApplication:
    def __init__(
        self, routes: dict[str, Callable[[Message], Awaitable[str]]] | None = None
    ) -> None:
        self._routes = routes or {}

    async def add(self, path: str, *handlers: Callable[[Message], Awaitable[str]]) -> None:
        self._routes.update(dict.fromkeys([path], handlers[0]))

    async def lookup(self, path: str) -> Callable[[Message], Awaitable[str]] | None:
        return self._routes.get(path)

    async def wrap(self, function: Callable[[AsyncTransfer], Coroutine[Any, Any, int]]) -> int:
        return await function(AsyncTransfer())


class Decorators:
    """A method that returns a decorator."""

    def register(self, *, name: str = "") -> Callable[[Callable[P, T]], Callable[P, T]]:
        return lambda function: function


@mirrors(Decorators)
class AsyncDecorators:
    async def register(
        self, *, name: str = ""
    ) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
        return lambda function: function
