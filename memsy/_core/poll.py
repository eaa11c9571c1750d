"""Polling: requests repeated until the service has finished, under one deadline."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from typing import Generic, TypeVar

from memsy._core import encode
from memsy._core.errors import describe
from memsy._core.exchange import Attempt, exchange
from memsy._core.http import HTTPResponse
from memsy._core.operation import Operation
from memsy._core.redaction import NO_SECRETS, Redactor
from memsy._core.retry import RetryState
from memsy._core.timeout import Deadline, Timeout
from memsy.exceptions import MemsyAPIError, MemsyConfigurationError, MemsyTimeoutError

T = TypeVar("T")


class Polling(ABC, Generic[T]):
    """
    One wait: its requests, and the decision that it is over.

    Args:
        timeout: Seconds until the end of the wait.
        interval: Seconds from the last response of a poll to the next poll.

    Raises:
        MemsyConfigurationError: A number of seconds is unusable.
    """

    grace_period: float = 0.25
    """Seconds beyond the end for the responses to the last poll, which starts at the end."""

    def __init__(self, timeout: float, interval: float) -> None:
        if not encode.number("poll_interval", interval) > 0:  # `<= 0` would accept NaN
            raise MemsyConfigurationError(f"poll_interval must be more than 0 s, got {interval!r}")
        self.timeout: Timeout = Timeout(total=timeout)
        self.interval = interval

    request_id: str | None = None
    """Id of the last request, if its response has one."""

    @abstractmethod
    def is_finished(self) -> bool:
        """Return True if the wait is over."""

    @abstractmethod
    def operations(self) -> Sequence[Operation[T]]:
        """Return the requests of the next poll, at least one before the wait is over."""

    @abstractmethod
    def receive(self, response: T) -> None:
        """Keep the result of one request."""

    def is_pending(self, error: MemsyAPIError) -> bool:
        """Return True for an error response that only means "not yet"."""
        return False

    @abstractmethod
    def result(self) -> T:
        """Return the result of the call."""

    @property
    @abstractmethod
    def unfinished(self) -> str:
        """State of the wait for the text of a timeout error: `still not ready`."""

    def on_timeout(self, error: MemsyTimeoutError) -> None:
        """Add the state of the wait to a timeout error."""


class OperationPolling(Polling[T]):
    """Wait for the first result of one operation."""

    def __init__(
        self,
        operation: Operation[T],
        timeout: float,
        interval: float,
        is_pending: Callable[[MemsyAPIError], bool],
    ) -> None:
        super().__init__(timeout, interval)
        self._operation = operation
        self._is_pending = is_pending
        self._results: list[T] = []

    def is_finished(self) -> bool:
        return bool(self._results)

    def operations(self) -> Sequence[Operation[T]]:
        return [self._operation]

    def receive(self, response: T) -> None:
        self._results.append(response)

    def is_pending(self, error: MemsyAPIError) -> bool:
        return self._is_pending(error)

    def result(self) -> T:
        return self._results[0]

    @property
    def unfinished(self) -> str:
        return "still not ready"


def poll(
    polling: Polling[T],
    retries: RetryState,
    deadline_after: Callable[[float], Deadline],
    end: Deadline,
    redactor: Redactor = NO_SECRETS,
) -> Generator[Attempt, HTTPResponse, T]:
    """
    Poll until the wait is over. The last poll starts at the end of the timeout.

    Args:
        polling: The requests and their interval.
        retries: The retry state of the call.
        deadline_after: Creates the deadline of a request that starts after a pause, in seconds.
        end: The end of the wait.
        redactor: Masks the secrets of the client in the message of an error.

    Raises:
        MemsyTimeoutError: The work is still not done at the end.
    """
    has_response, pause = False, 0.0
    while not polling.is_finished():
        operations, is_last = polling.operations(), pause >= end.remaining()
        try:
            for operation in operations:
                deadline = deadline_after(pause).capped_at(end.ends_at + polling.grace_period)
                retries.start_request()
                flow = exchange(operation, retries, deadline, pause, redactor)
                polling.receive((yield from flow))
                has_response, pause = True, 0.0
        except MemsyAPIError as error:
            if not polling.is_pending(error):
                raise
            has_response, polling.request_id = True, error.request_id
        except MemsyTimeoutError as error:
            if not has_response or end.remaining():
                polling.on_timeout(error)
                raise
            # After an earlier "not yet", "not ready" helps the caller more than "timeout".
            is_last, polling.request_id = True, error.request_id
        if not polling.is_finished() and (is_last or not end.remaining()):
            raise _unfinished_error(
                polling, operations[0].route, retries.attempts, redactor
            ) from None
        pause = min(polling.interval, end.remaining())
    return polling.result()


def _unfinished_error(
    polling: Polling[T], route: str, attempts: int, redactor: Redactor
) -> MemsyTimeoutError:
    error = MemsyTimeoutError(f"{polling.unfinished} after {polling.timeout.total:g} s")
    error.attempts, error.request_id = attempts, polling.request_id
    polling.on_timeout(error)
    describe(error, route, redactor)
    return error
