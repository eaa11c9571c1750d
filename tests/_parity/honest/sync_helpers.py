"""Async classes with methods that stay sync: builders, copies with options, flags, queues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from typing_extensions import Self

from memsy.parity import mirrors


class Message:
    def __init__(self, method: str, url: str) -> None:
        self.method, self.url = method, url


class Client:
    """A client in the manner of httpx, whose `build_request` sends nothing."""

    def build_request(self, method: str, url: str) -> Message:
        return Message(method, url)

    def send(self, request: Message) -> str:
        return request.url


@mirrors(Client, sync=("build_request",))
class AsyncClient:
    def build_request(self, method: str, url: str) -> Message:
        return Message(method, url)

    async def send(self, request: Message) -> str:
        return request.url


class Assistant(Protocol):
    """A client in the manner of openai-python: a copy with other options, and a flag."""

    def with_options(self, *, timeout: float = 10.0) -> Self: ...
    def is_closed(self) -> bool: ...
    def complete(self, question: str) -> str: ...


@mirrors(Assistant, sync=("with_options", "is_closed"))
class AsyncAssistant(Protocol):
    def with_options(self, *, timeout: float = 10.0) -> Self: ...
    def is_closed(self) -> bool: ...
    async def complete(self, question: str) -> str: ...


class Session:
    """A session in the manner of SQLAlchemy: `add` only remembers the row."""

    def __init__(self) -> None:
        self.rows: list[object] = []

    def add(self, row: object) -> None:
        self.rows.append(row)

    def pending(self) -> Iterator[object]:
        return iter(self.rows)

    def commit(self) -> int:
        return len(self.rows)


@mirrors(Session, sync=("add", "pending"))
class AsyncSession:
    def __init__(self) -> None:
        self.rows: list[object] = []

    def add(self, row: object) -> None:
        self.rows.append(row)

    def pending(self) -> Iterator[object]:
        return iter(self.rows)

    async def commit(self) -> int:
        return len(self.rows)


class Pipeline:
    """A pipeline in the manner of redis-py: methods of a shared base return the pipeline."""

    def get(self, key: str) -> Self:
        return self

    def execute(self) -> list[str]:
        return []


@mirrors(Pipeline, sync=("get",))
class AsyncPipeline:
    def get(self, key: str) -> Self:
        return self

    async def execute(self) -> list[str]:
        return []
