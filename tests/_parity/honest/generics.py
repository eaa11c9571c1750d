"""Generic classes, protocols and methods: bounds, constraints, defaults, variance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import AnyStr, Generic, Protocol

from attrs import define
from typing_extensions import TypeVar

from memsy.parity import implements, mirrors

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)
KeyT = TypeVar("KeyT", bound=str)
NumberT = TypeVar("NumberT", int, float)
ValueT = TypeVar("ValueT", default=str)


@define
class Document:
    """Base class of the documents of a collection."""

    key: str


DocumentT = TypeVar("DocumentT", bound=Document)


class Collection(Generic[DocumentT]):
    """Collection of one class of documents, in the manner of motor."""

    def __init__(self, cls: type[DocumentT], documents: Iterable[DocumentT] = ()) -> None:
        self._cls, self._documents = cls, list(documents)

    def find(self, key: str) -> DocumentT | None:
        return next((item for item in self._documents if item.key == key), None)

    def map(self, function: Callable[[DocumentT], T]) -> list[T]:
        return [function(item) for item in self._documents]


@mirrors(Collection)
class AsyncCollection(Generic[DocumentT]):
    def __init__(self, cls: type[DocumentT], documents: Iterable[DocumentT] = ()) -> None:
        self._cls, self._documents = cls, list(documents)

    async def find(self, key: str) -> DocumentT | None:
        return next((item for item in self._documents if item.key == key), None)

    async def map(self, function: Callable[[DocumentT], T]) -> list[T]:
        return [function(item) for item in self._documents]


class Source(Protocol[T_co]):
    """Protocols with variance."""

    def read(self, count: int = 1) -> Sequence[T_co]: ...


@mirrors(Source)
class AsyncSource(Protocol[T_co]):
    async def read(self, count: int = 1) -> Sequence[T_co]: ...


class Sink(Protocol[T_contra]):
    def write(self, item: T_contra, *, flush: bool = False) -> None: ...


@mirrors(Sink)
class AsyncSink(Protocol[T_contra]):
    async def write(self, item: T_contra, *, flush: bool = False) -> None: ...


@implements(Source)
class ListSource(Source[T_co]):
    """A subclass of the protocol, with the same variable."""

    def __init__(self, items: Iterable[T_co]) -> None:
        self._items = list(items)

    def read(self, count: int = 1) -> Sequence[T_co]:
        return self._items[:count]


@implements(AsyncSource)
class AsyncListSource(AsyncSource[T_co]):
    def __init__(self, items: Iterable[T_co]) -> None:
        self._items = list(items)

    async def read(self, count: int = 1) -> Sequence[T_co]:
        return self._items[:count]


class Statistics:
    """Generic methods: constraints, bounds, several variables, names of their own."""

    def total(self, values: Iterable[NumberT], start: NumberT) -> NumberT:
        return sum(values, start)

    def join(self, parts: Iterable[AnyStr], by: AnyStr) -> AnyStr:
        return by.join(parts)

    def invert(self, mapping: Mapping[KeyT, T]) -> dict[T, KeyT]:
        return {value: key for key, value in mapping.items()}


ItemT = TypeVar("ItemT")
TextT = TypeVar("TextT", bound=str)


@mirrors(Statistics)
class AsyncStatistics:
    async def total(self, values: Iterable[NumberT], start: NumberT) -> NumberT:
        return sum(values, start)

    async def join(self, parts: Iterable[AnyStr], by: AnyStr) -> AnyStr:
        return by.join(parts)

    async def invert(self, mapping: Mapping[TextT, ItemT]) -> dict[ItemT, TextT]:
        return {value: key for key, value in mapping.items()}


class Setting(Generic[ValueT]):
    """A variable with a default, and attributes of its type."""

    def __init__(self, name: str, value: ValueT) -> None:
        self.name = name
        self.value = value

    def replace(self, value: ValueT) -> Setting[ValueT]:
        return Setting(self.name, value)


@mirrors(Setting)
class AsyncSetting(Generic[ValueT]):
    def __init__(self, name: str, value: ValueT) -> None:
        self.name = name
        self.value = value

    async def replace(self, value: ValueT) -> AsyncSetting[ValueT]:
        return AsyncSetting(self.name, value)


class Repository(Generic[KeyT, T]):
    """Two variables, and a base class that fixes one of them."""

    def __init__(self) -> None:
        self._items = dict[KeyT, T]()

    def load(self, key: KeyT) -> T:
        return self._items[key]

    def store(self, key: KeyT, item: T) -> None:
        self._items[key] = item


@mirrors(Repository)
class AsyncRepository(Generic[KeyT, T]):
    def __init__(self) -> None:
        self._items = dict[KeyT, T]()

    async def load(self, key: KeyT) -> T:
        return self._items[key]

    async def store(self, key: KeyT, item: T) -> None:
        self._items[key] = item


class DocumentRepository(Repository[str, Document]):
    def count(self) -> int:
        return len(self._items)


@mirrors(DocumentRepository)
class AsyncDocumentRepository(AsyncRepository[str, Document]):
    async def count(self) -> int:
        return len(self._items)


class Loader(Protocol[T]):
    """A generic protocol, and a subclass that fixes its variable."""

    def load(self, key: str) -> T | None: ...
    def store(self, item: T, *, ttl: float = 60.0) -> None: ...


@implements(Loader)
class DocumentLoader(Loader[Document]):
    def load(self, key: str) -> Document | None:
        return Document(key)

    def store(self, item: Document, *, ttl: float = 60.0) -> None: ...
