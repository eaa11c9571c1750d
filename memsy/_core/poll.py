"""Asking until something has come about: a series of exchanges, with one deadline for them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import frozen

from memsy._core.deadline import Deadline, Timeout
from memsy._core.exchange import Flow, exchange
from memsy._core.operation import Operation
from memsy.exceptions import MemsyAPIError, MemsyTimeoutError

if TYPE_CHECKING:
    from memsy._core.retry import Retries

T = TypeVar("T")

_LAST_LOOK = 0.25
"""Seconds that are kept for one more look just before the end."""


@frozen
class Polling(Generic[T]):
    """An operation that is to be asked every *interval* seconds, for as long as *timeout* says."""

    operation: Operation[T]
    timeout: Timeout
    interval: float
    is_waiting: Callable[[MemsyAPIError], bool]
    """Whether a refusal only says "not yet"."""


def poll(
    polling: Polling[T],
    retries: Callable[[], Retries],
    call: Callable[[float], Deadline],
    end: Deadline,
) -> Flow[T]:
    """
    Ask until the answer is no "not yet". Each exchange has the patience of a *call* that begins
    after so many seconds, and none goes on after the *end*.

    Raises:
        MemsyTimeoutError: the service still says "not yet" at the *end*.
    """
    attempts, pause = 0, 0.0
    while True:
        patience = min(call(pause), end, key=lambda deadline: deadline.ends)
        try:
            return (yield from exchange(polling.operation, retries(), patience, pause))
        except MemsyAPIError as refusal:
            if not polling.is_waiting(refusal):
                raise
            attempts += refusal.attempts
        if end.left() <= _LAST_LOOK:
            raise _not_in_time(polling, attempts)
        pause = min(polling.interval, end.left() - _LAST_LOOK)


def _not_in_time(polling: Polling[T], attempts: int) -> MemsyTimeoutError:
    error = MemsyTimeoutError(
        f"{polling.operation.route}: still not ready after {polling.timeout.total:g} s "
        f"({attempts} attempts)"
    )
    error.attempts = attempts
    return error
