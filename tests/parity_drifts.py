"""
One example of each difference that the mypy plugin reports, checked by every run of mypy.

If the plugin misses a difference, or is not loaded, the comment `type: ignore[parity]` is unused,
and strict mypy reports that. These comments are the test; the code never runs.
"""

from __future__ import annotations

from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
    Sequence,
)
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    Protocol,
    TypedDict,
    TypeGuard,
    TypeVar,
    overload,
)

from typing_extensions import deprecated

from memsy.parity import implements, mirrors

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")
Number = TypeVar("Number", bound=int)
Text = TypeVar("Text", bound=str)
Function = TypeVar("Function", bound=Callable[..., Any])

LIMIT: Final = 10


class Limits:
    TOP: Final = 10


class OtherLimits:
    TOP: Final = 20


class Rows(Protocol):
    def get(self, key: str) -> int: ...
    def drop(self) -> None: ...


@mirrors(Rows)
class AsyncRows(Protocol):
    async def get(self, key: str) -> int: ...
    async def drop(self) -> None: ...


class UnmarkedRows(Protocol):
    async def get(self, key: str) -> int: ...
    async def drop(self) -> None: ...


# Mirrors: a sync class, then an async class that differs in each member after the first group.


class Surface(Protocol):
    # Equivalent members.
    @property
    def rows(self) -> Rows: ...
    def same(self, a: int, /, b: str = "x", *, c: Literal["p", "q"] = "p", d: bool) -> str: ...
    def constant(self, a: int = 10) -> int: ...
    def folded(self, a: int = -1, b: Sequence[str] = ("p", "q"), c: int | None = None) -> int: ...
    def pages(self) -> Iterator[int]: ...
    def all_pages(self) -> Iterable[int]: ...
    def session(self) -> AbstractContextManager[int]: ...
    def connected(self) -> Rows: ...
    def generic(self, a: T) -> T: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, kind: object, error: object, trace: object) -> None: ...
    def __iter__(self) -> Iterator[int]: ...

    # Parameters.
    def renamed(self, a: int) -> int: ...
    def widened(self, a: int) -> int: ...
    def narrowed(self, a: Sequence[int]) -> int: ...
    def made_any(self, a: Sequence[int]) -> int: ...
    def made_positional(self, a: int) -> int: ...
    def was_positional(self, a: int, /) -> int: ...
    def made_keyword(self, a: int) -> int: ...
    def was_keyword(self, *, a: int) -> int: ...
    def added(self, a: int) -> int: ...
    def added_keyword(self, a: int) -> int: ...
    def added_stars(self, a: int) -> int: ...
    def removed(self, a: int, b: int = 0) -> int: ...
    def reordered(self, a: int = 0, b: int = 0) -> int: ...
    def reordered_keywords(self, *, a: int = 0, b: int = 0) -> int: ...
    def more_choices(self, a: Literal["p", "q"]) -> int: ...
    def fewer_choices(self, a: Literal["p", "q"]) -> int: ...
    def stars(self, *a: int, **b: int) -> int: ...
    def callback(self, a: Callable[[int], None]) -> int: ...

    # Default values.
    def default_dropped(self, a: int = 0) -> int: ...
    def default_added(self, a: int) -> int: ...
    def default_changed(self, a: int = 0) -> int: ...
    def default_negated(self, a: int = 1) -> int: ...
    def default_retyped(self, a: object = 1) -> int: ...
    def default_elsewhere(self, a: int = Limits.TOP) -> int: ...
    def default_reordered(self, a: Sequence[str] = ("p", "q")) -> int: ...
    def default_computed(self, a: object = frozenset({1})) -> int: ...

    if TYPE_CHECKING:

        def default_hidden(self, a: int = 0) -> int: ...

    # Results.
    def result(self) -> int: ...
    def wider(self) -> int: ...
    def narrower(self) -> float: ...
    def no_result(self) -> None: ...
    def other_rows(self) -> Rows: ...
    def sync_rows(self) -> Rows: ...
    def sync_rows_parameter(self, rows: Rows | None) -> None: ...
    def not_awaited(self) -> int: ...
    def rows_not_awaited(self) -> Rows: ...
    def awaited_twice(self) -> int: ...
    def sync_pages(self) -> Iterator[int]: ...
    def awaited_pages(self) -> Iterator[int]: ...
    def other_pages(self) -> Iterator[int]: ...
    def iterable_pages(self) -> Iterator[int]: ...
    def no_pages(self) -> int: ...
    def sync_session(self) -> AbstractContextManager[int]: ...

    # Kinds of members.
    @property
    def value(self) -> int: ...
    @property
    def other_value(self) -> int: ...
    @property
    def awaited_value(self) -> int: ...
    @property
    def unmarked_value(self) -> Rows: ...
    @property
    def sync_value(self) -> Rows: ...
    @property
    def settable(self) -> int: ...

    attribute: int

    def method(self) -> int: ...
    @overload
    def overloaded(self, a: int) -> int: ...
    @overload
    def overloaded(self, a: str) -> str: ...
    @overload
    def overloaded_default(self, a: int = 0) -> int: ...
    @overload
    def overloaded_default(self, a: str) -> str: ...
    @overload
    def no_longer_overloaded(self, a: int) -> int: ...
    @overload
    def no_longer_overloaded(self, a: str) -> str: ...
    def not_generic(self, a: T) -> T: ...
    def other_bound(self, a: Number) -> Number: ...


