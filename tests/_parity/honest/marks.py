"""Marks: import styles, keywords, other decorators above and below."""

from __future__ import annotations

from typing import Protocol, final, runtime_checkable

import memsy.parity
from memsy import parity
from memsy.parity import implements, mirrors
from memsy.parity import mirrors as async_form_of


@runtime_checkable
class Reader(Protocol):
    """Reference of the marks below."""

    def read(self, size: int = -1) -> bytes: ...


@mirrors(Reader)
@runtime_checkable
class AsyncReader(Protocol):
    async def read(self, size: int = -1) -> bytes: ...


@runtime_checkable
@async_form_of(Reader)
class OtherAsyncReader(Protocol):
    async def read(self, size: int = -1) -> bytes: ...


@final
@parity.implements(reference=Reader)
class EmptyReader:
    def read(self, size: int = -1) -> bytes:
        return b""


@memsy.parity.implements(
    Reader,
    more=("write", "size"),
)
@final
class Buffer:
    def __init__(self) -> None:
        self._content = b""

    @property
    def size(self) -> int:
        return len(self._content)

    def write(self, data: bytes) -> None:
        self._content += data

    def read(self, size: int = -1) -> bytes:
        return self._content[:size]


@implements(AsyncReader, more=())
class AsyncEmptyReader:
    async def read(self, size: int = -1) -> bytes:
        return b""
