"""Members below conditions: Python version, platform, `TYPE_CHECKING`, optional imports."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from memsy.parity import implements, mirrors

try:
    import yarl
except ImportError:  # pragma: no cover
    HAS_YARL = False
else:
    HAS_YARL = bool(yarl.__version__)

FAST = len(sys.argv) > 100


class Reader:
    """Two Python versions."""

    if sys.version_info >= (3, 11):

        def read(self, size: int = 8) -> str:
            return "new"[:size]

    else:

        def read(self, size: int = 8) -> str:
            return "old"[:size]


@mirrors(Reader)
class AsyncReader:
    async def read(self, size: int = 8) -> str:
        return "any"[:size]


class Sockets(Protocol):
    """The platform, on both sides."""

    if sys.platform == "win32":

        def handle(self) -> int: ...

    else:

        def descriptor(self) -> int: ...


@mirrors(Sockets)
class AsyncSockets(Protocol):
    if sys.platform == "win32":

        async def handle(self) -> int: ...

    else:

        async def descriptor(self) -> int: ...


class Parser:
    """A run-time condition with the same signature in both arms."""

    if FAST:

        def parse(self, text: str, strict: bool = True) -> list[str]:
            return text.split()

    else:

        def parse(self, text: str, strict: bool = True) -> list[str]:
            return text.split(" ")


@mirrors(Parser)
class AsyncParser:
    if FAST:

        async def parse(self, text: str, strict: bool = True) -> list[str]:
            return text.split()

    else:

        async def parse(self, text: str, strict: bool = True) -> list[str]:
            return text.split(" ")


class Urls:
    """An optional import decides about the body."""

    try:  # noqa: SIM105
        import idna as _idna
    except ImportError:  # pragma: no cover
        pass

    def host(self, url: str, default: str = "localhost") -> str:
        return url if HAS_YARL else default


@mirrors(Urls)
class AsyncUrls:
    async def host(self, url: str, default: str = "localhost") -> str:
        return url if HAS_YARL else default


class Typed(Protocol):
    """Attributes that only type checkers see."""

    if TYPE_CHECKING:
        name: str

    def rename(self, name: str) -> None: ...


@implements(Typed)
class TypedRecord:
    def __init__(self, name: str = "") -> None:
        self.name = name

    def rename(self, name: str) -> None:
        self.name = name