@mirrors(Surface)
class AsyncSurface(Protocol):
    @property
    def rows(self) -> AsyncRows: ...
    async def same(
        self, a: int, /, b: str = "x", *, c: Literal["p", "q"] = "p", d: bool
    ) -> str: ...
    async def constant(self, a: int = LIMIT) -> int: ...
    async def folded(
        self, a: int = -1, b: Sequence[str] = ("p", "q"), c: int | None = None
    ) -> int: ...
    def pages(self) -> AsyncIterator[int]: ...
    def all_pages(self) -> AsyncIterable[int]: ...
    def session(self) -> AbstractAsyncContextManager[int]: ...
    async def connected(self) -> AsyncRows: ...
    async def generic(self, a: T) -> T: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, kind: object, error: object, trace: object) -> None: ...
    def __aiter__(self) -> AsyncIterator[int]: ...

    async def renamed(self, b: int) -> int: ...  # type: ignore[parity]
    async def widened(self, a: int | str) -> int: ...  # type: ignore[parity]
    async def narrowed(self, a: list[int]) -> int: ...  # type: ignore[parity]
    async def made_any(self, a: Sequence[Any]) -> int: ...  # type: ignore[parity]
    async def made_positional(self, a: int, /) -> int: ...  # type: ignore[parity]
    async def was_positional(self, a: int) -> int: ...  # type: ignore[parity]
    async def made_keyword(self, *, a: int) -> int: ...  # type: ignore[parity]
    async def was_keyword(self, a: int) -> int: ...  # type: ignore[parity]
    async def added(self, a: int, b: int = 0) -> int: ...  # type: ignore[parity]
    async def added_keyword(self, a: int, *, b: int = 0) -> int: ...  # type: ignore[parity]
    async def added_stars(self, a: int, **b: int) -> int: ...  # type: ignore[parity]
    async def removed(self, a: int) -> int: ...  # type: ignore[parity]
    async def reordered(self, b: int = 0, a: int = 0) -> int: ...  # type: ignore[parity]
    async def reordered_keywords(  # type: ignore[parity]
        self, *, b: int = 0, a: int = 0
    ) -> int: ...
    async def more_choices(self, a: Literal["p", "q", "r"]) -> int: ...  # type: ignore[parity]
    async def fewer_choices(self, a: Literal["p"]) -> int: ...  # type: ignore[parity]
    async def stars(self, *a: int, **b: str) -> int: ...  # type: ignore[parity]
    async def callback(self, a: Callable[[str], None]) -> int: ...  # type: ignore[parity]

    async def default_dropped(self, a: int) -> int: ...  # type: ignore[parity]
    async def default_added(self, a: int = 0) -> int: ...  # type: ignore[parity]
    async def default_changed(self, a: int = 1) -> int: ...  # type: ignore[parity]
    async def default_negated(self, a: int = -1) -> int: ...  # type: ignore[parity]
    async def default_retyped(self, a: object = "1") -> int: ...  # type: ignore[parity]
    async def default_elsewhere(self, a: int = OtherLimits.TOP) -> int: ...  # type: ignore[parity]
    async def default_reordered(  # type: ignore[parity]
        self, a: Sequence[str] = ("q", "p")
    ) -> int: ...
    async def default_computed(  # type: ignore[parity]
        self,
        a: object = frozenset({2}),
    ) -> int: ...
    async def default_hidden(self, a: int = 1) -> int: ...  # type: ignore[parity]

    async def result(self) -> str: ...  # type: ignore[parity]
    async def wider(self) -> int | None: ...  # type: ignore[parity]
    async def narrower(self) -> int: ...  # type: ignore[parity]
    async def no_result(self) -> int: ...  # type: ignore[parity]
    async def other_rows(self) -> UnmarkedRows: ...  # type: ignore[parity]
    async def sync_rows(self) -> Rows: ...  # type: ignore[parity]
    async def sync_rows_parameter(self, rows: Rows | None) -> None: ...  # type: ignore[parity]
    def not_awaited(self) -> int: ...  # type: ignore[parity]
    def rows_not_awaited(self) -> AsyncRows: ...  # type: ignore[parity]
    async def awaited_twice(self) -> Awaitable[int]: ...  # type: ignore[parity]
    def sync_pages(self) -> Iterator[int]: ...  # type: ignore[parity]
    async def awaited_pages(self) -> AsyncIterator[int]: ...  # type: ignore[parity]
    def other_pages(self) -> AsyncIterator[str]: ...  # type: ignore[parity]
    def iterable_pages(self) -> AsyncIterable[int]: ...  # type: ignore[parity]
    def no_pages(self) -> AsyncIterator[int]: ...  # type: ignore[parity]
    def sync_session(self) -> AbstractContextManager[int]: ...  # type: ignore[parity]

    def value(self) -> int: ...  # type: ignore[parity]
    @property  # type: ignore[parity]
    def other_value(self) -> str: ...
    @property  # type: ignore[parity]
    def awaited_value(self) -> Awaitable[int]: ...
    @property  # type: ignore[parity]
    def unmarked_value(self) -> UnmarkedRows: ...
    @property  # type: ignore[parity]
    def sync_value(self) -> RowsOfStore: ...

    settable: int  # type: ignore[parity]

    @property  # type: ignore[parity]
    def attribute(self) -> int: ...
    @property  # type: ignore[parity]
    def method(self) -> int: ...
    @overload
    async def overloaded(self, a: int) -> int: ...
    @overload
    async def overloaded(self, a: str) -> int: ...  # type: ignore[parity]
    @overload
    async def overloaded_default(self, a: int = 1) -> int: ...  # type: ignore[parity]
    @overload
    async def overloaded_default(self, a: str) -> str: ...
    async def no_longer_overloaded(self, a: int) -> int: ...  # type: ignore[parity]
    async def not_generic(self, a: object) -> object: ...  # type: ignore[parity]
    async def other_bound(self, a: Text) -> Text: ...  # type: ignore[parity]


