"""Inherited members: mixins, generic bases, abstract bases, bases of another module."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

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
