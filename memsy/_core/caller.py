"""What a client and its resources share: they hand it operations, it returns answers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from memsy._core.deadline import Deadline
from memsy._core.drive import drive, drive_async
from memsy._core.exchange import Flow, exchange
from memsy._core.poll import Polling, poll
from memsy._core.retry import Budget, Retries
from memsy._core.series import Series, in_turn

if TYPE_CHECKING:
    from memsy._core.clock import Clock
    from memsy._core.operation import Operation
    from memsy._core.settings import Settings
    from memsy._core.transport import AsyncTransport, Transport

T = TypeVar("T")


class _Patience:
    """How long one client's calls may take, and how often they may be repeated."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._timeout = settings.timeout
        self._policy = settings.retry
        self._budget = Budget()
        self._clock = clock

    def exchange(self, operation: Operation[T]) -> Flow[T]:
        return exchange(operation, self._retries(), self._deadline())

    def in_turn(self, series: Series[T]) -> Flow[T]:
        return in_turn(series, self._retries, self._deadline())

    def poll(self, polling: Polling[T]) -> Flow[T]:
        end = Deadline.start(self._clock, evolve(self._timeout, total=polling.timeout.total))
        return poll(polling, self._retries, self._deadline, end)

    def _retries(self) -> Retries:
        return Retries(self._policy, self._budget, random.random)

    def _deadline(self, after: float = 0.0) -> Deadline:
        return Deadline.start(self._clock, self._timeout, after)


class Caller:
    """Calls and blocks."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._patience = _Patience(settings, transport.clock)
        self._transport = transport

    def __call__(self, operation: Operation[T]) -> T:
        return drive(self._patience.exchange(operation), self._transport)

    def in_turn(self, series: Series[T]) -> T:
        return drive(self._patience.in_turn(series), self._transport)

    def poll(self, polling: Polling[T]) -> T:
        return drive(self._patience.poll(polling), self._transport)

    def close(self) -> None:
        self._transport.close()


class AsyncCaller:
    """Calls and awaits."""

    def __init__(self, settings: Settings, transport: AsyncTransport) -> None:
        self._patience = _Patience(settings, transport.clock)
        self._transport = transport

    async def __call__(self, operation: Operation[T]) -> T:
        return await drive_async(self._patience.exchange(operation), self._transport)

    async def in_turn(self, series: Series[T]) -> T:
        return await drive_async(self._patience.in_turn(series), self._transport)

    async def poll(self, polling: Polling[T]) -> T:
        return await drive_async(self._patience.poll(polling), self._transport)

    async def close(self) -> None:
        await self._transport.close()
