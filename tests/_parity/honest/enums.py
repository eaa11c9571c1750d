"""Enum members: as parameters, defaults, keys of literals, results."""

from __future__ import annotations

from enum import Enum, Flag, IntEnum, auto
from typing import Final, Literal, Protocol

from memsy.parity import implements, mirrors


class Order(Enum):
    """Order of a list."""

    ASCENDING = "asc"
    DESCENDING = "desc"


class Level(IntEnum):
    """Level with numbers."""

    LOW = 1
    HIGH = 2


class Access(Flag):
    """Flags."""

    READ = auto()
    WRITE = auto()


class Missing(Enum):
    """Sentinel in an enum, so that types can name it."""

    MISSING = auto()


MISSING: Final = Missing.MISSING
DEFAULT_ORDER = Order.ASCENDING


class Index:
    """Members as defaults."""

    def list(self, order: Order = Order.ASCENDING, *, level: Level = Level.HIGH) -> list[str]:
        return [order.value, str(level)]

    def open(self, access: Access = Access.READ | Access.WRITE) -> Access:
        return access


@mirrors(Index)
class AsyncIndex:
    async def list(self, order: Order = Order.ASCENDING, *, level: Level = Level.HIGH) -> list[str]:
        return [order.value, str(level)]

    async def open(self, access: Access = Access.READ | Access.WRITE) -> Access:
        return access


class Store:
    """An enum member as sentinel, by its name and by a constant."""

    def get(self, key: str, default: str | Literal[Missing.MISSING] = MISSING) -> str:
        return key if default is MISSING else default

    def pop(self, key: str, default: str | Missing = Missing.MISSING) -> str:
        return key if isinstance(default, Missing) else default


@mirrors(Store)
class AsyncStore:
    async def get(self, key: str, default: str | Literal[Missing.MISSING] = MISSING) -> str:
        return key if default is MISSING else default

    async def pop(self, key: str, default: str | Missing = MISSING) -> str:
        return key if isinstance(default, Missing) else default


class Sorter(Protocol):
    """The default is a module constant."""

    def sort(self, names: list[str], order: Order = DEFAULT_ORDER) -> list[str]: ...
    @property
    def order(self) -> Order: ...


@mirrors(Sorter)
class AsyncSorter(Protocol):
    async def sort(self, names: list[str], order: Order = DEFAULT_ORDER) -> list[str]: ...
    @property
    def order(self) -> Order: ...


@implements(Sorter)
class NameSorter:
    order = Order.ASCENDING

    def sort(self, names: list[str], order: Order = DEFAULT_ORDER) -> list[str]:
        return sorted(names, reverse=order is Order.DESCENDING)


class Color(Enum):
    """Marked enums with a method."""

    RED = 1
    BLUE = 2

    def paint(self, coats: int = 1) -> str:
        return self.name * coats


@mirrors(Color)
class AsyncColor(Enum):
    RED = 1
    BLUE = 2

    async def paint(self, coats: int = 1) -> str:
        return self.name * coats


class Player:
    """Enum in the body of the sync class, which both classes use."""

    class Mode(Enum):
        ONCE = "once"
        LOOP = "loop"

    def start(self, mode: Mode = Mode.ONCE) -> str:
        return mode.value


@mirrors(Player)
class AsyncPlayer:
    Mode = Player.Mode

    async def start(self, mode: Player.Mode = Player.Mode.ONCE) -> str:
        return mode.value
