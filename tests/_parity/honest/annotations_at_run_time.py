"""Annotations without the `__future__` import: evaluated, or in quotes."""
# ruff: noqa: UP007, UP045 - older spellings

import uuid
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Optional, Protocol, Union

from memsy.parity import implements, mirrors

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path


class Chain:
    """The class itself in quotes."""

    def __init__(self, parent: "Optional[Chain]" = None) -> None:
        self.parent = parent

    def next(self, name: "str" = "x") -> "Chain":
        return Chain(self)


@mirrors(Chain)
class AsyncChain:
    def __init__(self, parent: "Optional[AsyncChain]" = None) -> None:
        self.parent = parent

    async def next(self, name: str = "x") -> "AsyncChain":
        return AsyncChain(self)


class Prices:
    """Names that only type checkers import."""

    def price(self, name: str, vat: "Decimal | None" = None) -> "Decimal | None":
        return vat

    def export(self, to: "Path", *, name: str = "prices") -> int:
        return len(name)


@mirrors(Prices)
class AsyncPrices:
    async def price(self, name: str, vat: "Decimal | None" = None) -> "Decimal | None":
        return vat

    async def export(self, to: "Path", *, name: str = "prices") -> int:
        return len(name)


class Lines(Protocol):
    """A part of the annotation in quotes."""

    def lines(self) -> Iterator["Line"]: ...
    def first(self) -> Optional["Line"]: ...


@mirrors(Lines)
class AsyncLines(Protocol):
    def lines(self) -> AsyncIterator["Line"]: ...
    async def first(self) -> "Optional[Line]": ...


class Line:
    """A class defined after its use."""

    def __init__(self, text: Union[str, bytes] = "") -> None:
        self.text = text


@implements(Lines)
class TextLines:
    def lines(self) -> Iterator[Line]:
        yield Line()

    def first(self) -> Union[Line, None]:
        return Line()


class Node:
    """Classes of other modules, by an attribute of the module."""

    def owner(self, default: "uuid.UUID | None" = None) -> Optional[uuid.UUID]:
        return default


@mirrors(Node)
class AsyncNode:
    async def owner(self, default: Optional[uuid.UUID] = None) -> "uuid.UUID | None":
        return default
