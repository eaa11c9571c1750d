"""Inherited members: mixins, generic bases, abstract bases, bases of another module."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Generic, Protocol, TypeVar, final

from typing_extensions import Self

from memsy.parity import implements, mirrors
from tests._parity.honest.shared_bases import (
    AsyncBackend,
    AsyncRegistry,
    Backend,
    Named,
    Registry,
)


class Bucket(Named):
    """Both classes inherit the same mixin, whose methods stay sync."""

    def upload(self, body: bytes) -> int:
        return len(body)


@mirrors(Bucket)
class AsyncBucket(Named):
    async def upload(self, body: bytes) -> int:
        return len(body)


class Users(Registry[str]):
    """Members of a generic base in another module."""

    def invite(self, address: str, role: str = "member") -> str:
        return f"{address}:{role}"


@mirrors(Users)
class AsyncUsers(AsyncRegistry[str]):
    async def invite(self, address: str, role: str = "member") -> str:
        return f"{address}:{role}"


class FileBackend(Backend):
    """An abstract base, and a method that only one of the classes overrides."""

    def load(self, key: str) -> bytes:
        return key.encode()

    def has(self, key: str) -> bool:
        return True


@mirrors(FileBackend)
class AsyncFileBackend(AsyncBackend):
    async def load(self, key: str) -> bytes:
        return key.encode()


class Command(ABC):
    """Abstract classes with a mark."""

    @property
    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    def run(self, *arguments: str) -> int: ...


@mirrors(Command)
class AsyncCommand(ABC):
    @property
    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    async def run(self, *arguments: str) -> int: ...


class Echo(Command):
    name = "echo"

    def run(self, *arguments: str) -> int:
        return len(arguments)


@mirrors(Echo)
class AsyncEcho(AsyncCommand):
    name = "echo"

    async def run(self, *arguments: str) -> int:
        return len(arguments)


class Readable(Protocol):
    def read(self, size: int = -1) -> bytes: ...


class Writable(Protocol):
    def write(self, data: bytes) -> int: ...


class File(Readable, Writable, Protocol):
    """A protocol made of protocols; the implementation is made of mixins."""

    def close(self) -> None: ...


class _Reads:
    _content = b""

    def read(self, size: int = -1) -> bytes:
        return self._content[:size]


class _Writes(_Reads):
    def write(self, data: bytes) -> int:
        self._content += data
        return len(data)


@implements(File)
class MemoryFile(_Writes):
    def close(self) -> None:
        self._content = b""


@mirrors(File)
class AsyncFile(Protocol):
    """One flat protocol mirrors the composed one."""

    async def read(self, size: int = -1) -> bytes: ...
    async def write(self, data: bytes) -> int: ...
    async def close(self) -> None: ...


class Ping:
    """No `__init__` on one side, and a trivial one on the other."""

    def ping(self) -> bool:
        return True


@mirrors(Ping)
class AsyncPing:
    def __init__(self) -> None:
        self._count = 0

    async def ping(self) -> bool:
        return True


class Transport:
    def send(self, data: bytes) -> int:
        return len(data)


@mirrors(Transport)
class AsyncTransport:
    async def send(self, data: bytes) -> int:
        return len(data)


TransportT = TypeVar("TransportT")


class BaseClient(Generic[TransportT]):
    """Base of both clients in the manner of openai-python, generic over the transport."""

    max_retries: int = 2

    def __init__(self, transport: TransportT, *, base_url: str = "https://example.org") -> None:
        self.transport = transport
        self.base_url = base_url

    def with_options(self, *, max_retries: int = 2) -> Self:
        self.max_retries = max_retries
        return self


class SyncClient(BaseClient[Transport]):
    def post(self, data: bytes) -> int:
        return self.transport.send(data)


@mirrors(SyncClient)
class AsyncClient(BaseClient[AsyncTransport]):
    async def post(self, data: bytes) -> int:
        return await self.transport.send(data)


class Parameters(dict[str, str]):
    """Both classes extend a built-in class, whose methods stay sync."""

    def load(self, path: str) -> int:
        self["path"] = path
        return len(self)


@mirrors(Parameters)
class AsyncParameters(dict[str, str]):
    async def load(self, path: str) -> int:
        self["path"] = path
        return len(self)


class Encoder(ABC):
    """An abstract class as reference, and its subclass as implementation."""

    @abstractmethod
    def encode(self, text: str, *, errors: str = "strict") -> bytes: ...

    def encode_all(self, texts: list[str]) -> list[bytes]:
        return [self.encode(text) for text in texts]


@implements(Encoder)
class AsciiEncoder(Encoder):
    @final
    def encode(self, text: str, *, errors: str = "strict") -> bytes:
        return text.encode("ascii", errors)


class _Registering(type):
    """Metaclass of both classes below."""

    names: ClassVar[list[str]] = []

    def register(cls) -> None:
        cls.names.append(cls.__name__)


class Plugin(metaclass=_Registering):
    kind: str = "plugin"

    def start(self) -> str:
        return self.kind


@mirrors(Plugin)
class AsyncPlugin(metaclass=_Registering):
    kind: str = "plugin"

    async def start(self) -> str:
        return self.kind


class _Shape(ABC):
    @property
    @abstractmethod
    def sides(self) -> int: ...


class Square(_Shape):
    """An attribute in place of an inherited property."""

    sides: int = 4

    def draw(self) -> str:
        return "square"


@mirrors(Square)
class AsyncSquare(_Shape):
    sides: int = 4

    async def draw(self) -> str:
        return "square"
