"""Surfaces in a stub file: its `= ...` states no default."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import overload

from memsy.parity import implements, mirrors
from tests._parity.honest.driver import AsyncFeed, Connection, Cursor, Pool


@mirrors(Cursor)
class AsyncCursor:
    """The defaults are those of the library."""

    def __init__(self, table: str, size: int = 10) -> None:
        self.name = table

    async def fetch(self, limit: int = 100, *, offset: int = 0) -> list[str]:
        return [self.name][offset:limit]

    async def rows(self) -> AsyncIterator[str]:
        yield self.name


@mirrors(Connection)
class AsyncConnection:
    async def cursor(self, table: str, size: int = 10) -> AsyncCursor:
        return AsyncCursor(table, size)

    @property
    def is_open(self) -> bool:
        return True

    @overload
    async def run(self, sql: str) -> None: ...
    @overload
    async def run(self, sql: str, *, returning: str, limit: int = 1) -> str: ...
    async def run(self, sql: str, *, returning: str | None = None, limit: int = 1) -> str | None:
        return returning


@mirrors(Pool)
class AsyncPool:
    async def get(self, wait: float | None = None) -> AsyncConnection:
        return AsyncConnection()

    async def put(self, connection: AsyncConnection) -> None: ...


@implements(Cursor)
class FakeCursor:
    """Implementations of the classes of the stub file."""

    name = "fake"

    def fetch(self, limit: int = 100, *, offset: int = 0) -> list[str]:
        return []

    def rows(self) -> Iterator[str]:
        yield self.name


@implements(AsyncFeed)
class FakeFeed:
    async def publish(self, text: str, *, ttl: float = 1.0) -> int:
        return len(text)

    async def follow(self) -> AsyncIterator[str]:
        yield ""
