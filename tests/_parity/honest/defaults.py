"""Default values: constants, sentinels, calls, arithmetic, containers, texts."""

from __future__ import annotations

import datetime as dt
import decimal
import logging
import math
import os
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from logging import INFO
from math import inf
from pathlib import PurePath
from types import EllipsisType
from typing import Final, Protocol

from memsy.parity import implements, mirrors
from tests._parity.honest import limits
from tests._parity.honest.limits import (
    DEFAULT_TIMEOUT,
    MAX_ROWS,
    MODE,
    TIMEOUT,
    Limits,
    Timeout,
)
from tests._parity.honest.limits import MAX_ROWS as ROWS

SIZE: Final = 1024
_MISSING: Final = object()


class NotGiven:
    """Sentinel class in the manner of openai-python."""


NOT_GIVEN = NotGiven()


class Reader:
    """Constants of this and other modules, under different names."""

    def rows(self, limit: int = MAX_ROWS, low: int = Limits.LOW) -> int:
        return limit + low

    def ratio(self, value: float = limits.RATIO, mode: str = MODE) -> float:
        return value * len(mode)

    def wait(self, seconds: float = TIMEOUT, *, policy: Timeout = DEFAULT_TIMEOUT) -> float:
        return seconds + policy.read

    def block(self, size: int = 1024) -> int:
        return size


@mirrors(Reader)
class AsyncReader:
    async def rows(self, limit: int = ROWS, low: int = -1) -> int:
        return limit + low

    async def ratio(self, value: float = 0.5, mode: str = "fast") -> float:
        return value * len(mode)

    async def wait(
        self, seconds: float = limits.TIMEOUT, *, policy: Timeout = limits.DEFAULT_TIMEOUT
    ) -> float:
        return seconds + policy.read

    async def block(self, size: int = SIZE) -> int:
        return size


class Parser:
    """Constants of the class body, public and private, and of a base."""

    _SEPARATOR = ","
    LIMIT: Final = 10

    def split(self, text: str, by: str = _SEPARATOR, limit: int = LIMIT) -> list[str]:
        return text.split(by, limit)


@mirrors(Parser)
class AsyncParser:
    _DELIMITER: Final = ","
    LIMIT: Final = 10

    async def split(self, text: str, by: str = _DELIMITER, limit: int = LIMIT) -> list[str]:
        return text.split(by, limit)


class Sender:
    """Sentinels: an object, an instance of a class, `None`, a class, `...`."""

    def send(self, body: object = _MISSING, *, key: str | NotGiven = NOT_GIVEN) -> object:
        return body, key

    def retry(self, error: type[Exception] = OSError, times: int | None = None) -> str:
        return error.__name__ * (times or 1)

    def take(self, item: int | EllipsisType = ...) -> bool:
        return item is ...


@mirrors(Sender)
class AsyncSender:
    async def send(self, body: object = _MISSING, *, key: str | NotGiven = NOT_GIVEN) -> object:
        return body, key

    async def retry(self, error: type[Exception] = OSError, times: int | None = None) -> str:
        return error.__name__ * (times or 1)

    async def take(self, item: int | EllipsisType = ...) -> bool:
        return item is ...


class Builder:
    """Containers, arithmetic, calls and texts; quotes, layout and number forms differ."""

    def codes(self, retried: Collection[int] = frozenset({429, 500, 503})) -> int:
        return len(retried)

    def fields(self, names: Sequence[str] = ("id", "name"), sizes: Sequence[int] = (1,)) -> int:
        return len(names) + len(sizes)

    def size(self, chunk: int = 8 * 1024, mask: int = 0xFF, offset: int = -1) -> int:
        return chunk & mask + offset

    def angle(self, turn: float = math.pi * 2, scale: float = 1e3) -> float:
        return turn * scale

    def path(self, root: str = os.sep, suffix: str = f"{SIZE}.txt") -> str:
        return root + suffix

    def header(self, value: str = "text/plain; charset=utf-8", flag: bool = not False) -> str:
        return value if flag else ""

    def options(self, given: Mapping[str, int] = {"a": 1, "b": 2}) -> int:
        return len(given)

    def timeout(self, policy: Timeout = Timeout(1.0, read=2.0)) -> float:  # noqa: B008
        return policy.read


