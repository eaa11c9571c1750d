"""attrs classes: `define`, `frozen`, `Factory`, validators, converters, private attributes."""

from __future__ import annotations

from typing import Protocol

import attr
from attrs import Factory, define, field, frozen
from attrs.validators import ge, instance_of

from memsy.parity import implements, mirrors


def lower(text: str) -> str:
    """Convert an address."""
    return text.lower()


@define
class Channel:
    """Mutable class with a factory and a validator."""

    name: str
    limit: int = field(default=100, validator=[instance_of(int), ge(0)])
    members: list[str] = Factory(list)

    def post(self, text: str, *, silent: bool = False) -> int:
        return len(text) if silent else self.limit


@mirrors(Channel)
@define
class AsyncChannel:
    name: str
    limit: int = field(default=100, validator=[instance_of(int), ge(0)])
    members: list[str] = Factory(list)

    async def post(self, text: str, *, silent: bool = False) -> int:
        return len(text) if silent else self.limit


@frozen
class Credentials:
    """Private attributes: `__init__` takes them by their name without the underscore."""

    user: str
    _password: str = field(repr=False)
    _realm: str = field(default="main", alias="domain")

    def token(self) -> str:
        return f"{self.user}:{self._password}@{self._realm}"


@mirrors(Credentials)
@frozen
class AsyncCredentials:
    user: str
    _password: str = field(repr=False)
    _realm: str = field(default="main", alias="domain")

    async def token(self) -> str:
        return f"{self.user}:{self._password}@{self._realm}"


@define(kw_only=True, slots=False)
class Mailbox:
    """Keyword-only fields, a converter, and a field that `__init__` does not take."""

    address: str = field(converter=lower)
    unread: int = field(default=0, init=False)
    folders: dict[str, int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.folders.setdefault("inbox", 0)

    def fetch(self, folder: str = "inbox") -> int:
        return self.folders[folder]


@mirrors(Mailbox)
@define(kw_only=True, slots=False)
class AsyncMailbox:
    address: str = field(converter=lower)
    unread: int = field(default=0, init=False)
    folders: dict[str, int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.folders.setdefault("inbox", 0)

    async def fetch(self, folder: str = "inbox") -> int:
        return self.folders[folder]


@attr.s(auto_attribs=True)
class Printer:
    """Older interface of attrs, and a default that a method computes."""

    name: str
    pages: int = attr.ib(default=1)
    queue: list[str] = attr.ib()

    @queue.default
    def _first_page(self) -> list[str]:
        return [self.name]

    def print(self, copies: int = 1) -> int:
        return self.pages * copies


@mirrors(Printer)
@attr.s(auto_attribs=True)
class AsyncPrinter:
    name: str
    pages: int = attr.ib(default=1)
    queue: list[str] = attr.ib()

    @queue.default
    def _first_page(self) -> list[str]:
        return [self.name]

    async def print(self, copies: int = 1) -> int:
        return self.pages * copies


class Meter(Protocol):
    """Protocol of a counter, implemented by attrs classes."""

    @property
    def count(self) -> int: ...
    def add(self, amount: int = 1) -> int: ...


@implements(Meter)
@define
class LocalMeter:
    count: int = 0
    _step: int = 1

    def add(self, amount: int = 1) -> int:
        self.count += amount * self._step
        return self.count


@implements(Meter, more=("name",))
@define(order=True)
class NamedMeter:
    name: str = field(default="requests")
    count: int = field(default=0, converter=int)

    def add(self, amount: int = 1) -> int:
        self.count += amount
        return self.count


@define(order=True)
class Version:
    """The same defaults in another spelling, and the comparison methods of attrs."""

    major: int = 0
    parts: list[int] = field(factory=list)
    tag: str = field(default="", kw_only=True)

    def release(self) -> str:
        return f"{self.major}{self.tag}"


@mirrors(Version)
@define(order=True)
class AsyncVersion:
    major: int = field(default=0)
    parts: list[int] = Factory(list)
    tag: str = field(kw_only=True, default="")

    async def release(self) -> str:
        return f"{self.major}{self.tag}"


class Gauge(Protocol):
    """Marks below the decorator that creates a new class."""

    count: int

    def reading(self) -> Reading: ...


class Reading(Protocol):
    """Result of a gauge."""

    value: int


@define
@implements(Reading)
class TextReading:
    value: int


@define
@implements(Gauge)
class TextGauge:
    count: int

    def reading(self) -> TextReading:
        return TextReading(self.count)
