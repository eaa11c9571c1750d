"""Base classes in another module than the pairs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Named:
    """Mixin of sync and async classes."""

    name: str = "unnamed"

    def describe(self, *, long: bool = False) -> str:
        """Stay sync in both modes."""
        return self.name * (2 if long else 1)

    @property
    def title(self) -> str:
        return self.name.title()


class Registry(Generic[T]):
    """Generic sync base class."""

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._items = list(items)

    def all(self, *, limit: int = 100) -> list[T]:
        return self._items[:limit]


class AsyncRegistry(Generic[T]):
    """Generic async base class, without a mark."""

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._items = list(items)

    async def all(self, *, limit: int = 100) -> list[T]:
        return self._items[:limit]


class Backend(ABC):
    """Abstract sync base class."""

    @abstractmethod
    def load(self, key: str) -> bytes: ...

    def has(self, key: str) -> bool:
        return bool(self.load(key))


class AsyncBackend(ABC):
    """Abstract async base class."""

    @abstractmethod
    async def load(self, key: str) -> bytes: ...

    async def has(self, key: str) -> bool:
        return bool(await self.load(key))
