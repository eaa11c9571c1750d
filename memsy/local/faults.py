"""Fault injection: scheduled and random faults for the requests to a local service."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence
from random import Random
from threading import RLock

from attrs import define, evolve, field, frozen
from typing_extensions import Unpack

from memsy._core.encode import most_similar
from memsy._core.http import HTTPResponse
from memsy._core.plane import Plane
from memsy.exceptions import (
    AgentSignupError,
    MemsyAPIError,
    MemsyClientClosedError,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    MemsyTimeoutError,
    MemsyTLSError,
    RateLimitExceeded,
)
from memsy.local.http import validators
from memsy.local.http.delivery import DeliveryMode
from memsy.local.http.fault_errors import ErrorDetails, error_name, error_response_for
from memsy.local.operation_names import FaultOperation
from memsy.local.record_tuple import RecordTuple

ANY = "*"
"""Matches every operation."""

_SIGN_IN_PAGE = HTTPResponse(
    200,
    {"content-type": "text/html"},
    b"<!doctype html><title>Sign in</title><p>This network wants to know who you are.",
)


@frozen
class Fault:
    """One fault of one request."""

    name: str
    """Short description, such as `status 503`, `RateLimitExceeded` or `truncated body`."""
    is_processed: bool = False
    """True if the service still processes the request."""
    response: Callable[[Plane], HTTPResponse] | None = None
    """Returns the response that replaces the response of the service. None replaces nothing."""
    delay: float = 0.0
    """Seconds before the response is sent."""
    mode: DeliveryMode = DeliveryMode.COMPLETE
    """State in which the response reaches the client."""


@define
class ScheduledFault:
    """Fault that will hit the next requests of an operation."""

    operation: str
    """Name of an operation, or `*` for all operations."""
    fault: Fault = field(repr=lambda fault: fault.name)
    times: int | None
    """Number of requests that the fault still hits; None for all requests."""
    after: int = 0
    """Number of requests that still pass before the fault hits a request."""


class Faults:
    """
    Fault injection for a `LocalService`, with the same effect in memory and over HTTP.

    `LocalService.faults` is the instance of a service.

    Operations have the names of the client's methods, such as `ingest`, `memories.list` or
    `keys.create`; `*` matches any operation. Scheduled faults hit requests in the order in which
    they were scheduled. Retries count as requests.

    The methods that end in `_next` share three parameters. `operation` is the name of the
    operation. `times` is the number of requests to hit, 1 by default; None hits all requests until
    `clear()`. `after` is the number of requests of the operation that pass first; a request that
    an earlier fault hits does not count.

    Example:
        >>> from memsy import RateLimitExceeded
        >>> from memsy.local import LocalService
        >>> service = LocalService()
        >>> service.faults.fail_next("search", RateLimitExceeded, retry_after=1, times=2)
        >>> service.faults
        <Faults: search: RateLimitExceeded x 2>
    """

    def __init__(
        self, operations: Collection[str], exhaust_quota: Callable[[str], Callable[[], None]]
    ) -> None:
        """
        Create an empty schedule.

        Args:
            operations: Names of all operations.
            exhaust_quota: Exhausts the quota of a dimension, and returns a function that restores
                the quota.
        """
        self._operations = operations
        self._exhaust_quota = exhaust_quota
        self._scheduled = deque[ScheduledFault]()
        self._random_faults: RandomFaults | None = None
        self._restore_functions = list[Callable[[], None]]()
        self._lock = RLock()  # a signal handler may show the faults, too

    def __repr__(self) -> str:
        descriptions = [
            f"{scheduled.operation}: {scheduled.fault.name} x {scheduled.times or 'unlimited'}"
            for scheduled in self.pending
        ]
        return f"<Faults: {'; '.join(descriptions) or 'none scheduled'}>"

    @property
    def pending(self) -> Sequence[ScheduledFault]:
        """Copies of the scheduled faults that still have requests to hit, in order."""
        with self._lock:
            return RecordTuple(map(evolve, self._scheduled))

    def fail_next(
        self,
        operation: FaultOperation,
        error: type[MemsyError] | int,
        *,
        times: int | None = 1,
        after: int = 0,
        stored: bool = False,
        detail: str | None = None,
        **details: Unpack[ErrorDetails],
    ) -> None:
        """
        Make the next request fail with an exception in the client, or with an HTTP status.

        An API error becomes its error response. A `MemsyConnectionError` is a lost connection, a
        `MemsyTimeoutError` a response that never arrives, and a `MemsyResponseError` an HTML page
        in place of JSON. Plain HTTP has no TLS, so with a `LocalServer` a `MemsyTLSError` is a
        lost connection.

        Args:
            operation: Name of an operation, or `*`.
            error: Exception class of memsy that the client will raise, or an HTTP status from 300
                to 599.
            times: Number of requests to hit; None for all until `clear()`.
            after: Number of requests that pass first.
            stored: Process the request before it fails, so that an ingest stores its events.
            detail: Message of the error response.
            **details: Further attributes of the exception, such as `retry_after` or `limit`.

        Raises:
            ValueError: The operation or a detail is unknown, a number is out of range, or a service
                cannot make a client raise `error`.
            TypeError: A detail has the wrong type, or `error` is neither a class nor a status.

        Example:
            >>> from memsy import MemsyConnectionError
            >>> from memsy.local import LocalService
            >>> service = LocalService()
            >>> service.faults.fail_next("ingest", MemsyConnectionError, stored=True)
            >>> service.faults.fail_next("*", 503, detail="down until noon", times=None, after=2)
        """
        self._schedule(operation, _fault_for_error(error, stored, detail, details), times, after)

    def delay_next(
        self,
        operation: FaultOperation,
        seconds: float,
        *,
        times: int | None = 1,
        after: int = 0,
    ) -> None:
        """
        Process the next request, and delay the response.

        With a fake client the delay passes on the clock of the service, with a `LocalServer` it
        passes in real time.

        Args:
            operation: Name of an operation, or `*`.
            seconds: Delay, more than 0.
            times: Number of requests to hit; None for all until `clear()`.
            after: Number of requests that pass first.

        Raises:
            ValueError: The operation is unknown, or a number is out of range.
        """
        if not 0 < seconds < float("inf"):
            raise ValueError(f"seconds must be more than 0 and finite, got {seconds!r}")
        fault = Fault(f"delay of {seconds:g} s", is_processed=True, delay=seconds)
        self._schedule(operation, fault, times, after)

    def truncate_next(
        self, operation: FaultOperation, *, times: int | None = 1, after: int = 0
    ) -> None:
        """
        Process the next request, and close the connection in the middle of the response body.

        Args:
            operation: Name of an operation, or `*`.
            times: Number of requests to hit; None for all until `clear()`.
            after: Number of requests that pass first.

        Raises:
            ValueError: The operation is unknown, or a number is out of range.
        """
        self._schedule(operation, _TRUNCATED_BODY, times, after)

    def drip_next(
        self, operation: FaultOperation, *, times: int | None = 1, after: int = 0
    ) -> None:
        """
        Process the next request, and send the response body slowly and without end.

        Only the total timeout of a client ends the call, because bytes keep arriving.

        Args:
            operation: Name of an operation, or `*`.
            times: Number of requests to hit; None for all until `clear()`.
            after: Number of requests that pass first.

        Raises:
            ValueError: The operation is unknown, or a number is out of range.
        """
        self._schedule(operation, _DRIPPING_BODY, times, after)

    def exhaust_quota(self, dimension: str) -> None:
        """
        Set a monthly limit to the amount already used, until `clear()`.

        Every further use makes a client raise `UsageLimitExceeded`.

        Args:
            dimension: `api_calls`, `events_ingested` or `search_queries`.

        Raises:
            ValueError: The dimension is unknown, or no request is checked against its limit.
        """
        restore = self._exhaust_quota(dimension)
        with self._lock:
            self._restore_functions.append(restore)

    def chaos(self, rate: float = 0.3, *, seed: int = 0) -> None:
        """
        Hit a random share of all requests with random faults, until `clear()`.

        The faults are: a lost connection, a 500, 502 or 503, each before or after the service has
        processed the request; a 429; a truncated body. Scheduled faults take precedence.

        Args:
            rate: Share of requests to hit, 0.0 to 1.0.
            seed: Seed of the random numbers. The same seed gives the same faults to the same
                sequence of requests.

        Raises:
            ValueError: `rate` is out of range.
        """
        if not 0.0 <= rate <= 1.0:
            raise ValueError(f"rate must be 0.0 to 1.0, got {rate!r}")
        with self._lock:
            self._random_faults = RandomFaults(Random(seed), rate)  # noqa: S311 - repeatable, not secret

    def clear(self) -> None:
        """Remove all scheduled and random faults, and restore exhausted quotas."""
        with self._lock:
            self._scheduled.clear()
            self._random_faults = None
            restore_functions, self._restore_functions = self._restore_functions, []
        for restore in reversed(restore_functions):
            restore()

    def next_fault(self, operation_name: Callable[[], str | None]) -> Fault | None:
        """
        Return the fault of the current request, if any, and count the request.

        Args:
            operation_name: Returns the operation of the request. A service without faults skips
                this call, because it searches the routing table.
        """
        if not self._scheduled and self._random_faults is None:
            return None
        name = operation_name()
        with self._lock:
            for scheduled in self._scheduled:
                if scheduled.operation not in (name, ANY):
                    continue
                if scheduled.after:
                    scheduled.after -= 1
                    continue
                if scheduled.times is not None:
                    scheduled.times -= 1
                    if not scheduled.times:
                        self._scheduled.remove(scheduled)
                return scheduled.fault
            return None if self._random_faults is None else self._random_faults.draw()

    def _schedule(self, operation: str, fault: Fault, times: int | None, after: int) -> None:
        if not isinstance(operation, str):
            raise TypeError(f"operation must be a str such as 'search' or '*', got {operation!r}")
        if operation != ANY and operation not in self._operations:
            # Each page of an iteration is a request of `list`.
            similar = most_similar(operation.replace(".iterate", ".list"), self._operations)
            names = ", ".join(sorted(self._operations))
            hint = f"did you mean {similar!r}?" if similar else f"choose from {names}"
            raise ValueError(f"unknown operation {operation!r}: {hint}")
        if times is not None:
            validators.check_integer("times", times, minimum=1)
        validators.check_integer("after", after, minimum=0)
        with self._lock:
            self._scheduled.append(ScheduledFault(operation, fault, times, after))


def _fault_for_error(
    error: type[MemsyError] | int, stored: bool, detail: str | None, details: ErrorDetails
) -> Fault:
    if not isinstance(error, (int, type)):
        raise TypeError(
            f"error must be an exception class of memsy or an HTTP status, got {error!r}"
        )
    name = error_name(error)
    if isinstance(error, int) or issubclass(error, MemsyAPIError):
        # pyrefly does not narrow `error` here.
        response = error_response_for(error, detail, details)  # pyrefly: ignore[bad-argument-type]
        return Fault(name, stored, response.response)
    if detail is not None or details:
        unused = ", ".join(details) or "detail"
        raise ValueError(f"{name} does not come from an error response: remove {unused}")
    if error in _CLIENT_ERRORS:
        raise ValueError(f"a service cannot make a client raise {name}: {_CLIENT_ERRORS[error]}")
    if error is MemsyTLSError and stored:
        raise ValueError("MemsyTLSError allows no connection, so remove stored=True")
    if error is MemsyResponseError:
        return Fault(name, stored, lambda plane: _SIGN_IN_PAGE)
    if error not in _DELIVERY_MODES:
        raise ValueError(f"{name} is not a class of memsy.exceptions: pass its base class there")
    return Fault(name, stored, mode=_DELIVERY_MODES[error])


_DELIVERY_MODES: dict[type[MemsyError], DeliveryMode] = {
    MemsyConnectionError: DeliveryMode.DISCONNECTED,
    MemsyTimeoutError: DeliveryMode.NO_RESPONSE,
    MemsyTLSError: DeliveryMode.TLS_FAILURE,
}
_CLIENT_ERRORS: dict[type[MemsyError], str] = {
    MemsyError: "it is the base class of all errors, so pass a subclass",
    MemsyConfigurationError: (
        "a client raises it for a bad argument, such as search('tea', actor_id='')"
    ),
    MemsyClientClosedError: "a client raises it for a call after close()",
    AgentSignupError: "only a sign-up raises it, so refuse one with service.signups.refuse()",
}

_DRIPPING_BODY = Fault("dripping body", is_processed=True, mode=DeliveryMode.DRIPPING)
_TRUNCATED_BODY = Fault("truncated body", is_processed=True, mode=DeliveryMode.TRUNCATED)


def _random_faults() -> tuple[Fault, ...]:
    lost_connections = [
        _fault_for_error(MemsyConnectionError, stored, None, {}) for stored in (True, False)
    ]
    server_errors = [
        _fault_for_error(status, stored, None, {})
        for status in (500, 502, 503)
        for stored in (True, False)
    ]
    return (
        *lost_connections,
        *server_errors,
        _fault_for_error(RateLimitExceeded, False, None, {}),
        _TRUNCATED_BODY,
    )


@frozen
class RandomFaults:
    """Random choice of faults for a share of the requests."""

    random: Random
    rate: float
    """Share of requests to hit, 0.0 to 1.0."""

    def draw(self) -> Fault | None:
        """Return a random fault, or None for a request that passes."""
        return self.random.choice(_RANDOM_FAULTS) if self.random.random() < self.rate else None


_RANDOM_FAULTS = _random_faults()
