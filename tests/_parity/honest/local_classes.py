"""Marked classes in functions: tests, factories, closures."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from memsy.parity import implements, mirrors

T = TypeVar("T")
ItemT = TypeVar("ItemT")


class Store(Protocol):
    """Protocol of the module."""

    def get(self, key: str, *, limit: int = 10) -> str: ...


def make_store(prefix: str) -> Store:
    """Return an instance of a class that uses an argument of the function."""

    @implements(Store)
    class PrefixStore:
        def get(self, key: str, *, limit: int = 10) -> str:
            return f"{prefix}{key}"[:limit]

    return PrefixStore()


def make_pair() -> tuple[object, object]:
    """Return instances of two classes of the function."""

    class Counter:
        def add(self, amount: int = 1) -> int:
            return amount

        def copy(self) -> Counter:
            return self

    @mirrors(Counter)
    class AsyncCounter:
        async def add(self, amount: int = 1) -> int:
            return amount

        async def copy(self) -> AsyncCounter:
            return self

    return Counter(), AsyncCounter()


def make_box(item: T) -> object:
    """Return an instance of a generic class of the function."""

    class Box(Generic[ItemT]):
        def __init__(self, content: ItemT) -> None:
            self.content = content

        def take(self) -> ItemT:
            return self.content

    @mirrors(Box)
    class AsyncBox(Generic[ItemT]):
        def __init__(self, content: ItemT) -> None:
            self.content = content

        async def take(self) -> ItemT:
            return self.content

    return AsyncBox(item)


class Suite:
    """A method with a class, as in tests."""

    def make(self) -> Store:
        @implements(Store, more=("calls",))
        class CountingStore:
            calls = 0

            def get(self, key: str, *, limit: int = 10) -> str:
                self.calls += 1
                return key[:limit]

        return CountingStore()


STORES = [make_store("a"), Suite().make()]
PAIRS = [*make_pair(), make_box(1)]
