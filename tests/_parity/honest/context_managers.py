"""Context managers: generator functions, classes, abstract results, exit stacks."""
# ruff: noqa: ANN401, PYI034, PYI036, UP035 - older and looser types

from __future__ import annotations

import contextlib
import typing
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    ExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from types import TracebackType
from typing import Any, AsyncContextManager, ContextManager, Protocol

from typing_extensions import Self

from memsy.parity import implements, mirrors


class Pool:
    """Connection pool, with a generator function as context manager."""

    def __init__(self, size: int = 4) -> None:
        self.size = size

    @contextmanager
    def connection(self, name: str = "default", *, wait: float | None = None) -> Iterator[str]:
        yield f"{name}/{self.size}"

    @contextmanager
    def transaction(self, savepoint: str | None = None) -> Generator[Self, None, None]:
        yield self


@mirrors(Pool)
class AsyncPool:
    def __init__(self, size: int = 4) -> None:
        self.size = size

    @asynccontextmanager
    async def connection(
        self, name: str = "default", *, wait: float | None = None
    ) -> AsyncIterator[str]:
        yield f"{name}/{self.size}"

    @asynccontextmanager
    async def transaction(self, savepoint: str | None = None) -> AsyncGenerator[Self, None]:
        yield self


class Client:
    """HTTP client in the manner of httpx: the client is its own context manager."""

    def __init__(self, base_url: str = "") -> None:
        self._base_url = base_url

    def get(self, path: str) -> bytes:
        return (self._base_url + path).encode()

    def close(self) -> None:
        self._base_url = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


@mirrors(Client)
class AsyncClient:
    def __init__(self, base_url: str = "") -> None:
        self._base_url = base_url

    async def get(self, path: str) -> bytes:
        return (self._base_url + path).encode()

    async def close(self) -> None:
        self._base_url = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


class Storage(Protocol):
    """Protocol with abstract context managers; the implementation uses a generator function."""

    def open(self, key: str) -> AbstractContextManager[bytes]: ...
    def lock(self, key: str, *, ttl: float = 10.0) -> AbstractContextManager[None]: ...


@mirrors(Storage)
class AsyncStorage(Protocol):
    def open(self, key: str) -> AbstractAsyncContextManager[bytes]: ...
    def lock(self, key: str, *, ttl: float = 10.0) -> AbstractAsyncContextManager[None]: ...


@implements(Storage)
class MemoryStorage:
    def __init__(self) -> None:
        self._content = dict[str, bytes]()

    @contextmanager
    def open(self, key: str) -> Iterator[bytes]:
        yield self._content[key]

    @contextmanager
    def lock(self, key: str, *, ttl: float = 10.0) -> Iterator[None]:
        yield


@implements(AsyncStorage)
class AsyncMemoryStorage:
    def __init__(self) -> None:
        self._content = dict[str, bytes]()

    @asynccontextmanager
    async def open(self, key: str) -> AsyncIterator[bytes]:
        yield self._content[key]

    @asynccontextmanager
    async def lock(self, key: str, *, ttl: float = 10.0) -> AsyncGenerator[None, None]:
        yield


class Transaction(AbstractContextManager["Transaction"]):
    """Transaction object, as in SQLAlchemy: `Session.begin` is a plain method in both modes."""

    def commit(self) -> None: ...

    def __exit__(self, *exc_info: object) -> None:
        self.commit()


@mirrors(Transaction)
class AsyncTransaction(AbstractAsyncContextManager["AsyncTransaction"]):
    async def commit(self) -> None: ...

    async def __aexit__(self, *exc_info: object) -> None:
        await self.commit()


class Session:
    def begin(self, *, nested: bool = False) -> Transaction:
        return Transaction()


@mirrors(Session)
class AsyncSession:
    def begin(self, *, nested: bool = False) -> AsyncTransaction:
        return AsyncTransaction()


class Resources:
    """Exit stacks: as an attribute, as a result, and as an argument."""

    def __init__(self) -> None:
        self.stack = ExitStack()

    def open_all(self, *names: str) -> ExitStack:
        return ExitStack()

    def attach(self, stack: ExitStack) -> None:
        stack.enter_context(self.stack)


@mirrors(Resources)
class AsyncResources:
    def __init__(self) -> None:
        self.stack = AsyncExitStack()

    async def open_all(self, *names: str) -> AsyncExitStack:
        return AsyncExitStack()

    async def attach(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self.stack)


class Locks:
    """Static methods, and older names of the types."""

    @staticmethod
    @contextmanager
    def lock(name: str, blocking: bool = True) -> Iterator[str]:
        yield name

    def hold(self, name: str) -> ContextManager[str]:
        return nullcontext(name)


@mirrors(Locks)
class AsyncLocks:
    @staticmethod
    @asynccontextmanager
    async def lock(name: str, blocking: bool = True) -> AsyncIterator[str]:
        yield name

    def hold(self, name: str) -> AsyncContextManager[str]:
        return nullcontext(name)


class Spool(Protocol):
    """Protocol with the special methods, implemented by a class that inherits them."""

    def write(self, line: str) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exc_info: object) -> None: ...


class _Closes:
    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None: ...


@implements(Spool)
class MemorySpool(_Closes):
    def __init__(self) -> None:
        self._lines = list[str]()

    def write(self, line: str) -> None:
        self._lines.append(line)


class Pipeline:
    """Buffer of commands in the manner of redis-py, with the class by name in `__enter__`."""

    def execute(self, raise_on_error: bool = True) -> list[str]:
        return []

    def __len__(self) -> int:
        return 0

    def __enter__(self) -> Pipeline:
        return self

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None: ...


@mirrors(Pipeline)
class AsyncPipeline:
    async def execute(self, raise_on_error: bool = True) -> list[str]:
        return []

    def __len__(self) -> int:
        return 0

    async def __aenter__(self) -> AsyncPipeline:
        return self

    async def __aexit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None: ...


class Redis:
    """A plain method returns an object for `with`, and for `async with`."""

    def pipeline(self, transaction: bool = True) -> Pipeline:
        return Pipeline()

    @contextlib.contextmanager
    def monitor(self) -> typing.Iterator[str]:
        yield ""


@mirrors(Redis)
class AsyncRedis:
    def pipeline(self, transaction: bool = True) -> AsyncPipeline:
        return AsyncPipeline()

    @contextlib.asynccontextmanager
    async def monitor(self) -> typing.AsyncIterator[str]:
        yield ""
