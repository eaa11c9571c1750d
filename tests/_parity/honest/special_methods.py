"""Special methods: containers, calls, comparison, text, pickling, finalizers."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from functools import total_ordering
from typing import Any, ClassVar, Protocol

from typing_extensions import Self

from memsy.parity import implements, mirrors


class Queue:
    """A container; length and membership stay sync."""

    def __init__(self, items: list[str] | None = None) -> None:
        self._items = items or []

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __bool__(self) -> bool:
        return True

    def put(self, item: str, *, urgent: bool = False) -> None:
        self._items.insert(0 if urgent else len(self._items), item)


@mirrors(Queue)
class AsyncQueue:
    def __init__(self, items: list[str] | None = None) -> None:
        self._items = items or []

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __bool__(self) -> bool:
        return True

    async def put(self, item: str, *, urgent: bool = False) -> None:
        self._items.insert(0 if urgent else len(self._items), item)


class Script:
    """A call that becomes async, in the manner of the scripts of redis-py."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self, *keys: str, client: str | None = None) -> str:
        return self.text.join(keys)

    def __getitem__(self, index: int) -> str:
        return self.text[index]


@mirrors(Script)
class AsyncScript:
    def __init__(self, text: str) -> None:
        self.text = text

    async def __call__(self, *keys: str, client: str | None = None) -> str:
        return self.text.join(keys)

    async def __getitem__(self, index: int) -> str:
        return self.text[index]


class Connection:
    """Methods of `object`, pickling and a finalizer, in one of the classes only."""

    def __init__(self, host: str) -> None:
        self.host = host

    def __repr__(self) -> str:
        return f"Connection({self.host!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Connection) and self.host == other.host

    def __hash__(self) -> int:
        return hash(self.host)

    def __getstate__(self) -> dict[str, Any]:
        return {"host": self.host}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.host = state["host"]

    def __copy__(self) -> Self:
        return type(self)(self.host)

    def close(self) -> None: ...


@mirrors(Connection)
class AsyncConnection:
    def __init__(self, host: str) -> None:
        self.host = host

    def __repr__(self) -> str:
        return f"AsyncConnection({self.host!r})"

    def __del__(self) -> None:
        """Warn about an open connection, which only the async class can leak."""

    def __init_subclass__(cls) -> None:
        """Register the subclass."""

    async def close(self) -> None: ...


class Column:
    """Operators build expressions, and stay sync."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __add__(self, other: str) -> Column:
        return Column(f"{self.name}+{other}")

    def __lt__(self, other: Column) -> bool:
        return self.name < other.name

    def __getattr__(self, name: str) -> str:
        return name

    def load(self) -> list[int]:
        return []


@mirrors(Column)
class AsyncColumn:
    def __init__(self, name: str) -> None:
        self.name = name

    def __add__(self, other: str) -> AsyncColumn:
        return AsyncColumn(f"{self.name}+{other}")

    def __lt__(self, other: AsyncColumn) -> bool:
        return self.name < other.name

    def __getattr__(self, name: str) -> str:
        return name

    async def load(self) -> list[int]:
        return []


class Mapping(Protocol):
    """A protocol with special methods."""

    def __len__(self) -> int: ...
    def __getitem__(self, key: str, /) -> bytes: ...
    def __setitem__(self, key: str, value: bytes, /) -> None: ...
    def keys(self) -> list[str]: ...


@implements(Mapping)
class DictMapping:
    """Special methods are called by position: their parameters may have other names."""

    def __init__(self) -> None:
        self._content = dict[str, bytes]()

    def __len__(self) -> int:
        return len(self._content)

    def __getitem__(self, name: str) -> bytes:
        return self._content[name]

    def __setitem__(self, name: str, content: bytes) -> None:
        self._content[name] = content

    def __repr__(self) -> str:
        return f"DictMapping({self._content})"

    def keys(self) -> list[str]:
        return list(self._content)


class Session:
    """A constructor in `__new__`, and a class without a hash."""

    _open: ClassVar[dict[str, object]] = {}

    def __new__(cls, name: str = "main") -> Self:
        return super().__new__(cls)

    def __init__(self, name: str = "main") -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Session) and self.name == other.name

    __hash__ = None  # type: ignore[assignment]

    def save(self) -> None: ...


@mirrors(Session)
class AsyncSession:
    _open: ClassVar[dict[str, object]] = {}

    def __new__(cls, name: str = "main") -> Self:
        return super().__new__(cls)

    def __init__(self, name: str = "main") -> None:
        self.name = name

    async def save(self) -> None: ...


@implements(Sized)
class EmptyBox:
    """Protocols of the library, whose types are in stubs."""

    def __len__(self) -> int:
        return 0


@implements(Iterator)
class Zeros(Iterator[int]):
    def __iter__(self) -> Self:
        return self

    def __next__(self) -> int:
        return 0


class Priority(Protocol):
    """Comparison methods that a decorator adds."""

    level: int

    def __lt__(self, other: object) -> bool: ...


@implements(Priority)
@total_ordering
class FixedPriority:
    level: int = 1

    def __lt__(self, other: object) -> bool:
        return False
