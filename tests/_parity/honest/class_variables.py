"""Class variables, constants and slots."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar, Final, Protocol

from memsy.parity import implements, mirrors

VERSION: Final = "1.2"
WORD: Final = re.compile(r"\w+")


class Client:
    """Constants: inferred, `Final`, `ClassVar`, computed, with a type."""

    retries = 3
    VERSION: Final = "1.2"
    BASE_URL: Final[str] = "https://example.org"
    timeouts: ClassVar[tuple[float, ...]] = (1.0, 2.0)
    size: ClassVar[int] = 8 * 1024
    name: str = "client"

    def get(self, path: str = BASE_URL) -> str:
        return path


@mirrors(Client)
class AsyncClient:
    retries = 3
    VERSION: Final = VERSION
    BASE_URL: Final[str] = "https://example.org"
    timeouts: ClassVar[tuple[float, ...]] = (1.0, 2.0)
    size: ClassVar[int] = 8192
    name: str = "client"

    async def get(self, path: str = BASE_URL) -> str:
        return path


class Cell:
    """Slots."""

    __slots__ = ("_cache", "key", "value")

    def __init__(self, key: str, value: int = 0) -> None:
        self.key, self.value = key, value

    def load(self) -> int:
        return self.value


@mirrors(Cell)
class AsyncCell:
    __slots__ = ("key", "value")

    def __init__(self, key: str, value: int = 0) -> None:
        self.key, self.value = key, value

    async def load(self) -> int:
        return self.value


class Registry:
    """Mutable state of the class, and a registry of classes."""

    classes: ClassVar[dict[str, type[Registry]]] = {}
    default: ClassVar[Registry | None] = None

    def register(self, name: str) -> None:
        self.classes[name] = type(self)


@mirrors(Registry)
class AsyncRegistry:
    classes: ClassVar[dict[str, type[AsyncRegistry]]] = {}
    default: ClassVar[AsyncRegistry | None] = None

    async def register(self, name: str) -> None:
        self.classes[name] = type(self)


class Plugin(Protocol):
    """Class variables of a protocol."""

    name: ClassVar[str]
    priority: ClassVar[int] = 10

    def run(self) -> None: ...


@mirrors(Plugin)
class AsyncPlugin(Protocol):
    name: ClassVar[str]
    priority: ClassVar[int] = 10

    async def run(self) -> None: ...


@implements(Plugin)
class PrintPlugin:
    name: ClassVar[str] = "print"
    priority: ClassVar[int] = 10

    def run(self) -> None: ...


class Report:
    """Methods of objects and functions as values; a format has no async form."""

    line = "{0}: {1}".format
    find_word = WORD.match
    is_number = re.compile("[0-9]+").fullmatch
    parse_date = datetime.fromisoformat

    def render(self, name: str) -> str:
        return self.line(name, len(name))


@mirrors(Report)
class AsyncReport:
    line = "{0}: {1}".format
    find_word = WORD.match
    is_number = re.compile("[0-9]+").fullmatch
    parse_date = datetime.fromisoformat

    async def render(self, name: str) -> str:
        return self.line(name, len(name))


class Driver(Protocol):
    """An implementation has its own value of an attribute."""

    name: str = "driver"
    retries: int = 3


@implements(Driver)
class PostgresDriver:
    name: str = "postgres"
    retries: int = 5
