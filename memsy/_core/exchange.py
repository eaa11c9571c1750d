"""The one loop: what becomes of every attempt, in every client, is decided here."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from attrs import frozen

from memsy._core.errors import error_from_response
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.json_codec import no_content
from memsy._core.retry import RetrySafety
from memsy._core.timeout import Deadline
from memsy.exceptions import (
    MemsyAPIError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    NotFoundError,
)

if TYPE_CHECKING:
    from memsy._core.operation import Operation
    from memsy._core.retry import RetryState

T = TypeVar("T")

_NO_CONTENT = HTTPResponse(204)


@frozen
class Attempt:
    """One attempt for a driver: wait *after* seconds, begin, send, and finish by *deadline*."""

    request: HTTPRequest
    after: float
    deadline: Deadline

    def begin(self) -> HTTPRequest:
        """Return the request to send. The driver calls this after the pause."""
        return self.request


Flow: TypeAlias = Generator[Attempt, HTTPResponse, T]
"""A conversation with the service: yields attempts, is sent replies, returns the answer."""


def exchange(
    operation: Operation[T], retries: RetryState, deadline: Deadline, after: float = 0.0
) -> Flow[T]:
    """Ask, *after* seconds, until the service answers, refuses, or our patience runs out."""
    patience = deadline
    attempts, maybe_processed = 0, False
    if operation.retry_safety is RetrySafety.WITHIN_WINDOW:
        # Not the first attempt, which repeats nothing, but every later one must end in the window.
        deadline = deadline.capped_at(deadline.clock.monotonic() + retries.policy.dedup_window)
    while True:
        attempts += 1
        try:
            response = yield Attempt(operation.request, after, patience)
            answer = _read_response(operation, response, deadline.clock.time())
        except (MemsyAPIError, MemsyConnectionError, MemsyResponseError) as error:
            # What lies below it has the request in its frames, and the key with it.
            error.__context__ = None
            if attempts > 1 and _is_already_deleted(operation, error):
                answer = operation.decode(_NO_CONTENT)
            else:
                # By what became of this attempt: what an earlier one left in doubt was repeated.
                pause = retries.pause(error, operation.retry_safety, deadline)
                maybe_processed = maybe_processed or error.maybe_processed
                error.attempts, error.maybe_processed = attempts, maybe_processed
                if pause is None:
                    raise _with_route(error, operation) from None
                after, patience = pause, deadline
                continue
        except MemsyError as error:
            # The client was closed before this attempt, which makes it none.
            error.attempts, error.maybe_processed = attempts - 1, maybe_processed
            raise
        retries.succeed()
        return answer


def _read_response(operation: Operation[T], response: HTTPResponse, now: float) -> T:
    if 200 <= response.status < 300:
        return operation.decode(response)
    raise error_from_response(response, now)


def _is_already_deleted(operation: Operation[T], error: MemsyError) -> bool:
    """Whether the thing to delete is not there: at a second attempt, the first has deleted it."""
    is_delete = operation.request.method == "DELETE" and operation.decode is no_content
    return is_delete and isinstance(error, NotFoundError)


def _with_route(error: MemsyError, operation: Operation[T]) -> MemsyError:
    """The error, saying who did what; a refusal already speaks in the service's own words."""
    if not isinstance(error, MemsyAPIError):
        times = "1 attempt" if error.attempts == 1 else f"{error.attempts} attempts"
        error.args = (f"{operation.route}: {error} ({times})",)
    return error
