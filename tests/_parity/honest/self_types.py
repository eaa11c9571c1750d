"""`Self` and the class by name: copies, builders, comparisons, class methods."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from typing_extensions import Self

from memsy.parity import implements, mirrors

T = TypeVar("T")
QueryT = TypeVar("QueryT", bound="Query")
AsyncQueryT = TypeVar("AsyncQueryT", bound="AsyncQuery")


class Configurable(Protocol):
    """`Self` as result and as parameter."""

    def with_options(self, *, retries: int = 2) -> Self: ...
    def merge(self, other: Self) -> Self: ...
    def children(self) -> list[Self]: ...


@mirrors(Configurable)
class AsyncConfigurable(Protocol):
    async def with_options(self, *, retries: int = 2) -> Self: ...
    async def merge(self, other: Self) -> Self: ...
    async def children(self) -> list[Self]: ...


@implements(Configurable)
class Settings:
    """An implementation that returns its own class."""

    def __init__(self, retries: int = 2) -> None:
        self._retries = retries

    def with_options(self, *, retries: int = 2) -> Self:
        return type(self)(retries)

    def merge(self, other: Self) -> Self:
        return type(self)(max(self._retries, other._retries))

    def children(self) -> list[Self]:
        return []


class Query:
    """Builder with an annotated `self`, as people wrote it before `Self`."""

    def __init__(self, text: str = "") -> None:
        self.text = text

    def where(self: QueryT, clause: str) -> QueryT:  # noqa: PYI019 - the older way
        return type(self)(f"{self.text} where {clause}")

    def count(self) -> int:
        return len(self.text)


@mirrors(Query)
class AsyncQuery:
    def __init__(self, text: str = "") -> None:
        self.text = text

    async def where(self: AsyncQueryT, clause: str) -> AsyncQueryT:  # noqa: PYI019
        return type(self)(f"{self.text} where {clause}")

    async def count(self) -> int:
        return len(self.text)


class Node:
    """The class by name on both sides: in results, parameters and attributes."""

    parent: Node | None = None

    def __init__(self, name: str) -> None:
        self.name = name

    def add(self, child: Node) -> Node:
        child.parent = self
        return child

    def path(self) -> list[Node]:
        return [*(self.parent.path() if self.parent else []), self]


@mirrors(Node)
class AsyncNode:
    parent: AsyncNode | None = None

    def __init__(self, name: str) -> None:
        self.name = name

    async def add(self, child: AsyncNode) -> AsyncNode:
        child.parent = self
        return child

    async def path(self) -> list[AsyncNode]:
        return [*(await self.parent.path() if self.parent else []), self]


class Box(Generic[T]):
    """A generic class that returns itself with another argument."""

    def __init__(self, item: T) -> None:
        self.item = item

    @classmethod
    def of(cls, item: T) -> Self:
        return cls(item)

    def swap(self, other: Self) -> tuple[Self, Self]:
        return other, self


@mirrors(Box)
class AsyncBox(Generic[T]):
    def __init__(self, item: T) -> None:
        self.item = item

    @classmethod
    def of(cls, item: T) -> Self:
        return cls(item)

    async def swap(self, other: Self) -> tuple[Self, Self]:
        return other, self


class Snapshot(Protocol):
    """`Self` of an implementation stands for the protocol by name."""

    @property
    def origin(self) -> Snapshot | None: ...
    def fork(self) -> Snapshot: ...


@implements(Snapshot)
class FileSnapshot:
    def __init__(self, origin: FileSnapshot | None = None) -> None:
        self._origin = origin

    @property
    def origin(self) -> FileSnapshot | None:
        return self._origin

    def fork(self) -> Self:
        return type(self)(self)


ConfigT = TypeVar("ConfigT", bound="Config")
AsyncConfigT = TypeVar("AsyncConfigT", bound="AsyncConfig")


class Config:
    """Class method with an annotated `cls`."""

    @classmethod
    def load(cls: type[ConfigT], path: str = ".") -> ConfigT:  # noqa: PYI019
        return cls()

    def save(self) -> None: ...


@mirrors(Config)
class AsyncConfig:
    @classmethod
    def load(cls: type[AsyncConfigT], path: str = ".") -> AsyncConfigT:  # noqa: PYI019
        return cls()

    async def save(self) -> None: ...