@mirrors(Rows, sync=("get", "drop", "added"))
class MirrorThatStaysSync(Protocol):  # type: ignore[parity]
    """`drop` and `added` are wrong in `sync`."""

    def get(self, key: str) -> int: ...
    async def drop(self) -> None: ...  # type: ignore[parity]


@mirrors(Rows)
class MirrorWithOtherMembers(Protocol):  # type: ignore[parity]
    async def get(self, key: str) -> int: ...
    async def added(self) -> None: ...  # type: ignore[parity]


# Implementations.


class Store(Protocol):
    name: str

    @property
    def rows(self) -> Rows: ...
    def get(self, key: str) -> int: ...


@implements(Rows)
class RowsOfStore:
    def get(self, key: str) -> int:
        return len(key)

    def drop(self) -> None: ...


class Getter:
    def get(self, key: str) -> int:
        return len(key)


@implements(Store, more=("calls", "replay"))
class ExactStore(Getter):
    """Class methods and private, inherited, declared and attribute members are no differences."""

    def __init__(self, rows: RowsOfStore, calls: int) -> None:
        self.name, self.rows, self.calls = "", rows, calls

    @classmethod
    def empty(cls) -> Self:
        return cls(RowsOfStore(), 0)

    def replay(self) -> None: ...
    def _private(self) -> None: ...


