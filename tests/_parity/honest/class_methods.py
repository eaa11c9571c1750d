"""Class methods and static methods: factories, registries, helpers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, Protocol

from typing_extensions import Self

from memsy.parity import implements, mirrors


class Client:
    """Factories in the manner of redis-py: `from_url`."""

    def __init__(self, host: str = "localhost", port: int = 6379) -> None:
        self.host, self.port = host, port

    @classmethod
    def from_url(cls, url: str, *, db: int = 0) -> Self:
        return cls(url, db)

    @staticmethod
    def parse(url: str) -> tuple[str, int]:
        return url, 0

    def ping(self) -> bool:
        return True


@mirrors(Client)
class AsyncClient:
    def __init__(self, host: str = "localhost", port: int = 6379) -> None:
        self.host, self.port = host, port

    @classmethod
    def from_url(cls, url: str, *, db: int = 0) -> Self:
        return cls(url, db)

    @staticmethod
    def parse(url: str) -> tuple[str, int]:
        return url, 0

    async def ping(self) -> bool:
        return True


class Session:
    """Class methods that read state of the class, and a static method."""

    _open: ClassVar[int] = 0

    @classmethod
    def count(cls) -> int:
        return cls._open

    @classmethod
    def defaults(cls, *names: str, **values: int) -> dict[str, int]:
        return {**dict.fromkeys(names, cls._open), **values}

    @staticmethod
    def resolve(host: str, /, port: int = 80) -> str:
        return f"{host}:{port}"


@mirrors(Session)
class AsyncSession:
    _open: ClassVar[int] = 0

    @classmethod
    def count(cls) -> int:
        return cls._open

    @classmethod
    def defaults(cls, *names: str, **values: int) -> dict[str, int]:
        return {**dict.fromkeys(names, cls._open), **values}

    @staticmethod
    def resolve(host: str, /, port: int = 80) -> str:
        return f"{host}:{port}"


class Model:
    """Factories that return the class by name, and collections of it."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = fields

    @classmethod
    def parse(cls, text: str, separator: str = "=") -> Model:
        return cls(dict([text.split(separator)]))

    @classmethod
    def parse_all(cls, texts: Iterable[str]) -> list[Model]:
        return [cls.parse(text) for text in texts]


@mirrors(Model)
class AsyncModel:
    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = fields

    @classmethod
    def parse(cls, text: str, separator: str = "=") -> AsyncModel:
        return cls(dict([text.split(separator)]))

    @classmethod
    def parse_all(cls, texts: Iterable[str]) -> list[AsyncModel]:
        return [cls.parse(text) for text in texts]


class Codec(Protocol):
    """A protocol; class methods and `__init__` of an implementation are its own."""

    def encode(self, text: str) -> bytes: ...


@implements(Codec)
class Utf8:
    def __init__(self, errors: str = "strict") -> None:
        self._errors = errors

    @classmethod
    def lenient(cls) -> Self:
        return cls("replace")

    @staticmethod
    def is_valid(data: bytes) -> bool:
        return data.isascii()

    def encode(self, text: str) -> bytes:
        return text.encode("utf-8", self._errors)
