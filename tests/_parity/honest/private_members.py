"""Private members: helpers, attributes and locks that only one of the classes has."""

from __future__ import annotations

from typing import ClassVar, Protocol

from memsy.parity import implements, mirrors


class Http:
    """Private helpers that differ in name, signature and mode."""

    def __init__(self, host: str) -> None:
        self._host = host
        self.__secret = "key"

    def get(self, path: str, *, retries: int = 2) -> str:
        return self._send("GET", path) * retries

    def _send(self, method: str, path: str) -> str:
        return f"{method} {self._host}{path}{self.__secret}"

    def _close_sockets(self) -> None: ...


@mirrors(Http)
class AsyncHttp:
    _loop_policy: ClassVar[str] = "default"

    def __init__(self, host: str) -> None:
        self._address = host
        self._open_tasks = set[str]()

    async def get(self, path: str, *, retries: int = 2) -> str:
        return (await self._send(path)) * retries

    async def _send(self, path: str, *, method: str = "GET") -> str:
        return f"{method} {self._address}{path}"


class Counter(Protocol):
    """A protocol; the implementations have more parameters, members and bases of their own."""

    def add(self, amount: int = 1) -> int: ...


class _Logged:
    _log: ClassVar[list[str]] = []


@implements(Counter)
class LoggedCounter(_Logged):
    __total = 0

    def __init__(self, start: int = 0, **_options: object) -> None:
        self._start = start

    def add(self, amount: int = 1) -> int:
        self._log.append(str(amount))
        return self._start + amount

    def _reset(self, to: int = 0) -> None:
        self._start = to


@implements(Counter, more=("total", "reset"))
class PublicCounter:
    """`more` names the public members that only this class has."""

    def __init__(self) -> None:
        self.total = 0

    def add(self, amount: int = 1) -> int:
        self.total += amount
        return self.total

    def reset(self, to: int = 0) -> None:
        self.total = to


class Retrying:
    """Private base classes with private members, and an attribute set outside of `__init__`."""

    def run(self) -> str:
        self._started = True
        return "done"


class _EventLoop:
    def _now(self) -> float:
        return 0.0


@mirrors(Retrying)
class AsyncRetrying(_EventLoop):
    async def run(self) -> str:
        self._began = self._now()
        return "done"


class Parser:
    """Private constants and private class methods."""

    _VERSION = 1

    def parse(self, text: str) -> list[str]:
        return self._split(text)

    @classmethod
    def _split(cls, text: str) -> list[str]:
        return text.split(str(cls._VERSION))


@mirrors(Parser)
class AsyncParser:
    async def parse(self, text: str) -> list[str]:
        return text.split()
