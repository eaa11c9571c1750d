# ruff: noqa: E501 - an expected error is on the line of its cause
"""Cases of members that are no plain method: aliases, overloads, fields, class constants."""

from __future__ import annotations

from tests._parity.source_cases import Case

MEMBER_CASES = [
    Case(
        "aliases",
        """
P = ParamSpec("P")
R = TypeVar("R")
def retry(f: Callable[P, R]) -> Callable[P, R]: return f
def _module(self: Any, a: int = 1) -> None: ...
class Store:
    def search(self, a: int = 1) -> None: ...
    find = search
    def _hidden(self, a: int = 1) -> None: ...
    hidden = _hidden
    retried = retry(_hidden)
    function = _module
    short = lambda self, a=1: a
    partial = functools.partialmethod(search, a=5)
    defined = search
    def late(self, a: int = 1) -> None: ...
    twice = find
""",
        """
def aretry(f: Callable[sync.P, sync.R]) -> Callable[sync.P, sync.R]: return f
async def _module(self: Any, a: int = 1) -> None: ...
async def _other(self: Any, a: int = 2) -> None: ...

@mirrors(Store)
class AsyncStore:
    async def search(self, a: int = 1) -> None: ...
    find = search
    async def _find(self, a: int = 1) -> None: ...
    hidden = _find
    retried = aretry(_find)
    function = _module
    async def short(self, a=1): ...
    partial = functools.partialmethod(search, a=5)
    async def defined(self, a: int = 1) -> None: ...
    late = search
    twice = find

@mirrors(Store)
class DriftingStore:
    async def search(self, a: int = 2) -> None: ...  # drift: "search" of "DriftingStore": the default of "a" is 2, but 1
    find = search  # drift: "find" of "DriftingStore": the default of "a" is 2, but 1
    async def _find(self, a: int = 2) -> None: ...
    hidden = _find  # drift: is 2, but 1
    retried = sync.retry(_find)  # drift: is 2, but 1
    function = _other  # drift: is 2, but 1
    async def short(self, a=2): ...  # drift: is 2, but 1
    partial = functools.partialmethod(search, a=6)  # drift: the default of "a" is 6, but 5
    async def defined(self, a: int = 2) -> None: ...  # drift: is 2, but 1
    late = search  # drift: is 2, but 1
    twice = find  # drift: is 2, but 1
""",
    ),
    Case(
        "cached",
        """
class Store(Protocol):
    def get(self, a: int = 1) -> int: ...

class Stock:
    @functools.cache
    def cached(self, a: int = 1) -> int: return a
    @functools.lru_cache(maxsize=10)
    def sized(self, a: int = 1) -> int: return a
    @functools.singledispatchmethod
    def dispatched(self, a: object, b: int = 1) -> int: return 1
""",
        """
from cached_sync import Stock

@implements(Store)
class CachingStore:
    @functools.cache
    def get(self, a: int = 2) -> int: return a  # drift: is 2, but 1

@implements(Stock)
class SameStock:
    @functools.cache
    def cached(self, a: int = 1) -> int: return a
    @functools.lru_cache(maxsize=10)
    def sized(self, a: int = 1) -> int: return a
    @functools.singledispatchmethod
    def dispatched(self, a: object, b: int = 1) -> int: return 1

@implements(Stock)
class DriftingStock:
    @functools.cache
    def cached(self, a: int = 2) -> int: return a  # drift: the default of "a" is 2, but 1 in "Stock"
    @functools.lru_cache(maxsize=20)
    def sized(self, a: int) -> int: return a  # drift: the default of "a" is absent, but 1 in "Stock": add it|the decorator is functools.lru_cache(maxsize=20), but functools.lru_cache(maxsize=10)
    @functools.singledispatchmethod
    def dispatched(self, a: object, b: int = 2) -> int: return 1  # drift: is 2, but 1
""",
    ),
    Case(
        "overloads",
        """
class Store:
    @overload
    def stated(self, a: int = 1) -> int: ...
    @overload
    def stated(self, a: str) -> str: ...
    def stated(self, a: Any = 1) -> Any: ...
    @overload
    def dots(self, a: int = ...) -> int: ...
    @overload
    def dots(self, a: str) -> str: ...
    def dots(self, a: Any = 1) -> Any: ...
    @overload
    def own(self, a: int, b: int = ...) -> int: ...
    @overload
    def own(self, a: str, b: int = ...) -> str: ...
    def own(self, a: Any, b: int = 1) -> Any: ...

class Surface(Protocol):
    @overload
    def get(self, a: int = 1) -> int: ...
    @overload
    def get(self, a: str) -> str: ...
    @overload
    def any(self, a: int = ...) -> int: ...
    @overload
    def any(self, a: str) -> str: ...
""",
        """
from overloads_sync import Surface

@mirrors(Store)
class AsyncStore:
    @overload
    async def stated(self, a: int = ...) -> int: ...
    @overload
    async def stated(self, a: str) -> str: ...
    async def stated(self, a: Any = 1) -> Any: ...
    @overload
    async def dots(self, a: int = 1) -> int: ...
    @overload
    async def dots(self, a: str) -> str: ...
    @functools.wraps(print)
    async def dots(self, a: Any = 1) -> Any: ...
    @overload
    async def own(self, a: int, b: int = ...) -> int: ...
    @overload
    async def own(self, a: str, b: int = 1) -> str: ...
    async def own(self, a: Any, b: int = 1) -> Any: ...

@mirrors(Store)
class DriftingStore:
    @overload
    async def stated(self, a: int = 2) -> int: ...  # drift: the default of "a" is 2, but 1
    @overload
    async def stated(self, a: str) -> str: ...
    async def stated(self, a: Any = 1) -> Any: ...
    @overload
    async def dots(self, a: int = ...) -> int: ...  # drift: the default of "a" is 2, but 1
    @overload
    async def dots(self, a: str) -> str: ...
    async def dots(self, a: Any = 2) -> Any: ...  # drift: the default of "a" is 2, but 1
    @overload
    async def own(self, a: int, b: int = ...) -> int: ...  # drift: is 2, but 1
    @overload
    async def own(self, a: str, b: int = ...) -> str: ...  # drift: is 2, but 1
    async def own(self, a: Any, b: int = 2) -> Any: ...  # drift: is 2, but 1

@implements(Surface)
class Honest:
    @overload
    def get(self, a: int = 1) -> int: ...
    @overload
    def get(self, a: str) -> str: ...
    def get(self, a: Any = 1) -> Any: ...
    @overload
    def any(self, a: int = 3) -> int: ...
    @overload
    def any(self, a: str) -> str: ...
    def any(self, a: Any = 3) -> Any: ...

@implements(Surface)
class Drifting:
    @overload
    def get(self, a: int = 1) -> int: ...
    @overload
    def get(self, a: str) -> str: ...
    def get(self, a: Any = 2) -> Any: ...  # drift: the default of "a" is 2, but 1 in "Surface"
    @overload
    def any(self, a: int = 3) -> int: ...
    @overload
    def any(self, a: str) -> str: ...
    def any(self, a: Any = 3) -> Any: ...
""",
    ),
    Case(
        "fields",
        """
@dataclasses.dataclass
class Base:
    inherited: int = 1
@dataclasses.dataclass
class Store(Base):
    plain: int = 1
    field: int = dataclasses.field(default=2)
    made: list[int] = dataclasses.field(default_factory=list)
    lambda_: list[int] = dataclasses.field(default_factory=lambda: [1])
    kept: int = dataclasses.field(default=1, init=False)
    named: int = dataclasses.field(default=1, kw_only=True)
    CONSTANT: ClassVar[int] = 1

@attrs.define
class Frozen:
    plain: int = 1
    field: int = attrs.field(default=2)
    made: list[int] = attrs.field(factory=list)
    _private: int = 3

@attr.s(auto_attribs=False)
class Old:
    a: int = attr.ib(default=1)
    b: list[int] = attr.ib(default=attr.Factory(list))

class Pair(NamedTuple):
    left: int
    right: int = 1
""",
        """
from fields_sync import Base, Frozen, Old, Pair
@mirrors(Store)
@dataclasses.dataclass
class AsyncStore(Base):
    plain: int = dataclasses.field(default=1)
    field: int = 2
    made: list[int] = dataclasses.field(default_factory=list, repr=False)
    lambda_: list[int] = dataclasses.field(default_factory=lambda: [1])
    kept: int = dataclasses.field(default=2, init=False)
    named: int = dataclasses.field(default=1, kw_only=True)
    CONSTANT: ClassVar[int] = 1

@mirrors(Store)
@dataclasses.dataclass
class DriftingStore:
    inherited: int = 2  # drift: the default of "inherited" is 2, but 1
    plain: int = dataclasses.field(default=2)  # drift: "__init__" of "DriftingStore": the default of "plain" is 2, but 1 in "Store": use the same
    field: int = 1  # drift: is 1, but 2
    made: list[int] = dataclasses.field(default_factory=lambda: [0])  # drift: is [0], but list()
    lambda_: list[int] = dataclasses.field(default_factory=lambda: [2])  # drift: is [2], but [1]
    kept: int = dataclasses.field(default=2, init=False)
    named: int = dataclasses.field(default=2, kw_only=True)  # drift: is 2, but 1
    CONSTANT: ClassVar[int] = 2  # drift: the value is 2, but 1

@mirrors(Frozen)
class Written:
    def __init__(self, plain: int = 1, field: int = 2, made: list[int] = list(), private: int = 3) -> None:
        self.plain, self.field, self.made = plain, field, made

@mirrors(Frozen)
@attrs.define
class DriftingFrozen:
    plain: int = 2  # drift: is 2, but 1
    field: int = attrs.field(default=1)  # drift: is 1, but 2
    made: list[int] = attrs.field(factory=lambda: [1])  # drift: is [1], but list()
    _private: int = 4  # drift: "private" is 4, but 3

@mirrors(Pair)
class SamePair(NamedTuple):
    left: int
    right: int = 1

@mirrors(Pair)
class DriftingPair(NamedTuple):
    left: int
    right: int = 2  # drift: the default of "right" is 2, but 1

@implements(Pair)
class OtherPair(NamedTuple):
    left: int = 1  # drift: the default of "left" is 1, but absent in "Pair": remove it
    right: int = 2  # drift: the default of "right" is 2, but 1

@mirrors(Old)
@attr.s(auto_attribs=False)
class NewOld:
    a: int = attr.ib(1)
    b: list[int] = attr.ib(factory=list)

@mirrors(Old)
@attr.s(auto_attribs=False)
class DriftingOld:
    a: int = attr.ib(2)  # drift: is 2, but 1
    b: list[int] = attr.ib(factory=lambda: [1])  # drift: is [1], but list()
""",
    ),
    Case(
        "class_values",
        """
class Store:
    TOP = 10
    BOTTOM: Final = 1
    names: ClassVar[tuple[str, ...]] = ("a", "b")
    timeout = 3.0
    declared: int
    Alias = int
    count = 0
    kind = property(lambda self: 1)

class Surface(Protocol):
    TOP: ClassVar[int] = 10
    limit: int = 5
    size: Final[int] = 3

class Color(enum.Enum):
    RED = 1
    BLUE = "b"
""",
        """
from class_values_sync import Color, Surface
class Base:
    TOP = 10
@mirrors(Store)
class AsyncStore(Base):
    BOTTOM: Final = 1
    names: ClassVar[tuple[str, ...]] = "a", "b"
    timeout = 3.0
    declared = 1
    Alias = int
    kind = property(lambda self: 1)
    def __init__(self) -> None:
        self.count = 0

@mirrors(Store)
class DriftingStore:
    TOP = 20  # drift: "TOP" of "DriftingStore": the value is 20, but 10 in "Store": use the same
    BOTTOM: Final[int]  # drift: the value is absent, but 1 in "Store": add it
    names: ClassVar[tuple[str, ...]] = ("a", "c")  # drift: is ('a', 'c'), but ('a', 'b')
    timeout = 4.0  # drift: is 4.0, but 3.0
    declared: int
    Alias = int
    count = 0
    kind = property(lambda self: 1)

@implements(Surface)
class Honest:
    TOP = 10
    limit = 6
    size: Final = 3

@implements(Surface)
class Drifting:
    TOP: ClassVar[int] = 20  # drift: the value is 20, but 10 in "Surface"
    limit: int = 6
    size: Final = 4  # drift: the value is 4, but 3

@implements(Color)
class SameColor(enum.Enum):
    RED = 1
    BLUE = "b"

@implements(Color)
class OtherColor(enum.Enum):
    RED = 2  # drift: the value is 2, but 1
    BLUE = "b"
""",
    ),
    Case(
        "decorators",
        """
F = TypeVar("F", bound=Callable[..., Any])
def retry(*, times: int) -> Callable[[F], F]: ...
def plain(f: F) -> F: return f
class Store:
    @retry(times=3)
    def get(self) -> None: ...
    @retry(times=3)
    @plain
    def put(self) -> None: ...
    @deprecated("use get of Store")
    def old(self) -> None: ...
    @deprecated("old")
    def older(self) -> None: ...
    def newer(self) -> None: ...
    @property
    @deprecated("old")
    def value(self) -> int: ...
""",
        """
from decorators_sync import F
def aretry(*, times: int) -> Callable[[F], F]: ...
def retry(*, attempts: int) -> Callable[[F], F]: ...
THREE: Final = 3
@mirrors(Store)
class AsyncStore:
    @sync.retry(times=THREE)
    async def get(self) -> None: ...
    @aretry(times=5)
    async def put(self) -> None: ...
    @deprecated("use get of AsyncStore")
    async def old(self) -> None: ...
    @deprecated("old")
    async def older(self) -> None: ...
    async def newer(self) -> None: ...
    @property
    @deprecated("old")
    def value(self) -> int: ...

@mirrors(Store)
class DriftingStore:
    @sync.retry(times=5)
    async def get(self) -> None: ...  # drift: "get" of "DriftingStore": the decorator is decorators_sync.retry(times=5), but decorators_sync.retry(times=3) in "Store": use the same
    @retry(attempts=5)
    async def put(self) -> None: ...
    async def old(self) -> None: ...  # drift: the decorator is absent, but
    @deprecated("other")
    async def older(self) -> None: ...  # drift: deprecated('other'), but
    @deprecated("new")
    async def newer(self) -> None: ...  # drift: deprecated('new'), but absent in "Store": remove it
    @property  # drift: the decorator is absent, but
    def value(self) -> int: ...
""",
    ),
    Case(
        "annotated",
        """
class Gt:
    def __init__(self, a: int) -> None: ...
Positive = Annotated[int, Gt(0)]
class Store:
    def get(self, a: Annotated[int, Gt(0)], b: list[Annotated[int, Gt(1)]]) -> Annotated[int, "m"]: ...
    def put(self, a: Positive, b: "Annotated[int, Gt(2)] | None" = None) -> None: ...
    def plain(self, a: int) -> None: ...
    def same(self, a: Annotated[int, Gt(0)]) -> None: ...
    attribute: Annotated[int, Gt(3)]
    @property
    def value(self) -> Annotated[int, Gt(4)]: ...
""",
        """
from typing_extensions import Annotated as A
from annotated_sync import Gt
ZERO = 0
@mirrors(Store)
class AsyncStore:
    async def get(self, a: A[int, Gt(ZERO)], b: list[Annotated[int, sync.Gt(1)]]) -> Annotated[int, "m"]: ...
    async def put(self, a: Annotated[int, Gt(0)], b: Annotated[int, Gt(2)] | None = None) -> None: ...
    async def plain(self, a: int) -> None: ...
    async def same(self, a: sync.Positive) -> None: ...  # drift: the metadata of "a" is absent
    attribute: Annotated[int, Gt(3)]
    @property
    def value(self) -> Annotated[int, Gt(4)]: ...

@mirrors(Store)
class DriftingStore:
    async def get(self, a: A[int, Gt(9)], b: list[Annotated[int, sync.Gt(9)]]) -> Annotated[int, "n"]: ...  # drift: the metadata of "a" is annotated_sync.Gt(9), but annotated_sync.Gt(0)|"b"|the metadata of the result is 'n', but 'm'
    async def put(self, a: int, b: int | None = None) -> None: ...  # drift: the metadata of "a" is absent|"b" is absent
    async def plain(self, a: Annotated[int, Gt(0)]) -> None: ...  # drift: the metadata of "a" is annotated_sync.Gt(0), but absent in
    async def same(self, a: Annotated[int, Gt(0)]) -> None: ...
    attribute: Annotated[int, Gt(9)]  # drift: the metadata is
    @property
    def value(self) -> Annotated[int, Gt(9)]: ...  # drift: the metadata of the result is
""",
    ),
    Case(
        "ellipsis",
        """
class Store:
    def typed(self, a: int = ...) -> None: ...
    def object_(self, a: object = ...) -> None: ...
    def untyped(self, a=..., b=1): ...
    def stated(self, a: int = 1) -> None: ...
""",
        """
@mirrors(Store)
class AsyncStore:
    async def typed(self, a: int = 1) -> None: ...
    async def object_(self, a: object = ...) -> None: ...
    async def untyped(self, a=..., b=1): ...
    async def stated(self, a: int = ...) -> None: ...

@mirrors(Store)
class DriftingStore:
    async def typed(self, a: int = 2) -> None: ...
    async def object_(self, a: object = 1) -> None: ...  # drift: is 1, but ...
    async def untyped(self, a=1, b=2): ...  # drift: is 1, but ...|is 2, but 1
    async def stated(self, a: int = 2) -> None: ...  # drift: is 2, but 1
""",
    ),
    Case(
        "counterparts",
        """
class Rows:
    SIZE = 1
    def __init__(self, a: int = 1) -> None: ...
class Store:
    def rows(self, a: Any = Rows, b: Any = Rows(2), c: Any = Rows.SIZE) -> None: ...
    def wait(self, a: Callable[[float], None] = time.sleep, b: Callable[[], int] = int) -> None: ...
    def long(self, a: str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaax") -> None: ...
""",
        """
@mirrors(sync.Rows)
class AsyncRows:
    SIZE = 1
    def __init__(self, a: int = 1) -> None: ...
@mirrors(Store)
class AsyncStore:
    async def rows(self, a: Any = AsyncRows, b: Any = AsyncRows(2), c: Any = AsyncRows.SIZE) -> None: ...
    async def wait(self, a: Callable[[float], Awaitable[None]] = asyncio.sleep, b: Callable[[], int] = int) -> None: ...
    async def long(self, a: str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaax") -> None: ...

@mirrors(Store)
class DriftingStore:
    async def rows(self, a: Any = Store, b: Any = AsyncRows(3), c: Any = AsyncRows(1).SIZE) -> None: ...  # drift: is counterparts_sync.Store, but|Rows(3), but counterparts_sync.Rows(2)|is counterparts_sync.Rows(1).SIZE, but 1
    async def wait(self, a: Callable[[float], None] = print, b: Callable[[], int] = bool) -> None: ...  # drift: is print, but time.sleep|is bool, but int
    async def long(self, a: str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaay") -> None: ...  # drift: is ...aaaaaaaaaaaaaaaaaaaay', but ...aaaaaaaaaaaaaaaaaaaax' in
""",
    ),
]
