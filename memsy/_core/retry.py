"""When to ask again, and how long to wait before: a policy, and a budget against storms."""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timezone
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from attrs import Attribute, field, frozen

from memsy.exceptions import (
    MemsyAPIError,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    MemsyTLSError,
    UsageLimitExceeded,
)

if TYPE_CHECKING:
    from memsy._core.http import HTTPResponse
    from memsy._core.timeout import Deadline

_RETRYABLE_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
_THROTTLE_STATUSES = frozenset({429, 503})
_RETRY_COST = 14
_THROTTLED_RETRY_COST = 5
_JITTER = 0.1


class RetrySafety(Enum):
    """What it takes to send a request a second time without doing harm."""

    ALWAYS = "always"
    """It reads."""
    WITHIN_WINDOW = "within window"
    """The service takes an equal event for the same one, for 60 s (it ingests)."""
    IF_NOT_PROCESSED = "if not processed"
    """It writes."""


def _whole(policy: object, attribute: Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise MemsyConfigurationError(
            f"{attribute.name} must be a whole number, 0 or more, got {value!r}"
        )


def _seconds(policy: object, attribute: Attribute[Any], value: object) -> None:
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not 0 <= value <= sys.float_info.max
    ):
        raise MemsyConfigurationError(
            f"{attribute.name} must be a finite number of seconds, 0 or more, got {value!r}"
        )


@frozen(kw_only=True)
class RetryPolicy:
    """
    How often, and after what pauses, a call is tried again. All durations are in seconds.

    *max_retries* comes on top of the first attempt. Before retry *n* (from 0) a call waits a
    random time up to `backoff * 2**n`, at most *max_backoff*. Where the service names the
    time itself (`Retry-After`), it waits that long and up to a tenth more; if that is
    more than *max_retry_after*, the error is raised at once. An ingest is repeated only
    as long as its last attempt ends within *dedup_window* of the start of its first: the service
    recognises a repeated event for 60 s.

    Raises:
        MemsyConfigurationError: a value that is no such number.
    """

    max_retries: int = field(default=3, validator=_whole)
    backoff: float = field(default=1.0, validator=_seconds)
    max_backoff: float = field(default=20.0, validator=_seconds)
    max_retry_after: float = field(default=60.0, validator=_seconds)
    dedup_window: float = field(default=55.0, validator=_seconds)

    def delays(self, random: Callable[[], float]) -> Iterator[float]:
        """The pause before each retry; as many as there may be retries."""
        for retry in range(self.max_retries):
            # Exponents have an end, waiting has one before that.
            yield random() * min(self.max_backoff, self.backoff * 2.0 ** min(retry, 64))


class RetryBudget:
    """
    What keeps a client from storming a service that is down: retries cost tokens.

    A call that succeeds gets back all that it took, or brings one if it took none: so a budget
    that an outage has used up fills again, never above what it was. Shared by the threads of a
    client; a forked child goes on with a copy of what its parent had left.
    """

    def __init__(self, tokens: int = 500) -> None:
        self._tokens = self._most = tokens
        self._lock = threading.Lock()
        _budgets.add(self)

    def take(self, tokens: int) -> bool:
        """Whether there were so many left; if so, they are taken."""
        with self._lock:
            enough = self._tokens >= tokens
            if enough:
                self._tokens -= tokens
            return enough

    def give_back(self, tokens: int) -> None:
        with self._lock:
            self._tokens = min(self._most, self._tokens + tokens)

    def unlock(self) -> None:
        """To be called where the thread that may hold the lock does not exist."""
        self._lock = threading.Lock()


_budgets = WeakSet[RetryBudget]()


def _unlock_all() -> None:
    for budget in _budgets:
        budget.unlock()


if hasattr(os, "register_at_fork"):
    # A thread that held a lock at the fork stays behind, and would never let go of the copy.
    os.register_at_fork(after_in_child=_unlock_all)


class RetryState:
    """The retries of one call: after which error, after what pause, at what price."""

    def __init__(
        self, policy: RetryPolicy, budget: RetryBudget, random: Callable[[], float]
    ) -> None:
        """*random* gives numbers from 0.0 up to, not including, 1.0."""
        self.policy = policy
        self._budget = budget
        self._random = random
        self._pauses = policy.delays(random)
        self._spent = 0

    def pause(
        self, error: MemsyError, retry_safety: RetrySafety, deadline: Deadline
    ) -> float | None:
        """The seconds to wait before the next attempt, or None if *error* is the last word."""
        if not is_retry_allowed(error, retry_safety):
            return None
        pause = next(self._pauses, None)
        asked = _retry_after_of(error, deadline)
        if pause is not None and asked is not None:
            pause = asked * (1 + _JITTER * self._random())
            if asked > self.policy.max_retry_after:
                return None
        if pause is None or pause >= deadline.remaining():
            return None
        price = _THROTTLED_RETRY_COST if _status(error) == 429 else _RETRY_COST
        if not self._budget.take(price):
            return None
        self._spent += price
        return pause

    def succeed(self) -> None:
        """Called when the call has its answer: what it took goes back."""
        self._budget.give_back(self._spent or 1)
        self._spent = 0


def is_retry_allowed(error: MemsyError, retry_safety: RetrySafety) -> bool:
    """Whether asking again after *error* could help, and would do no harm."""
    if not _is_transient(error):
        return False
    if retry_safety is RetrySafety.IF_NOT_PROCESSED:
        status = _status(error)
        return not error.maybe_processed if status is None else status in _THROTTLE_STATUSES
    return True


def _is_transient(error: MemsyError) -> bool:
    """Whether the cause is of the kind that goes away by itself."""
    if isinstance(error, (MemsyTLSError, UsageLimitExceeded)):
        return False
    if isinstance(error, MemsyAPIError):
        return error.status_code in _RETRYABLE_STATUSES
    if isinstance(error, MemsyResponseError):
        return error.is_retryable
    return isinstance(error, MemsyConnectionError)


def _status(error: MemsyError) -> int | None:
    return error.status_code if isinstance(error, MemsyAPIError) else None


def retry_after(response: HTTPResponse, now: float) -> float | None:
    """
    The seconds that the service asks for, or None if it asks for nothing intelligible.

    A date is read against the reply's own `Date`, so that a wrong clock here does not matter;
    only without one against *now* (seconds since 1970).
    """
    text = (response.header("retry-after") or "").strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        seconds = float(text)
        return seconds if math.isfinite(seconds) else None
    then = _timestamp(text)
    if then is None:
        return None
    sent = _timestamp(response.header("date") or "")
    return max(0.0, then - (now if sent is None else sent))


def _timestamp(http_date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(http_date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # One of the three formats of RFC 9110 names no zone; it means Greenwich, as all of them do.
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _retry_after_of(error: MemsyError, deadline: Deadline) -> float | None:
    if isinstance(error, MemsyAPIError) and error.response is not None:
        return retry_after(error.response, deadline.clock.time())
    return None