@implements(Store)
class StoreWithoutGet:  # type: ignore[parity]
    name: str
    rows: RowsOfStore


@implements(Store)
class StoreWithUndeclared(Getter):
    def __init__(self, rows: RowsOfStore) -> None:
        self.name, self.rows = "", rows
        self.undeclared = 0  # type: ignore[parity]

    def added(self) -> None: ...  # type: ignore[parity]


class GetterWithUndeclared(Getter):
    name: str
    rows: RowsOfStore

    def inherited(self) -> None: ...  # type: ignore[parity]


@implements(Store)
class StoreWithInheritedUndeclared(GetterWithUndeclared): ...


@implements(Store)
class StoreWithProtocolBody(Store):  # type: ignore[parity]
    """A class that inherits `get` without a body from its protocol."""

    name: str
    rows: RowsOfStore


@implements(Store)
class ChangedStore:
    name: Final[str] = ""  # type: ignore[parity]
    rows: Getter  # type: ignore[parity]

    def get(self, key: str = "") -> int:  # type: ignore[parity]
        return len(key)


@implements(Store, more=("calls", "get"))
class StoreWithWrongMore(Getter):  # type: ignore[parity]
    name: str
    rows: RowsOfStore


DECLARED = ("calls",)


@implements(Store, more=DECLARED)
class StoreWithUnreadableMore(Getter):  # type: ignore[parity]
    name: str
    rows: RowsOfStore


surface: type[Rows] = RowsOfStore


@implements(surface)
class RowsWithUnreadableReference(RowsOfStore): ...  # type: ignore[parity]


mark = implements(Rows)  # type: ignore[parity]


@mark  # type: ignore[parity]
class RowsWithUnreadableMark(RowsOfStore): ...


class RowsMarkedByCall(RowsOfStore): ...


implements(Rows)(RowsMarkedByCall)  # type: ignore[parity]


# Two marks on one class; the constructors of a mirror are compared, too.


class Client:
    def __init__(self, url: str, timeout: float = 30.0) -> None: ...
    @classmethod
    def local(cls, port: int) -> Self:
        return cls(f"http://127.0.0.1:{port}")

    def get(self, key: str) -> int:
        return len(key)

    def drop(self) -> None: ...


@implements(AsyncRows)
@mirrors(Client)
class AsyncClient:
    def __init__(self, url: str, timeout: float = 30.0) -> None: ...
    @classmethod
    def local(cls, port: int) -> Self:
        return cls(f"http://127.0.0.1:{port}")

    async def get(self, key: str) -> int:
        return len(key)

    async def drop(self) -> None: ...


@mirrors(Client)
@implements(AsyncRows)
class ChangedAsyncClient:
    def __init__(self, url: str, timeout: float = 60.0) -> None: ...  # type: ignore[parity]
    @classmethod
    def local(cls, port: int = 80) -> Self:  # type: ignore[parity]
        return cls(f"http://127.0.0.1:{port}")

    async def get(self, key: str = "") -> int:  # type: ignore[parity]
        return len(key)

    async def drop(self) -> None: ...


# Generic classes.


class Box(Protocol[T]):
    def get(self) -> T: ...
    def put(self, value: T) -> None: ...


@mirrors(Box)
class AsyncBox(Protocol[T]):
    async def get(self) -> T: ...
    async def put(self, value: T) -> None: ...


@implements(Box)
class ChangedBox(Generic[T]):
    def __init__(self, value: T) -> None:
        self._value = value

    def get(self) -> T:
        return self._value

    def put(self, value: list[T]) -> None: ...  # type: ignore[parity]


@implements(Box)
class BoxOfInt:  # type: ignore[parity]
    def get(self) -> int:
        return 0

    def put(self, value: int) -> None: ...


# Members, kinds and types; `tests/_parity/type_examples` has more of them.


