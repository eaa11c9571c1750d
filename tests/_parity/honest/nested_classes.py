"""Nested classes: models, options, errors and enums in the body of a class."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from memsy.parity import implements, mirrors


class Query:
    """Plain nested classes: an error and an enum, defined in both bodies."""

    class Error(Exception):
        """Failure of a query."""

    class Kind(Enum):
        """Kind of a query."""

        READ = "read"
        WRITE = "write"

    def run(self, text: str) -> str:
        if not text:
            raise self.Error(text)
        return text


@mirrors(Query)
class AsyncQuery:
    class Error(Exception):
        """Failure of a query."""

    class Kind(Enum):
        """Kind of a query."""

        READ = "read"
        WRITE = "write"

    async def run(self, text: str) -> str:
        if not text:
            raise self.Error(text)
        return text


class Upload:
    """A nested class with methods, which has an async form."""

    class Part:
        def __init__(self, number: int) -> None:
            self.number = number

        def send(self, body: bytes = b"") -> int:
            return len(body) + self.number

    def part(self, number: int = 1) -> Part:
        return self.Part(number)


@mirrors(Upload)
class AsyncUpload:
    @mirrors(Upload.Part)
    class Part:
        def __init__(self, number: int) -> None:
            self.number = number

        async def send(self, body: bytes = b"") -> int:
            return len(body) + self.number

    async def part(self, number: int = 1) -> Part:
        return self.Part(number)


class _Meta:
    """Options of a model, shared by both modes."""

    table = "people"


class Person:
    """Nested class of a base, and an assigned class."""

    Meta = _Meta

    @dataclass
    class Name:
        first: str
        last: str = ""

    def load(self, key: int) -> str:
        return f"{self.Meta.table}/{key}"


@mirrors(Person)
class AsyncPerson:
    Meta = _Meta

    @dataclass
    class Name:
        first: str
        last: str = ""

    async def load(self, key: int) -> str:
        return f"{self.Meta.table}/{key}"


class _Options:
    class Defaults:
        """Inherited by both classes."""

        size = 10


class Table(_Options):
    """A nested class that both inherit."""

    def rows(self, size: int = 10) -> list[int]:
        return list(range(size))


@mirrors(Table)
class AsyncTable(_Options):
    async def rows(self, size: int = 10) -> list[int]:
        return list(range(size))


class Parser(Protocol):
    """A private nested class belongs to one side only."""

    def parse(self, text: str) -> dict[str, str]: ...


@implements(Parser)
class LineParser:
    class _State:
        def __init__(self) -> None:
            self.found = dict[str, str]()

    def parse(self, text: str) -> dict[str, str]:
        state = self._State()
        state.found[text] = text
        return state.found
