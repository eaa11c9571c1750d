"""What a client and its resources share: they hand it operations, it returns answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

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

Chance: TypeAlias = Callable[[], float]
"""Gives numbers from 0.0 up to, not including, 1.0: how long a pause is, of what it may be."""


class Companion(Protocol):
    """Goes along with every call: gives a flow that does what *flow* does, and may take notes."""

    def __call__(self, parts: Sequence[Operation[T]], flow: Flow[T]) -> Flow[T]: ...


def _alone(parts: Sequence[Operation[T]], flow: Flow[T]) -> Flow[T]:
    return flow


class _Patience:
    """How long one client's calls may take, and how often they may be repeated."""

    def __init__(
        self, settings: Settings, clock: Clock, companion: Companion, chance: Chance
    ) -> None:
        self._timeout = settings.timeout
        self._policy = settings.retry
        self._budget = Budget()
        self._clock = clock
        self._with = companion
        self._chance = chance

    def exchange(self, operation: Operation[T]) -> Flow[T]:
        return self._with([operation], exchange(operation, self._retries(), self._deadline()))

    def in_turn(self, series: Series[T]) -> Flow[T]:
        return self._with(series.parts, in_turn(series, self._retries, self._deadline()))

    def poll(self, polling: Polling[T]) -> Flow[T]:
        end = Deadline.start(self._clock, evolve(self._timeout, total=polling.timeout.total))
        flow = poll(polling, self._retries, self._deadline, end)
        return self._with([polling.operation], flow)

    def _retries(self) -> Retries:
        return Retries(self._policy, self._budget, self._chance)

    def _deadline(self, after: float = 0.0) -> Deadline:
        return Deadline.start(self._clock, self._timeout, after)


class Caller:
    """Calls and blocks."""

    def __init__(
        self,
        settings: Settings,
        transport: Transport,
        companion: Companion = _alone,
        chance: Chance = random.random,
    ) -> None:
        self._patience = _Patience(settings, transport.clock, companion, chance)
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

    def __init__(
        self,
        settings: Settings,
        transport: AsyncTransport,
        companion: Companion = _alone,
        chance: Chance = random.random,
    ) -> None:
        self._patience = _Patience(settings, transport.clock, companion, chance)
        self._transport = transport

    async def __call__(self, operation: Operation[T]) -> T:
        return await drive_async(self._patience.exchange(operation), self._transport)

    async def in_turn(self, series: Series[T]) -> T:
        return await drive_async(self._patience.in_turn(series), self._transport)

    async def poll(self, polling: Polling[T]) -> T:
        return await drive_async(self._patience.poll(polling), self._transport)

    async def close(self) -> None:
        await self._transport.close()
