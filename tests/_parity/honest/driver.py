"""A library with a stub file, which type checkers read in place of this module."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import overload

DEFAULT_SIZE = 10


class Cursor:
    def __init__(self, table: str, size: int = DEFAULT_SIZE) -> None:
        self.name = table

    def fetch(self, limit: int = 100, *, offset: int = 0) -> list[str]:
        return [self.name][offset:limit]

    def rows(self) -> Iterator[str]:
        yield self.name


class Connection:
    def cursor(self, table: str, size: int = DEFAULT_SIZE) -> Cursor:
        return Cursor(table, size)

    @property
    def is_open(self) -> bool:
        return True

    @overload
    def run(self, sql: str) -> None: ...
    @overload
    def run(self, sql: str, *, returning: str, limit: int = 1) -> str: ...
    def run(self, sql: str, *, returning: str | None = None, limit: int = 1) -> str | None:
        return returning


class Pool:
    def get(self, wait: float | None = None) -> Connection:
        return Connection()

    def put(self, connection: Connection) -> None: ...


class AsyncFeed:
    async def publish(self, text: str, *, ttl: float = 1.0) -> int:
        return len(text)

    async def follow(self) -> AsyncIterator[str]:
        yield "text"
