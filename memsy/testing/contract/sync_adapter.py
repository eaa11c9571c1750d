"""Adapter that presents an async client as a sync one, so that one contract test serves both."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from operator import methodcaller
from types import TracebackType
from typing import Any, TypeVar, cast, overload

from typing_extensions import Self

from memsy.protocols import (
    AsyncMemsyClientProtocol,
    AsyncMemsyControlClientProtocol,
    MemsyClientProtocol,
    MemsyControlClientProtocol,
)

T = TypeVar("T")


@overload
def as_sync(
    client: AsyncMemsyClientProtocol, loop: asyncio.AbstractEventLoop
) -> MemsyClientProtocol: ...
@overload
def as_sync(
    client: AsyncMemsyControlClientProtocol, loop: asyncio.AbstractEventLoop
) -> MemsyControlClientProtocol: ...
def as_sync(client: object, loop: asyncio.AbstractEventLoop) -> Any:
    """
    Return a sync client that runs each call of the async `client` on `loop` to its end.

    Results and errors are unchanged.

    Args:
        client: An async client of either plane.
        loop: An event loop that is not running. The caller closes it.
    """
    # The parity gate guarantees that the sync and the async protocols have equal members.
    return _adapt(client, loop)


def adapted_client(client: object) -> tuple[Any, asyncio.AbstractEventLoop] | None:
    """Return the async client of `as_sync` and its event loop, or None for any other client."""
    if not isinstance(client, _SyncAdapter):
        return None
    return client._target, client._loop  # pyright: ignore[reportPrivateUsage]


def _adapt(target: object, loop: asyncio.AbstractEventLoop) -> _SyncAdapter:
    return forwarding_class(_SyncAdapter, target)(target, loop)


def forwarding_class(wrapper: type[T], target: object) -> type[T]:
    """
    Return a subclass of `wrapper` that has the public members of `target`.

    Runtime type checkers, and `isinstance` of Python 3.12, look members up in the class. They do
    not call the `__getattr__` of `wrapper`, which gives each member its value.
    """
    members = {
        name: _method(name)
        if callable(getattr(target, name))
        else property(methodcaller("__getattr__", name))
        for name in dir(target)
        if not name.startswith("_")
    }
    return cast(type[T], type(wrapper.__name__, (wrapper,), members))


def _method(name: str) -> Callable[..., object]:
    def method(self: object, *args: object, **kwargs: object) -> object:
        member: Callable[..., object] = methodcaller("__getattr__", name)(self)
        return member(*args, **kwargs)

    return method


class _SyncAdapter:
    def __init__(self, target: object, loop: asyncio.AbstractEventLoop) -> None:
        self._target: Any = target
        self._loop = loop

    def __enter__(self) -> Self:
        self._loop.run_until_complete(self._target.__aenter__())
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.run_until_complete(self._target.__aexit__(exc_type, exc, traceback))

    def __getattr__(self, name: str) -> object:
        member: Any = getattr(self._target, name)
        if not callable(member):
            return _adapt(member, self._loop)

        def call(*args: object, **kwargs: object) -> object:
            result = member(*args, **kwargs)
            if name == "with_options":
                return _adapt(result, self._loop)
            if isinstance(result, AsyncIterator):
                return _iterate(result, self._loop)
            return self._loop.run_until_complete(result) if inspect.isawaitable(result) else result

        return call


def _iterate(items: AsyncIterator[T], loop: asyncio.AbstractEventLoop) -> Iterator[T]:
    while received := loop.run_until_complete(_receive_one(items)):
        yield from received


async def _receive_one(items: AsyncIterator[T]) -> list[T]:
    """Return the next item; nothing at the end."""
    async for item in items:
        return [item]
    return []