class Lookalike(Protocol):
    def get(self, key: str = "other") -> int: ...
    def drop(self) -> None: ...


class Options(TypedDict):
    limit: int


class Catalog(Protocol):
    entry: ClassVar[int] = 1
    options: Options

    class Config:
        url: str

    @property
    def lookalike(self) -> UnmarkedRows: ...
    @property
    def cached(self) -> int: ...
    @property
    def written(self) -> int: ...
    @written.setter
    def written(self, value: int) -> None: ...
    @property
    def deleted(self) -> int: ...
    @deleted.deleter
    def deleted(self) -> None: ...
    def own(self) -> Self: ...
    def guard(self, a: object) -> TypeGuard[int]: ...
    def coroutine(self) -> int: ...
    def pages(self) -> Generator[int, str, None]: ...
    def on_change(self, a: Callable[[int], int]) -> None: ...
    @cache  # noqa: B019 - never called
    def remembered(self, key: str) -> int: ...
    def __len__(self) -> int: ...
    def __call__(self, key: str) -> int: ...
    def __getitem__(self, key: str) -> int: ...


@mirrors(Catalog)
class AsyncCatalog(Protocol):  # type: ignore[parity]
    """A class without `__len__`."""

    entry: int = 1  # type: ignore[parity]
    options: Options

    class Config:
        url: bytes  # type: ignore[parity]

    @property  # type: ignore[parity]
    def lookalike(self) -> Lookalike: ...
    @cached_property  # type: ignore[parity]
    def cached(self) -> int: ...
    @property  # type: ignore[parity]
    def written(self) -> int: ...
    @written.setter
    def written(self, value: float) -> None: ...
    @property  # type: ignore[parity]
    def deleted(self) -> int: ...
    async def own(self) -> AsyncCatalog: ...  # type: ignore[parity]
    async def guard(self, a: object) -> TypeGuard[str]: ...  # type: ignore[parity]
    def coroutine(self) -> Coroutine[str, int, int]: ...  # type: ignore[parity]
    def pages(self) -> AsyncIterator[int]: ...  # type: ignore[parity]
    async def on_change(self, a: Callable[[int], Awaitable[str]]) -> None: ...  # type: ignore[parity]
    @cache  # noqa: B019 - never called
    async def remembered(self, name: str) -> int: ...  # type: ignore[parity]
    async def __call__(self, name: str) -> int: ...  # type: ignore[parity]
    async def __getitem__(self, key: int) -> int: ...  # type: ignore[parity]


class WithVariable(Generic[T]):
    def set(self, value: T) -> None: ...


@mirrors(WithVariable)
class WithBoundVariable(Generic[Number]):  # type: ignore[parity]
    async def set(self, value: Number) -> None: ...


# Default values and other source text: names, blocks, aliases, fields and decorators.

LOW = 1
HIGH = 2


def retry(times: int) -> Callable[[Function], Function]:
    return lambda function: function


class Values:
    TOP: Final = 1
    name: ClassVar[str] = "values"
    _OWN = 1

    def by_name(self, a: object = frozenset({LOW})) -> None: ...
    def by_class(self, a: int = _OWN) -> None: ...
    def text(self, a: Sequence[str] = ("new york",)) -> None: ...
    def untyped(self, a=1): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    def alias(self, a: int = 1) -> None: ...

    try:

        def in_try(self, a: int = 1) -> None: ...
    finally:
        pass

    @retry(times=3)
    def retried(self) -> None: ...
    @deprecated("old")
    def deprecated(self) -> None: ...
    def annotated(self, a: Annotated[int, "positive"]) -> None: ...
    @overload
    def overloaded(self, a: int) -> int: ...
    @overload
    def overloaded(self, a: str, b: int = ...) -> str: ...
    def overloaded(self, a: int | str, b: int = 1) -> int | str:
        return a


