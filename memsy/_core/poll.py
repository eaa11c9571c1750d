"""Polling: a request repeated while its error means "not yet", under one deadline."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Generic, TypeVar

from attrs import frozen

from memsy._core.exchange import Attempt, exchange
from memsy._core.http import HTTPResponse
from memsy._core.operation import Operation
from memsy._core.redaction import NO_SECRETS, Redactor
from memsy._core.retry import RetryState
from memsy._core.timeout import Deadline, Timeout
from memsy.exceptions import MemsyAPIError, MemsyTimeoutError

T = TypeVar("T")

_GRACE_PERIOD = 0.25
"""Seconds beyond the end for the response to the last poll, which starts at the end."""


@frozen
class Polling(Generic[T]):
    """An operation to poll until it succeeds."""

    operation: Operation[T]
    timeout: Timeout
    """The limit of the whole wait is `timeout.total`."""
    interval: float
    """Seconds from a response to the next poll."""
    is_pending: Callable[[MemsyAPIError], bool]
    """Returns True for an error response that only means "not yet"."""


def poll(
    polling: Polling[T],
    retries: Callable[[], RetryState],
    deadline_after: Callable[[float], Deadline],
    end: Deadline,
    redactor: Redactor = NO_SECRETS,
) -> Generator[Attempt, HTTPResponse, T]:
    """
    Poll until the service returns a result. The last poll starts at the end of the wait.

    Args:
        polling: The operation and its interval.
        retries: Creates the retry state of one poll.
        deadline_after: Creates the deadline of a poll that starts after a pause, in seconds.
        end: The end of the wait.
        redactor: Masks the secrets of the client in the message of an error.

    Raises:
        MemsyTimeoutError: The service is still not ready at the end.
    """
    attempts, pause = 0, 0.0
    while True:
        deadline = deadline_after(pause).capped_at(end.ends_at + _GRACE_PERIOD)
        is_last = pause >= end.remaining()
        try:
            return (yield from exchange(polling.operation, retries(), deadline, pause, redactor))
        except MemsyAPIError as error:
            if not polling.is_pending(error):
                raise
            attempts += error.attempts
        except MemsyTimeoutError as error:
            if not attempts or end.remaining():
                raise
            # After an earlier "not yet", "not ready" helps the caller more than "timeout".
            attempts, is_last = attempts + error.attempts, True
        if is_last or not end.remaining():
            raise _not_ready_error(polling, attempts) from None
        pause = min(polling.interval, end.remaining())


def _not_ready_error(polling: Polling[T], attempts: int) -> MemsyTimeoutError:
    error = MemsyTimeoutError(
        f"{polling.operation.route}: still not ready after {polling.timeout.total:g} s "
        f"({attempts} attempts)"
    )
    error.attempts, error.route = attempts, polling.operation.route
    return error
