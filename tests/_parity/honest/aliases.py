"""Members that are no `def`: aliases, `partialmethod`, lambdas, single dispatch, caches."""

from __future__ import annotations

from functools import cache, lru_cache, partialmethod, singledispatchmethod
from typing import Protocol

from memsy.parity import implements, mirrors


class Catalog:
    """Two names of one method, on both sides."""

    def search(self, text: str, *, limit: int = 10) -> list[str]:
        return [text][:limit]

    def remove(self, *keys: str) -> int:
        return len(keys)

    find = search
    delete = remove


@mirrors(Catalog)
class AsyncCatalog:
    async def search(self, text: str, *, limit: int = 10) -> list[str]:
        return [text][:limit]

    async def remove(self, *keys: str) -> int:
        return len(keys)

    find = search
    delete = remove


class Keys(Protocol):
    """A protocol with two methods; the implementation has one and an alias."""

    def exists(self, key: str) -> bool: ...
    def has(self, key: str) -> bool: ...


@implements(Keys)
class MemoryKeys:
    def exists(self, key: str) -> bool:
        return bool(key)

    has = exists


class Ledger:
    """Private method behind public names."""

    def _post(self, amount: int, currency: str = "EUR") -> str:
        return f"{amount} {currency}"

    book = _post
    euros = partialmethod(_post, currency="EUR")
    one = partialmethod(_post, 1)


@mirrors(Ledger)
class AsyncLedger:
    async def _post(self, amount: int, currency: str = "EUR") -> str:
        return f"{amount} {currency}"

    book = _post
    euros = partialmethod(_post, currency="EUR")
    one = partialmethod(_post, 1)


class PlainFormatter:
    """Single dispatch and caches on both sides of `@implements`."""

    @singledispatchmethod
    def show(self, value: object) -> str:
        return str(value)

    @show.register
    def _(self, value: bytes) -> str:
        return value.decode()

    @staticmethod
    @cache
    def width(text: str) -> int:
        return len(text)


@implements(PlainFormatter)
class ColorFormatter:
    @singledispatchmethod
    def show(self, value: object) -> str:
        return f"\N{ESCAPE}[31m{value}"

    @show.register
    def _(self, value: bytes) -> str:
        return value.decode()

    @staticmethod
    @cache
    def width(text: str) -> int:
        return len(text) + 5


class Patterns(Protocol):
    """Lambdas and functions of other modules implement methods."""

    def is_empty(self) -> bool: ...
    def check(self, text: str, strict: bool = True) -> bool: ...


@implements(Patterns)
class NoPatterns:
    is_empty = lambda self: True  # noqa: E731

    def check(self, text: str, strict: bool = True) -> bool:
        return not text


class Texts:
    """Static methods from functions."""

    normalize = staticmethod(str.lower)

    @staticmethod
    @lru_cache(maxsize=10)
    def compile(pattern: str) -> str:
        return pattern

    def check(self, text: str) -> bool:
        return bool(text)


@mirrors(Texts)
class AsyncTexts:
    normalize = staticmethod(str.lower)

    @staticmethod
    @lru_cache(maxsize=10)
    def compile(pattern: str) -> str:
        return pattern

    async def check(self, text: str) -> bool:
        return bool(text)