@mirrors(Values)
class AsyncValues:
    TOP: Final = 2  # type: ignore[parity]
    name: ClassVar[str] = "async"  # type: ignore[parity]
    _OWN = 2

    async def by_name(self, a: object = frozenset({HIGH})) -> None: ...  # type: ignore[parity]
    async def by_class(self, a: int = _OWN) -> None: ...  # type: ignore[parity]
    async def text(self, a: Sequence[str] = ("newyork",)) -> None: ...  # type: ignore[parity]
    async def untyped(self, a=2): ...  # type: ignore[no-untyped-def, parity]  # noqa: ANN001, ANN201
    async def alias(self, a: int = 1) -> None: ...

    try:

        async def in_try(self, a: int = 2) -> None: ...  # type: ignore[parity]
    finally:
        pass

    @retry(times=5)
    async def retried(self) -> None: ...  # type: ignore[parity]
    async def deprecated(self) -> None: ...  # type: ignore[parity]
    async def annotated(  # type: ignore[parity]
        self, a: Annotated[int, "negative"]
    ) -> None: ...
    @overload
    async def overloaded(self, a: int) -> int: ...
    @overload
    async def overloaded(  # type: ignore[parity]
        self, a: str, b: int = ...
    ) -> str: ...
    async def overloaded(  # type: ignore[parity]
        self, a: int | str, b: int = 2
    ) -> int | str:
        return a


@implements(Values)
class ValuesWithAlias(Values):
    def _search(self, a: int = 2) -> None: ...

    alias = _search  # type: ignore[parity]


@dataclass
class Point:
    x: int = 0
    y: list[int] = field(default_factory=list)


@mirrors(Point)
@dataclass
class ChangedPoint:
    x: int = 1  # type: ignore[parity]
    y: list[int] = field(default_factory=lambda: [1])  # type: ignore[parity]


# Functions of a module.


def load(rows: Rows, keys: Sequence[str], *, limit: int = LIMIT) -> int:
    return limit


def walk(rows: Rows, *, limit: int = 10) -> Iterator[int]:
    yield limit


@overload
def read(key: str) -> str: ...
@overload
def read(key: int) -> int: ...
def read(key: int | str) -> int | str:
    return key


@deprecated("old")
def old(rows: Rows) -> None: ...


@mirrors(load)
async def same_load(rows: AsyncRows, keys: Sequence[str], *, limit: int = 10) -> int:
    return limit


@mirrors(walk)
async def same_walk(rows: AsyncRows, *, limit: int = 10) -> AsyncIterator[int]:
    yield limit


@mirrors(load)
def sync_load(  # type: ignore[parity]
    rows: AsyncRows, keys: Sequence[str], *, limit: int = 10
) -> int:
    return limit


@mirrors(load)
async def load_of_sync_rows(  # type: ignore[parity]
    rows: Rows, keys: Sequence[str], *, limit: int = 10
) -> int:
    return limit


@mirrors(load)
async def renamed_load(  # type: ignore[parity]
    rows: AsyncRows, names: Sequence[str], *, limit: int = 10
) -> int:
    return limit


@mirrors(load)
async def reordered_load(  # type: ignore[parity]
    keys: Sequence[str], rows: AsyncRows, *, limit: int = 10
) -> int:
    return limit


@mirrors(load)
async def load_with_other_default(  # type: ignore[parity]
    rows: AsyncRows, keys: Sequence[str], *, limit: int = 20
) -> int:
    return limit


@mirrors(load)
async def load_without_limit(  # type: ignore[parity]
    rows: AsyncRows, keys: Sequence[str]
) -> int:
    return 0


@mirrors(load)
async def load_with_other_result(  # type: ignore[parity]
    rows: AsyncRows, keys: Sequence[str], *, limit: int = 10
) -> str:
    return ""


@mirrors(walk)
def sync_walk(rows: AsyncRows, *, limit: int = 10) -> Iterator[int]:  # type: ignore[parity]
    yield limit


@overload
async def changed_read(key: str) -> str: ...
@overload
async def changed_read(key: bytes) -> int: ...  # type: ignore[parity]
@mirrors(read)
async def changed_read(key: bytes | str) -> int | str:
    return len(key)


@mirrors(old)
async def current(rows: AsyncRows) -> None: ...  # type: ignore[parity]


@mirrors(Rows)
async def mirror_of_a_class(rows: AsyncRows) -> None: ...  # type: ignore[parity]
