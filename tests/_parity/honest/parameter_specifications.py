"""`ParamSpec`, `Concatenate` and `TypeVarTuple`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Concatenate, Generic, Protocol, TypeVar

from typing_extensions import ParamSpec, TypeVarTuple, Unpack

from memsy.parity import implements, mirrors

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Runner:
    """Function with its arguments, as in `loop.run_in_executor`."""

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    def spawn(self, function: Callable[[Unpack[Ts]], T], *args: Unpack[Ts]) -> T:
        return function(*args)


@mirrors(Runner)
class AsyncRunner:
    """The function stays sync, and runs in a thread."""

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    async def spawn(self, function: Callable[[Unpack[Ts]], T], *args: Unpack[Ts]) -> T:
        return function(*args)


class Scheduler:
    """The function becomes a coroutine function."""

    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)


@mirrors(Scheduler)
class AsyncScheduler:
    async def submit(
        self, function: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await function(*args, **kwargs)


class Task(Generic[P, T]):
    """Generic class over the parameters of a function, in the manner of celery."""

    def __init__(self, function: Callable[P, T]) -> None:
        self._function = function

    def delay(self, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._function(*args, **kwargs)


@mirrors(Task)
class AsyncTask(Generic[P, T]):
    def __init__(self, function: Callable[P, Awaitable[T]]) -> None:
        self._function = function

    async def delay(self, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._function(*args, **kwargs)


class Connection:
    """Connection of a transaction."""


class Transactions:
    """A callback that gets the connection first, then the arguments of the caller."""

    def run(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return work(Connection(), *args, **kwargs)


@mirrors(Transactions)
class AsyncTransactions:
    async def run(
        self,
        work: Callable[Concatenate[Connection, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        return await work(Connection(), *args, **kwargs)


class Columns(Protocol[Unpack[Ts]]):
    """A row of columns with types of their own."""

    def fetch(self, key: str) -> tuple[Unpack[Ts]]: ...
    def insert(self, *values: Unpack[Ts]) -> int: ...


@mirrors(Columns)
class AsyncColumns(Protocol[Unpack[Ts]]):
    async def fetch(self, key: str) -> tuple[Unpack[Ts]]: ...
    async def insert(self, *values: Unpack[Ts]) -> int: ...


@implements(Columns)
class StoredColumns(Generic[Unpack[Ts]]):
    def __init__(self, *values: Unpack[Ts]) -> None:
        self._values = values

    def fetch(self, key: str) -> tuple[Unpack[Ts]]:
        return self._values

    def insert(self, *values: Unpack[Ts]) -> int:
        return len(values)
