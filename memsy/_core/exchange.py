"""Flow of one request: its attempts, the decisions to retry, and the result or the error."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias, TypeVar

from attrs import evolve, frozen

from memsy._core.errors import describe, error_from_response
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.interrupts import is_interrupt
from memsy._core.json_codec import no_content
from memsy._core.operation import Operation
from memsy._core.redaction import NO_SECRETS, Redactor
from memsy._core.retry import RetrySafety, RetryState
from memsy._core.timeout import Deadline
from memsy.exceptions import (
    MemsyAPIError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    MemsyTimeoutError,
    NotFoundError,
)

T = TypeVar("T")

_NO_CONTENT = HTTPResponse(204)


@frozen
class Attempt:
    """One attempt, as a driver runs it: wait for the pause, call `begin()`, send the request."""

    request: HTTPRequest
    pause: float
    """Seconds to wait before the attempt."""
    deadline: Deadline
    """The end of the attempt."""
    number: int = 1
    """The position of the attempt among those of its request, from 1."""
    max_attempts: int = 1
    """The limit of attempts for the request."""
    cause: MemsyError | None = None
    """The error of the previous attempt, for a retry."""

    def begin(self) -> HTTPRequest:
        """Return the request to send. The driver calls this after the pause."""
        return self.request


Flow: TypeAlias = Generator[Attempt, HTTPResponse, T]
"""
Generator of one call: it yields attempts, receives their responses and returns the result.

Generator functions spell the type out: typeguard recognizes a generator by its written annotation.
"""


def exchange(
    operation: Operation[T],
    retries: RetryState,
    deadline: Deadline,
    pause: float = 0.0,
    redactor: Redactor = NO_SECRETS,
) -> Generator[Attempt, HTTPResponse, T]:
    """
    Yield attempts until the operation has a result, fails for good or reaches the deadline.

    Args:
        operation: The request, and the decoder of the response.
        retries: The retry state of the call.
        deadline: The end of the whole exchange.
        pause: Seconds to wait before the first attempt.
        redactor: Masks the secrets of the client in the message of an error.
    """
    attempt_deadline = deadline
    attempts, maybe_processed = 0, False
    max_attempts = retries.policy.max_retries + 1
    cause: MemsyError | None = None
    redactor = redactor.including(operation.secrets)
    if operation.retry_safety is RetrySafety.WITHIN_WINDOW:
        # The first attempt repeats nothing, so only the retries must end within the window.
        deadline = deadline.capped_at(deadline.clock.monotonic() + retries.policy.dedup_window)
    while True:
        attempts += 1
        retries.attempts += 1
        try:
            attempt = Attempt(
                operation.request, pause, attempt_deadline, attempts, max_attempts, cause
            )
            result = yield from _send_and_decode(operation, attempt, redactor)
        except (MemsyAPIError, MemsyConnectionError, MemsyResponseError) as error:
            if is_interrupt(error):
                raise
            # Drop context and traceback: their frames hold the API key, and the raw response.
            error.__context__ = error.__traceback__ = None
            if attempts > 1 and _is_already_deleted(operation, error):
                result = operation.decode(_NO_CONTENT)
            else:
                # Only this attempt decides: the earlier attempts were already safe to repeat.
                retry_pause = retries.pause(error, operation.retry_safety, deadline)
                maybe_processed = maybe_processed or error.maybe_processed
                error.attempts, error.maybe_processed = attempts, maybe_processed
                describe(error, operation.route, redactor)
                if retry_pause is None:
                    raise error from None
                pause, attempt_deadline, cause = retry_pause, deadline, error
                continue
        except MemsyError as error:
            # Nothing was sent: the client is closed or has no key. So the attempt does not count.
            retries.attempts -= 1
            retries.retries -= attempts > 1
            error.attempts, error.maybe_processed = attempts - 1, maybe_processed
            error.route = operation.route
            if error.attempts:
                describe(error, operation.route, redactor)
            raise
        retries.record_success()
        return result


def _send_and_decode(
    operation: Operation[T], attempt: Attempt, redactor: Redactor
) -> Generator[Attempt, HTTPResponse, T]:
    """Yield one attempt and decode its response, with a typed error if the memory runs out."""
    try:
        response = yield attempt
        return _decode_response(operation, response, attempt.deadline, redactor)
    except MemoryError as shortage:
        if is_interrupt(shortage):
            raise
        error = MemsyResponseError("not enough memory to receive and decode the response")
        error.maybe_processed = True
    raise error


def _decode_response(
    operation: Operation[T], response: HTTPResponse, deadline: Deadline, redactor: Redactor
) -> T:
    if not 200 <= response.status < 300:
        raise _error_response(response, deadline.clock.time(), redactor)
    try:
        # A late response to a write is still decoded: its ids cannot be requested again.
        if operation.retry_safety is RetrySafety.ALWAYS and not deadline.remaining():
            raise _late_response_error(deadline)
        return operation.decode(response)
    except MemsyError as error:
        error.request_id = response.request_id
        raise


def _error_response(response: HTTPResponse, now: float, redactor: Redactor) -> MemsyAPIError:
    """Return the error for a response. The status counts, even without memory for the body."""
    try:
        return error_from_response(response, now, redactor)
    except MemoryError as shortage:
        if is_interrupt(shortage):
            raise
    return error_from_response(evolve(response, content=b""), now, redactor)


def _late_response_error(deadline: Deadline) -> MemsyTimeoutError:
    error = MemsyTimeoutError(f"no complete response within {deadline.timeout.total:g} s")
    error.maybe_processed = True
    return error


def _is_already_deleted(operation: Operation[T], error: MemsyError) -> bool:
    """Return True for a 404 to a repeated delete: an earlier attempt has deleted the resource."""
    is_delete = operation.request.method == "DELETE" and operation.decode is no_content
    return is_delete and isinstance(error, NotFoundError)