# fmt: off
@mirrors(Builder)
class AsyncBuilder:
    async def codes(
        self,
        retried: Collection[int] = frozenset({
            429, 500,
            503,
        }),
    ) -> int:
        return len(retried)

    async def fields(
        self, names: Sequence[str] = ('id', 'name',), sizes: Sequence[int] = (1,)
    ) -> int:
        return len(names) + len(sizes)

    async def size(self, chunk: int = 8_192, mask: int = 255, offset: int = - 1) -> int:
        return chunk & mask + offset

    async def angle(self, turn: float = (math.pi * 2), scale: float = 1_000.0) -> float:
        return turn * scale

    async def path(self, root: str = os.sep, suffix: str = f'{SIZE}.txt') -> str:
        return root + suffix

    async def header(
        self, value: str = "text/plain; " "charset=utf-8", flag: bool = not False  # noqa: ISC001
    ) -> str:
        return value if flag else ''

    async def options(
        self, given: Mapping[str, int] = {'a': 1, 'b': 2}
    ) -> int:
        return len(given)

    async def timeout(
        self,
        policy: Timeout = Timeout(1.0,  # noqa: B008
                                  read=2.0),
    ) -> float:
        return policy.read
# fmt: on


class Rows:
    """A class with an async form, which is the default of other classes."""

    def all(self) -> list[int]:
        return []


@mirrors(Rows)
class AsyncRows:
    async def all(self) -> list[int]:
        return []


class Table:
    """A class and an instance of it as defaults."""

    def __init__(self, rows: type[Rows] = Rows, initial: Rows = Rows()) -> None:  # noqa: B008
        self._rows, self._initial = rows, initial


@mirrors(Table)
class AsyncTable:
    def __init__(
        self,
        rows: type[AsyncRows] = AsyncRows,
        initial: AsyncRows = AsyncRows(),  # noqa: B008
    ) -> None:
        self._rows, self._initial = rows, initial


class Search(Protocol):
    """`= ...` in a protocol: the default is not stated."""

    def search(self, text: str, limit: int = ..., *, exact: bool = ...) -> list[str]: ...
    def count(self, text: str = ...) -> int: ...


@implements(Search)
class WordSearch:
    def search(self, text: str, limit: int = 10, *, exact: bool = False) -> list[str]:
        return text.split()[: limit if exact else None]

    def count(self, text: str = "") -> int:
        return len(text)


@mirrors(Search)
class AsyncSearch(Protocol):
    async def search(self, text: str, limit: int = 10, *, exact: bool = False) -> list[str]: ...
    async def count(self, text: str = ...) -> int: ...


class Clock:
    """Values of the standard library, imported in several ways."""

    LONGEST: Final = 60

    def sleep(self, span: timedelta = timedelta(seconds=1.5)) -> float:
        return span.total_seconds()

    def log(self, level: int = logging.INFO, *, at: float = math.inf) -> float:
        return level + at

    def price(self, vat: Decimal = Decimal("0.19")) -> Decimal:
        return vat

    def match(self, pattern: str = r"\d+", flags: int = re.IGNORECASE | re.ASCII) -> bool:
        return bool(re.match(pattern, "1", flags))

    def root(self, path: PurePath = PurePath("/", "tmp")) -> str:  # noqa: B008
        return str(path)

    def key(self, function: Callable[[str], str] = lambda text: text.lower()) -> str:
        return function("A")

    def first(self, size: int = sys.maxsize, separator: bytes = b"\r\n") -> int:
        return size + len(separator)

    def verbose(self, flag: bool = bool(os.environ.get("VERBOSE"))) -> bool:
        return flag


@mirrors(Clock)
class AsyncClock:
    LONGEST: Final = 60

    async def sleep(self, span: timedelta = dt.timedelta(seconds=1.5)) -> float:
        return span.total_seconds()

    async def log(self, level: int = INFO, *, at: float = inf) -> float:
        return level + at

    async def price(self, vat: Decimal = decimal.Decimal("0.19")) -> Decimal:
        return vat

    async def match(self, pattern: str = "\\d+", flags: int = re.IGNORECASE | re.ASCII) -> bool:
        return bool(re.match(pattern, "1", flags))

    async def root(self, path: PurePath = PurePath("/", "tmp")) -> str:  # noqa: B008
        return str(path)

    async def key(self, function: Callable[[str], str] = lambda text: text.lower()) -> str:
        return function("A")

    async def first(self, size: int = sys.maxsize, separator: bytes = b"\x0d\x0a") -> int:
        return size + len(separator)

    async def verbose(self, flag: bool = bool(os.environ.get("VERBOSE"))) -> bool:
        return flag


class Alarm:
    """A constant of a class that has an async form."""

    def ring(self, seconds: int = Clock.LONGEST, clock: type[Clock] | None = Clock) -> int:
        return seconds


@mirrors(Alarm)
class AsyncAlarm:
    async def ring(
        self, seconds: int = AsyncClock.LONGEST, clock: type[AsyncClock] | None = AsyncClock
    ) -> int:
        return seconds
