"""Asking until something has come about: a series of exchanges, with one deadline for them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import frozen

from memsy._core.exchange import Flow, exchange
from memsy._core.operation import Operation
from memsy._core.timeout import Deadline, Timeout
from memsy.exceptions import MemsyAPIError, MemsyTimeoutError

if TYPE_CHECKING:
    from memsy._core.retry import RetryState

T = TypeVar("T")

_GRACE = 0.25
"""Seconds beyond the end that the last look, which begins there, has for its answer."""


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
    retries: Callable[[], RetryState],
    call: Callable[[float], Deadline],
    end: Deadline,
) -> Flow[T]:
    """
    Ask until the answer is no "not yet". Each exchange has the patience of a *call* that begins
    after so many seconds; the last one begins at the *end*.

    Raises:
        MemsyTimeoutError: the service still says "not yet" at the *end*.
    """
    attempts, pause = 0, 0.0
    while True:
        patience = call(pause).capped_at(end.ends + _GRACE)
        is_last = pause >= end.remaining()
        try:
            return (yield from exchange(polling.operation, retries(), patience, pause))
        except MemsyAPIError as refusal:
            if not polling.is_waiting(refusal):
                raise
            attempts += refusal.attempts
        except MemsyTimeoutError as silence:
            if not attempts or end.remaining():
                raise
            # It has said "not yet" before, and that is what the caller should know.
            attempts, is_last = attempts + silence.attempts, True
        if is_last or not end.remaining():
            raise _timeout_error(polling, attempts) from None
        pause = min(polling.interval, end.remaining())


def _timeout_error(polling: Polling[T], attempts: int) -> MemsyTimeoutError:
    error = MemsyTimeoutError(
        f"{polling.operation.route}: still not ready after {polling.timeout.total:g} s "
        f"({attempts} attempts)"
    )
    error.attempts = attempts
    return error
