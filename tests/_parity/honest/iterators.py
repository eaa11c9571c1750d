"""Iterators and iterables: pages, streams, generators that receive values, own classes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterable,
    Iterator,
)
from typing import Protocol

from attrs import frozen
from typing_extensions import Self

from memsy.parity import implements, mirrors


@frozen
class Entry:
    """Entry of a table."""

    key: str
    value: int = 0


class Scanner(Protocol):
    """Protocol whose methods return iterators, as plain methods in both modes."""

    def scan(self, prefix: str = "", *, batch: int = 100) -> Iterator[Entry]: ...
    def keys(self) -> Iterable[str]: ...
    def chunks(self, size: int = 1024) -> Generator[bytes, None, None]: ...


@mirrors(Scanner)
class AsyncScanner(Protocol):
    def scan(self, prefix: str = "", *, batch: int = 100) -> AsyncIterator[Entry]: ...
    def keys(self) -> AsyncIterable[str]: ...
    def chunks(self, size: int = 1024) -> AsyncGenerator[bytes, None]: ...


@implements(Scanner)
class TableScanner:
    """Generator functions implement the protocol."""

    def __init__(self, rows: list[Entry]) -> None:
        self._rows = rows

    def scan(self, prefix: str = "", *, batch: int = 100) -> Iterator[Entry]:
        yield from (row for row in self._rows if row.key.startswith(prefix))

    def keys(self) -> Iterable[str]:
        return [row.key for row in self._rows]

    def chunks(self, size: int = 1024) -> Generator[bytes, None, None]:
        for row in self._rows:
            yield row.key.encode()[:size]


@implements(AsyncScanner)
class AsyncTableScanner:
    def __init__(self, rows: list[Entry]) -> None:
        self._rows = rows

    async def scan(self, prefix: str = "", *, batch: int = 100) -> AsyncIterator[Entry]:
        for row in self._rows:
            if row.key.startswith(prefix):
                yield row

    async def keys(self) -> AsyncIterable[str]:
        for row in self._rows:
            yield row.key

    async def chunks(self, size: int = 1024) -> AsyncGenerator[bytes, None]:
        for row in self._rows:
            yield row.key.encode()[:size]


class Average:
    """Generators that receive values and return a result."""

    def running(self) -> Generator[float, float, None]:
        total, count = 0.0, 0
        while True:
            total += yield total / max(count, 1)
            count += 1

    def lines(self, text: str) -> Generator[str, None, int]:
        lines = text.splitlines()
        yield from lines
        return len(lines)


@mirrors(Average)
class AsyncAverage:
    async def running(self) -> AsyncGenerator[float, float]:
        total, count = 0.0, 0
        while True:
            total += yield total / max(count, 1)
            count += 1

    async def lines(self, text: str) -> AsyncGenerator[str, None]:
        for line in text.splitlines():
            yield line


class Uploader:
    """Iterables as parameters: the async form accepts both, or stays as it is."""

    def upload(self, parts: Iterable[bytes], name: str = "blob") -> int:
        return sum(map(len, parts))

    def merge(self, rows: Iterable[Entry]) -> list[Entry]:
        return sorted(rows, key=lambda row: row.key)

    def tag(self, names: Iterable[str]) -> Iterable[str]:
        return set(names)


@mirrors(Uploader)
class AsyncUploader:
    async def upload(
        self, parts: Iterable[bytes] | AsyncIterable[bytes], name: str = "blob"
    ) -> int:
        if isinstance(parts, AsyncIterable):
            return sum([len(part) async for part in parts])
        return sum(map(len, parts))

    async def merge(self, rows: AsyncIterable[Entry]) -> list[Entry]:
        return sorted([row async for row in rows], key=lambda row: row.key)

    async def tag(self, names: Iterable[str]) -> Iterable[str]:
        """Return an awaited collection."""
        return set(names)


class Cursor:
    """Cursor in the manner of a database driver: an iterator of its own."""

    def __init__(self, rows: list[Entry]) -> None:
        self._rows = rows

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Entry:
        if not self._rows:
            raise StopIteration
        return self._rows.pop(0)

    def fetch_many(self, size: int = 10) -> list[Entry]:
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken


@mirrors(Cursor)
class AsyncCursor:
    def __init__(self, rows: list[Entry]) -> None:
        self._rows = rows

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Entry:
        if not self._rows:
            raise StopAsyncIteration
        return self._rows.pop(0)

    async def fetch_many(self, size: int = 10) -> list[Entry]:
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken


class Page(Iterable[Entry]):
    """Page of a list in the manner of openai-python: iteration loads further pages."""

    def __init__(self, rows: list[Entry], has_more: bool = False) -> None:
        self.rows = rows
        self.has_more = has_more

    def __iter__(self) -> Iterator[Entry]:
        yield from self.rows

    def next_page(self) -> Page | None:
        return Page([]) if self.has_more else None


@mirrors(Page)
class AsyncPage(AsyncIterable[Entry]):
    def __init__(self, rows: list[Entry], has_more: bool = False) -> None:
        self.rows = rows
        self.has_more = has_more

    async def __aiter__(self) -> AsyncIterator[Entry]:
        for row in self.rows:
            yield row

    async def next_page(self) -> AsyncPage | None:
        return AsyncPage([]) if self.has_more else None


class Messages:
    """Iterators within other types, as in the request content of httpx."""

    def send(
        self, content: str | bytes | Iterable[bytes] | None = None, *, repeat: int = 1
    ) -> tuple[int, Iterator[bytes]]:
        return repeat, iter(())

    def pages(self, first: Page) -> Iterator[Page]:
        yield first

    def open(self, source: Callable[[], Iterator[bytes]]) -> dict[str, Iterator[bytes]]:
        return {"main": source()}


@mirrors(Messages)
class AsyncMessages:
    async def send(
        self,
        content: str | bytes | Iterable[bytes] | AsyncIterable[bytes] | None = None,
        *,
        repeat: int = 1,
    ) -> tuple[int, AsyncIterator[bytes]]:
        return repeat, self._none()

    async def pages(self, first: AsyncPage) -> AsyncIterator[AsyncPage]:
        yield first

    async def open(
        self, source: Callable[[], AsyncIterator[bytes]]
    ) -> dict[str, AsyncIterator[bytes]]:
        return {"main": source()}

    async def _none(self) -> AsyncIterator[bytes]:
        yield b""


class Feed(ABC):
    """Abstract generator: a `yield` in the body makes it an async generator."""

    @abstractmethod
    def entries(self, since: int = 0) -> Iterator[Entry]: ...


@mirrors(Feed)
class AsyncFeed(ABC):
    @abstractmethod
    async def entries(self, since: int = 0) -> AsyncIterator[Entry]:
        for _ in range(since):
            yield Entry("")


class Pending:
    """The async form of a cursor can be awaited, too."""

    def __iter__(self) -> Iterator[Entry]:
        yield Entry("a")

    def all(self) -> list[Entry]:
        return list(self)


@mirrors(Pending)
class AsyncPending:
    async def __aiter__(self) -> AsyncIterator[Entry]:
        yield Entry("a")

    def __await__(self) -> Generator[None, None, list[Entry]]:
        return self.all().__await__()

    async def all(self) -> list[Entry]:
        return [entry async for entry in self]
