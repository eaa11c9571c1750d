"""Overloads: literal flags, optional arguments, defaults in items and implementations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any, Literal, Protocol, TypeVar, overload

from memsy.parity import implements, mirrors

T = TypeVar("T")


class Stream:
    """Text that arrives in parts."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __iter__(self) -> Iterator[str]:
        yield from self._text

    def close(self) -> None: ...


@mirrors(Stream)
class AsyncStream:
    def __init__(self, text: str) -> None:
        self._text = text

    async def __aiter__(self) -> AsyncIterator[str]:
        for letter in self._text:
            yield letter

    async def close(self) -> None: ...


class Completions:
    """Literal flag in the manner of openai-python: the result depends on `stream`."""

    @overload
    def create(self, prompt: str, *, stream: Literal[False] = False) -> str: ...
    @overload
    def create(self, prompt: str, *, stream: Literal[True]) -> Stream: ...
    @overload
    def create(self, prompt: str, *, stream: bool) -> str | Stream: ...
    def create(self, prompt: str, *, stream: bool = False) -> str | Stream:
        return Stream(prompt) if stream else prompt


@mirrors(Completions)
class AsyncCompletions:
    @overload
    async def create(self, prompt: str, *, stream: Literal[False] = False) -> str: ...
    @overload
    async def create(self, prompt: str, *, stream: Literal[True]) -> AsyncStream: ...
    @overload
    async def create(self, prompt: str, *, stream: bool) -> str | AsyncStream: ...
    async def create(self, prompt: str, *, stream: bool = False) -> str | AsyncStream:
        return AsyncStream(prompt) if stream else prompt


class Cache:
    """Optional default value, as in `dict.get`; the items write `...` for the default."""

    def __init__(self) -> None:
        self._content = dict[str, str]()

    @overload
    def get(self, key: str) -> str | None: ...
    @overload
    def get(self, key: str, default: T) -> str | T: ...
    def get(self, key: str, default: object = None) -> object:
        return self._content.get(key, default)

    @overload
    def expire(self, key: str, *, seconds: int = ...) -> bool: ...
    @overload
    def expire(self, key: str, *, milliseconds: int) -> bool: ...
    def expire(self, key: str, *, seconds: int = 60, milliseconds: int = 0) -> bool:
        return key in self._content


@mirrors(Cache)
class AsyncCache:
    def __init__(self) -> None:
        self._content = dict[str, str]()

    @overload
    async def get(self, key: str) -> str | None: ...
    @overload
    async def get(self, key: str, default: T) -> str | T: ...
    async def get(self, key: str, default: object = None) -> object:
        return self._content.get(key, default)

    @overload
    async def expire(self, key: str, *, seconds: int = 60) -> bool: ...
    @overload
    async def expire(self, key: str, *, milliseconds: int) -> bool: ...
    async def expire(self, key: str, *, seconds: int = 60, milliseconds: int = 0) -> bool:
        return key in self._content


class Decoder(Protocol):
    """Overloads of a protocol have no implementation."""

    @overload
    def decode(self, data: bytes) -> dict[str, Any]: ...
    @overload
    def decode(self, data: bytes, into: type[T]) -> T: ...


@mirrors(Decoder)
class AsyncDecoder(Protocol):
    @overload
    async def decode(self, data: bytes) -> dict[str, Any]: ...
    @overload
    async def decode(self, data: bytes, into: type[T]) -> T: ...


@implements(Decoder)
class TextDecoder:
    """The implementation below the overloads has a wider signature."""

    @overload
    def decode(self, data: bytes) -> dict[str, Any]: ...
    @overload
    def decode(self, data: bytes, into: type[T]) -> T: ...
    def decode(self, data: bytes, into: type[Any] | None = None) -> Any:
        return into(data.decode()) if into else {"text": data.decode()}


@implements(AsyncDecoder)
class AsyncTextDecoder:
    @overload
    async def decode(self, data: bytes) -> dict[str, Any]: ...
    @overload
    async def decode(self, data: bytes, into: type[T]) -> T: ...
    async def decode(self, data: bytes, into: type[Any] | None = None) -> Any:
        return into(data.decode()) if into else {"text": data.decode()}


class Matrix:
    """Overloads of a constructor, a static method and a special method."""

    @overload
    def __init__(self, rows: list[list[float]]) -> None: ...
    @overload
    def __init__(self, *, size: int, fill: float = 0.0) -> None: ...
    def __init__(
        self, rows: list[list[float]] | None = None, *, size: int = 0, fill: float = 0.0
    ) -> None:
        self.rows = rows or [[fill] * size for _ in range(size)]

    @overload
    def __getitem__(self, index: int) -> list[float]: ...
    @overload
    def __getitem__(self, index: tuple[int, int]) -> float: ...
    def __getitem__(self, index: int | tuple[int, int]) -> list[float] | float:
        return self.rows[index] if isinstance(index, int) else self.rows[index[0]][index[1]]

    @overload
    @staticmethod
    def parse(text: str) -> list[float]: ...
    @overload
    @staticmethod
    def parse(text: str, *, as_ints: Literal[True]) -> list[int]: ...
    @staticmethod
    def parse(text: str, *, as_ints: bool = False) -> list[float] | list[int]:
        values = [float(word) for word in text.split()]
        return [round(value) for value in values] if as_ints else values


@mirrors(Matrix)
class AsyncMatrix:
    @overload
    def __init__(self, rows: list[list[float]]) -> None: ...
    @overload
    def __init__(self, *, size: int, fill: float = 0.0) -> None: ...
    def __init__(
        self, rows: list[list[float]] | None = None, *, size: int = 0, fill: float = 0.0
    ) -> None:
        self.rows = rows or [[fill] * size for _ in range(size)]

    @overload
    def __getitem__(self, index: int) -> list[float]: ...
    @overload
    def __getitem__(self, index: tuple[int, int]) -> float: ...
    def __getitem__(self, index: int | tuple[int, int]) -> list[float] | float:
        return self.rows[index] if isinstance(index, int) else self.rows[index[0]][index[1]]

    @overload
    @staticmethod
    def parse(text: str) -> list[float]: ...
    @overload
    @staticmethod
    def parse(text: str, *, as_ints: Literal[True]) -> list[int]: ...
    @staticmethod
    def parse(text: str, *, as_ints: bool = False) -> list[float] | list[int]:
        values = [float(word) for word in text.split()]
        return [round(value) for value in values] if as_ints else values


class Sequence:
    """One overload returns an iterator, from a plain method in both modes."""

    @overload
    def take(self, index: int) -> str: ...
    @overload
    def take(self, index: slice) -> Iterator[str]: ...
    def take(self, index: int | slice) -> str | Iterator[str]:
        return "abc"[index] if isinstance(index, int) else iter("abc"[index])


@mirrors(Sequence)
class AsyncSequence:
    @overload
    async def take(self, index: int) -> str: ...
    @overload
    def take(self, index: slice) -> AsyncIterator[str]: ...
    def take(self, index: int | slice) -> Coroutine[Any, Any, str] | AsyncIterator[str]:
        return self._one(index) if isinstance(index, int) else self._some(index)

    async def _one(self, index: int) -> str:
        return "abc"[index]

    async def _some(self, index: slice) -> AsyncIterator[str]:
        for letter in "abc"[index]:
            yield letter
