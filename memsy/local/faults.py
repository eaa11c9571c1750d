"""Misfortune, as a test scripts it: what befalls the next requests, or one in so many."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from difflib import get_close_matches
from random import Random
from threading import Lock
from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from memsy._core.http import HTTPResponse
from memsy.exceptions import (
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

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from memsy._core.plane import Plane

ANY = "*"
"""In place of an operation: whichever comes next."""

_PAGE = HTTPResponse(
    200,
    {"content-type": "text/html"},
    b"<!doctype html><title>Sign in</title><p>This network wants to know who you are.",
)


@frozen
class Fault:
    """One misfortune of one request."""

    name: str
    is_applied: bool = False
    """Whether the service does what it is asked to, all the same."""
    says: Callable[[Plane], HTTPResponse] | None = None
    """What is said in place of the service's own answer, if anything is."""
    delay: float = 0.0
    mode: DeliveryMode = DeliveryMode.WHOLE


@define
class ScheduledFault:
    """Fault that is yet to come: that of so many requests, after so many that go well."""

    operation: str
    fault: Fault = field(repr=lambda fault: fault.name)
    times: int | None
    """None: of all of them."""
    after: int = 0


class Faults:
    """
    What befalls the requests to a `LocalService`, in memory and over HTTP alike.

    Operations go by the names that a caller of a client uses, such as `ingest`, `memories.list` or
    `keys.create`; `*` is any. What is planned comes in the order in which it was planned, each for
    *times* requests, retries among them (None: all, until `clear()`), *after* so many of its
    operation went by that nothing planned before it befell.
    """

    def __init__(
        self, operations: Collection[str], exhaust_quota: Callable[[str], Callable[[], None]]
    ) -> None:
        """*exhaust_quota* ends a quota, and gives what ends that."""
        self._operations = operations
        self._use_up = exhaust_quota
        self._planned = deque[ScheduledFault]()
        self._dice: RandomFaults | None = None
        self._undo = list[Callable[[], None]]()
        self._lock = Lock()

    def __repr__(self) -> str:
        planned = [
            f"{one.operation}: {one.fault.name} x {one.times or 'ever'}" for one in self.pending
        ]
        return f"<Faults: {'; '.join(planned) or 'none to come'}>"

    @property
    def pending(self) -> tuple[ScheduledFault, ...]:
        """What is planned and has not befallen anybody yet, as it stands now."""
        with self._lock:
            return tuple(map(evolve, self._planned))

    def fail_next(
        self,
        operation: str,
        error: type[MemsyError] | int,
        *,
        times: int | None = 1,
        after: int = 0,
        stored: bool = False,
        detail: str | None = None,
        **details: Unpack[ErrorDetails],
    ) -> None:
        """
        Let the next request end so that a client raises *error*, or refuse it with that status.

        A refusal says *detail* and *details*, which the exception has as its attributes. For a
        `MemsyConnectionError` the connection is lost, for a `MemsyTimeoutError` no answer ever
        comes, for a `MemsyResponseError` a page of HTML does. A `MemsyTLSError` comes of no plain
        HTTP, so that with a `LocalServer` the connection is lost instead. Where it is *stored*,
        the service does what it was asked to before.

        Raises:
            ValueError: there is no such operation or detail, or nothing that a service does has a
                client raise *error*; the message says what does.
            TypeError: a detail is of the wrong type, or *error* is neither a class nor a status.
        """
        self._plan(operation, _failure(error, stored, detail, details), times, after)

    def delay_next(
        self, operation: str, seconds: float, *, times: int | None = 1, after: int = 0
    ) -> None:
        """
        Let the answer to the next request come *seconds* late.

        In memory they pass on the clock of the service, over HTTP they really do.
        """
        if not 0 < seconds < float("inf"):
            raise ValueError(f"a delay is a number of seconds, more than 0, got {seconds!r}")
        fault = Fault(f"delay of {seconds:g} s", is_applied=True, delay=seconds)
        self._plan(operation, fault, times, after)

    def truncate_next(self, operation: str, *, times: int | None = 1, after: int = 0) -> None:
        """Let the next request be done, and the connection break in the middle of the answer."""
        self._plan(operation, _CUT, times, after)

    def drip_next(self, operation: str, *, times: int | None = 1, after: int = 0) -> None:
        """Let the next request be done, and the answer come drop by drop and never be whole."""
        self._plan(operation, _DRIP, times, after)

    def exhaust_quota(self, dimension: str) -> None:
        """
        Let what has been used of *dimension* be all that may be used, until `clear()`.

        Dimensions are `api_calls`, `events_ingested` and `search_queries`. Whoever asks for more
        of it meets a `UsageLimitExceeded`.

        Raises:
            ValueError: there is no such dimension, or no request asks for it.
        """
        undo = self._use_up(dimension)
        with self._lock:
            self._undo.append(undo)

    def chaos(self, rate: float = 0.3, *, seed: int = 0) -> None:
        """
        From now on let one request in so many meet a misfortune, at a *rate* of 0.0 to 1.0.

        It is a lost connection, a 5xx, each of them before or after the service has done what it
        was asked to, a 429, or half an answer. The same *seed* gives the same ones to the
        same requests in the same order. What is planned comes first.
        """
        if not 0.0 <= rate <= 1.0:
            raise ValueError(f"rate must be 0.0 to 1.0, got {rate!r}")
        with self._lock:
            self._dice = RandomFaults(Random(seed), rate)  # noqa: S311 - to be repeated, not to be safe

    def clear(self) -> None:
        """Let nothing befall anybody any more. Quotas that were used up are as before."""
        with self._lock:
            self._planned.clear()
            self._dice = None
            undo, self._undo = self._undo, []
        for one in reversed(undo):
            one()

    def next_fault(self, operation: Callable[[], str | None]) -> Fault | None:
        """What befalls the request that comes now, which is for *operation*."""
        if not self._planned and self._dice is None:
            return None
        name = operation()
        with self._lock:
            for planned in self._planned:
                if planned.operation not in (name, ANY):
                    continue
                if planned.after:
                    planned.after -= 1
                    continue
                if planned.times is not None:
                    planned.times -= 1
                    if not planned.times:
                        self._planned.remove(planned)
                return planned.fault
            return None if self._dice is None else self._dice.roll()

    def _plan(self, operation: str, fault: Fault, times: int | None, after: int) -> None:
        if operation != ANY and operation not in self._operations:
            near = get_close_matches(operation, self._operations, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {self._named()}"
            raise ValueError(f"there is no operation {operation!r}: {hint}")
        if times is not None:
            validators.check_integer("times", times, least=1)
        validators.check_integer("after", after, least=0)
        with self._lock:
            self._planned.append(ScheduledFault(operation, fault, times, after))

    def _named(self) -> str:
        return ", ".join(sorted(self._operations))


def _failure(
    error: type[MemsyError] | int, stored: bool, detail: str | None, details: ErrorDetails
) -> Fault:
    if not isinstance(error, (int, type)):
        raise TypeError(f"error is an exception class of memsy's or a status, got {error!r}")
    if isinstance(error, int) or issubclass(error, MemsyAPIError):
        return Fault(error_name(error), stored, error_response_for(error, detail, details).response)
    if detail is not None or details:
        inputs = ", ".join(details) or "detail"
        raise ValueError(
            f"{error_name(error)} is no refusal, and says nothing: {inputs} has no place"
        )
    if error in _LOCAL:
        raise ValueError(f"no service has a client raise {error_name(error)}: {_LOCAL[error]}")
    if error is MemsyTLSError and stored:
        raise ValueError("nothing can be stored where no connection is made (MemsyTLSError)")
    if error is MemsyResponseError:
        return Fault(error_name(error), stored, lambda plane: _PAGE)
    if error not in _ENDINGS:
        raise ValueError(
            f"{error_name(error)} is no class of memsy's own: name the one it is below"
        )
    return Fault(error_name(error), stored, mode=_ENDINGS[error])


_ENDINGS: dict[type[MemsyError], DeliveryMode] = {
    MemsyConnectionError: DeliveryMode.LOST,
    MemsyTimeoutError: DeliveryMode.SILENT,
    MemsyTLSError: DeliveryMode.UNTRUSTED,
}
_LOCAL: dict[type[MemsyError], str] = {
    MemsyError: "it is the root of all of them; name the one that is meant",
    MemsyConfigurationError: "it comes of a bad argument, such as search('tea', actor_id='')",
    MemsyClientClosedError: "it comes of a call after close()",
}

_DRIP = Fault("dripping answer", is_applied=True, mode=DeliveryMode.DRIPPING)
_CUT = Fault("truncated body", is_applied=True, mode=DeliveryMode.CUT)


def _random_fault_kinds() -> tuple[Fault, ...]:
    late = [True, False]
    lost = [_failure(MemsyConnectionError, stored, None, {}) for stored in late]
    failing = [_failure(status, stored, None, {}) for status in (500, 502, 503) for stored in late]
    return (*lost, *failing, _failure(RateLimitExceeded, False, None, {}), _CUT)


@frozen
class RandomFaults:
    random: Random
    rate: float

    def roll(self) -> Fault | None:
        return self.random.choice(_RANDOM_FAULTS) if self.random.random() < self.rate else None


_RANDOM_FAULTS = _random_fault_kinds()
