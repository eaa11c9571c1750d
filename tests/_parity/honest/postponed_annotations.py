"""Annotations with the `__future__` import: names of type checkers, quotes, later classes."""
# ruff: noqa: UP037 - quotes are redundant here, and common

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from memsy.parity import implements, mirrors

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime
    from decimal import Decimal


class Clock:
    """Names that only type checkers import."""

    def now(self, zone: str = "UTC") -> datetime | None:
        return None

    def ticks(self, every: float = 1.0) -> Iterator[datetime | None]:
        yield from ()


@mirrors(Clock)
class AsyncClock:
    async def now(self, zone: str = "UTC") -> datetime | None:
        return None

    async def ticks(self, every: float = 1.0) -> AsyncIterator[datetime | None]:
        for _ in range(0):
            yield await self.now()


class Ledger(Protocol):
    """Quotes within postponed annotations, and a class defined later."""

    def post(self, entry: "Entry", *, memo: str | None = None) -> "Decimal": ...
    def last(self) -> Entry | None: ...


@mirrors(Ledger)
class AsyncLedger(Protocol):
    async def post(self, entry: Entry, *, memo: "str | None" = None) -> Decimal: ...
    async def last(self) -> "Entry | None": ...


class Entry:
    """Entry of a ledger."""

    amount: Decimal


@implements(Ledger)
class LocalLedger:
    def post(self, entry: Entry, *, memo: str | None = None) -> Decimal:
        return entry.amount

    def last(self) -> Entry | None:
        return None


class Tree:
    """A variable annotated in the body, and in `__init__`."""

    root: Tree | None

    def __init__(self) -> None:
        self.root = None
        self.children: list[Tree] = []

    def walk(self) -> Iterator[Tree]:
        yield from self.children


@mirrors(Tree)
class AsyncTree:
    root: AsyncTree | None

    def __init__(self) -> None:
        self.root = None
        self.children: list[AsyncTree] = []

    async def walk(self) -> AsyncIterator[AsyncTree]:
        for child in self.children:
            yield child
