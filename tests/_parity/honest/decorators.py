"""Decorators: retries with `ParamSpec`, `functools.wraps`, caches, deprecation, factories."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Concatenate, Protocol, TypeVar

from typing_extensions import ParamSpec, deprecated

from memsy.parity import implements, mirrors

P = ParamSpec("P")
T = TypeVar("T")


def retry(attempts: int = 3) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Repeat a function."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            for _ in range(attempts):
                with suppress(OSError):
                    return function(*args, **kwargs)
            raise TimeoutError

        return call

    return decorate


def async_retry(
    attempts: int = 3,
) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Coroutine[Any, Any, T]]]:
    """Repeat a coroutine function."""

    def decorate(function: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        @functools.wraps(function)
        async def call(*args: P.args, **kwargs: P.kwargs) -> T:
            for _ in range(attempts):
                with suppress(OSError):
                    return await function(*args, **kwargs)
            raise TimeoutError

        return call

    return decorate


class Retrying:
    """Decorator factories, called with and without an argument."""

    @retry()
    def get(self, key: str, *, limit: int = 10) -> str:
        return key[:limit]

    @retry(attempts=5)
    def put(self, key: str, value: bytes = b"") -> int:
        return len(value)


@mirrors(Retrying)
class AsyncRetrying:
    @async_retry()
    async def get(self, key: str, *, limit: int = 10) -> str:
        return key[:limit]

    @async_retry(attempts=5)
    async def put(self, key: str, value: bytes = b"") -> int:
        return len(value)


FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


def api_method(function: FunctionT) -> FunctionT:
    """Register a function, as many frameworks do."""
    return function


def logged(
    function: Callable[Concatenate[Any, P], T],
) -> Callable[Concatenate[Any, P], T]:
    """Log a call of a method."""

    @functools.wraps(function)
    def call(self: object, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return function(self, *args, **kwargs)

    return call


class Service:
    """Decorators that keep the type, and a stack of several."""

    @api_method
    def list(self, *, page: int = 1) -> list[str]:
        return [str(page)]

    @logged
    @api_method
    def find(self, name: str, exact: bool = True) -> str | None:
        return name if exact else None


@mirrors(Service)
class AsyncService:
    @api_method
    async def list(self, *, page: int = 1) -> list[str]:
        return [str(page)]

    @logged
    @api_method
    async def find(self, name: str, exact: bool = True) -> str | None:
        return name if exact else None


class Directory:
    """Deprecated methods, with the same text in both classes."""

    @deprecated("use find()")
    def search(self, name: str, limit: int = 10) -> list[str]:
        return [name][:limit]

    def find(self, name: str, limit: int = 10) -> list[str]:
        return [name][:limit]

    @staticmethod
    @deprecated("use find()")
    def parse(text: str, separator: str = ",") -> list[str]:
        return text.split(separator)


@mirrors(Directory)
class AsyncDirectory:
    @deprecated("use find()")
    async def search(self, name: str, limit: int = 10) -> list[str]:
        return [name][:limit]

    async def find(self, name: str, limit: int = 10) -> list[str]:
        return [name][:limit]

    @staticmethod
    @deprecated("use find()")
    def parse(text: str, separator: str = ",") -> list[str]:
        return text.split(separator)


class Lookup(Protocol):
    """A protocol without decorators; the implementation has them."""

    def resolve(self, host: str, port: int = 443) -> str: ...
    def flush(self) -> None: ...


@implements(Lookup)
class RetryingLookup:
    @retry(attempts=2)
    def resolve(self, host: str, port: int = 443) -> str:
        return f"{host}:{port}"

    @logged
    def flush(self) -> None: ...
