"""Functions of a module: results of each form, overloads, decorators and imports of the mark."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from typing import Any, Literal, Protocol, TypeVar, overload

from typing_extensions import ParamSpec, deprecated

from memsy import parity
from memsy.parity import mirrors
from memsy.parity import mirrors as async_form_of

P = ParamSpec("P")
T = TypeVar("T")
CHUNK_SIZE = 500


class Archive(Protocol):
    """Argument of the functions below."""

    def read(self, name: str) -> bytes: ...


@mirrors(Archive)
class AsyncArchive(Protocol):
    async def read(self, name: str) -> bytes: ...


def pack(archive: Archive, names: Iterable[str], *, chunk_size: int = CHUNK_SIZE) -> int:
    return sum(len(archive.read(name)) for name in names) // chunk_size


@mirrors(pack)
async def async_pack(
    archive: AsyncArchive, names: Iterable[str] | AsyncIterable[str], *, chunk_size: int = 500
) -> int:
    return chunk_size


def entries(archive: Archive, *names: str, **sizes: int) -> Iterator[bytes]:
    yield from map(archive.read, (*names, *sizes))


@async_form_of(entries)
async def async_entries(archive: AsyncArchive, *names: str, **sizes: int) -> AsyncIterator[bytes]:
    for name in (*names, *sizes):
        yield await archive.read(name)


def pages(archive: Archive, /) -> Iterator[bytes]:
    return entries(archive)


@parity.mirrors(reference=pages)
def async_pages(archive: AsyncArchive, /) -> AsyncIterator[bytes]:
    return async_entries(archive)


@contextmanager
def opened(archive: Archive, mode: Literal["r", "w"] = "r") -> Iterator[Archive]:
    yield archive


@mirrors(opened)
@asynccontextmanager
async def async_opened(
    archive: AsyncArchive, mode: Literal["r", "w"] = "r"
) -> AsyncIterator[AsyncArchive]:
    yield archive


def session(archive: Archive) -> AbstractContextManager[Archive]:
    return opened(archive)


@mirrors(session)
def async_session(archive: AsyncArchive) -> AbstractAsyncContextManager[AsyncArchive]:
    return async_opened(archive)


def traced(function: Callable[P, T]) -> Callable[P, T]:
    """Trace a call, as many frameworks do."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    return call


@traced
def copy(archive: Archive, name: str, *, into: T) -> T:
    return into


@mirrors(copy)
@traced
async def async_copy(archive: AsyncArchive, name: str, *, into: T) -> T:
    return into


@deprecated("use copy()")
def clone(archive: Archive, name: str) -> None: ...


@mirrors(clone)
@deprecated("use copy()")
async def async_clone(archive: AsyncArchive, name: str) -> None: ...


@overload
def decode(data: bytes) -> dict[str, Any]: ...
@overload
def decode(data: bytes, into: type[T]) -> T: ...
def decode(data: bytes, into: type[Any] | None = None) -> Any:
    return into(data.decode()) if into else {"text": data.decode()}


@overload
async def async_decode(data: bytes) -> dict[str, Any]: ...
@overload
async def async_decode(data: bytes, into: type[T]) -> T: ...
@mirrors(decode)
async def async_decode(data: bytes, into: type[Any] | None = None) -> Any:
    return into(data.decode()) if into else {"text": data.decode()}


def each(archive: Archive, action: Callable[[bytes], None]) -> None:
    for entry in entries(archive):
        action(entry)


@mirrors(each)
async def async_each(archive: AsyncArchive, action: Callable[[bytes], None]) -> None:
    async for entry in async_entries(archive):
        action(entry)
