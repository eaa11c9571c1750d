"""Dataclasses: frozen, slots, keyword-only, factories, inheritance, `__post_init__`."""

from __future__ import annotations

from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import Generic, Protocol, TypeVar

import attrs

from memsy.parity import implements, mirrors

T = TypeVar("T")

DEFAULT_RETRIES = 3


@dataclass
class Settings:
    """Defaults: a constant, a factory, none."""

    url: str
    retries: int = DEFAULT_RETRIES
    headers: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=lambda: ["new"], repr=False)

    def fetch(self, path: str = "/") -> str:
        return self.url + path


@mirrors(Settings)
@dataclass
class AsyncSettings:
    url: str
    retries: int = DEFAULT_RETRIES
    headers: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=lambda: ["new"], repr=False)

    async def fetch(self, path: str = "/") -> str:
        return self.url + path


@dataclass(frozen=True, slots=True)
class Bucket:
    """Frozen, with slots and keyword-only fields."""

    name: str
    _: KW_ONLY
    region: str = "eu-central-1"
    versioned: bool = False

    def put(self, key: str, body: bytes) -> str:
        return f"{self.name}/{key}/{len(body)}"


@mirrors(Bucket)
@dataclass(frozen=True, slots=True)
class AsyncBucket:
    name: str
    _: KW_ONLY
    region: str = "eu-central-1"
    versioned: bool = False

    async def put(self, key: str, body: bytes) -> str:
        return f"{self.name}/{key}/{len(body)}"


@dataclass(kw_only=True)
class BaseJob:
    """Base class of both jobs below."""

    id: int = 0
    labels: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Job(BaseJob):
    """Inherited fields, a field without `__init__`, and an `InitVar`."""

    text: str
    attempts: int = field(default=0, init=False)
    upper: InitVar[bool] = False

    def __post_init__(self, upper: bool) -> None:
        self.text = self.text.upper() if upper else self.text

    def run(self) -> str:
        self.attempts += 1
        return self.text


@mirrors(Job)
@dataclass(kw_only=True)
class AsyncJob(BaseJob):
    text: str
    attempts: int = field(default=0, init=False)
    upper: InitVar[bool] = False

    def __post_init__(self, upper: bool) -> None:
        self.text = self.text.upper() if upper else self.text

    async def run(self) -> str:
        self.attempts += 1
        return self.text


@dataclass
class Handle:
    """A dataclass, mirrored by a class with an `__init__` of its own."""

    path: str
    mode: str = "r"

    def read(self, size: int = -1) -> str:
        return self.path[:size]


@mirrors(Handle)
class AsyncHandle:
    def __init__(self, path: str, mode: str = "r") -> None:
        self.path = path
        self.mode = mode

    async def read(self, size: int = -1) -> str:
        return self.path[:size]


class Account(Protocol):
    """Read-only properties, implemented by fields."""

    @property
    def name(self) -> str: ...
    @property
    def balance(self) -> float: ...
    def deposit(self, amount: float, *, note: str = "") -> None: ...


@implements(Account)
@dataclass
class StoredAccount:
    name: str
    balance: float = 0.0
    _notes: list[str] = field(default_factory=list)

    def deposit(self, amount: float, *, note: str = "") -> None:
        self.balance += amount
        self._notes.append(note)


@dataclass(order=True, unsafe_hash=True)
class Interval:
    """The same defaults in another spelling, and the comparison methods of dataclasses."""

    start: int = 0
    end: int = field(default=10)
    names: tuple[str, ...] = ()

    def read(self) -> int:
        return self.end - self.start


@mirrors(Interval)
@dataclass(order=True, unsafe_hash=True)
class AsyncInterval:
    start: int = field(default=0, metadata={"unit": "s"})
    end: int = 10
    names: tuple[str, ...] = field(default=())

    async def read(self) -> int:
        return self.end - self.start


@dataclass
class Message(Generic[T]):
    """Generic base of both dataclasses below."""

    body: T
    attempts: int = 0


@dataclass
class TextMessage(Message[str]):
    """Fields of a generic base."""

    language: str = "en"

    def send(self) -> str:
        return self.body


@mirrors(TextMessage)
@dataclass
class AsyncTextMessage(Message[str]):
    language: str = "en"

    async def send(self) -> str:
        return self.body


@dataclass(frozen=True)
class Address:
    """A dataclass, mirrored by an attrs class."""

    host: str
    port: int = 80

    def resolve(self) -> str:
        return f"{self.host}:{self.port}"


@mirrors(Address)
@attrs.frozen
class AsyncAddress:
    host: str
    port: int = 80

    async def resolve(self) -> str:
        return f"{self.host}:{self.port}"
