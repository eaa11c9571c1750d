"""Retry policy, backoff and the per-client retry budget."""

from __future__ import annotations

import math
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timezone
from enum import Enum
from itertools import repeat

from attrs import field, frozen

from memsy._core.http import HTTPResponse
from memsy._core.interrupts import is_interrupt
from memsy._core.runtime_types import FieldInfo
from memsy._core.timeout import Deadline
from memsy.exceptions import (
    MemsyAPIError,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    MemsyTLSError,
    RateLimitExceeded,
    UsageLimitExceeded,
)

_RETRYABLE_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
_THROTTLE_STATUSES = frozenset({429, 503})
_RETRY_COST = 14
_THROTTLED_RETRY_COST = 5
_JITTER = 0.1


class RetrySafety(Enum):
    """Condition under which a request may be sent again."""

    ALWAYS = "always"
    """The request only reads."""
    UNTIL_SUCCESS = "until success"
    """The request reads a result that only its first 2xx has, so a late 2xx counts, too."""
    WITHIN_WINDOW = "within window"
    """The request ingests events. The service recognises a repeated event for 60 s (section 7)."""
    IF_NOT_PROCESSED = "if not processed"
    """The request writes. A second execution would have an effect."""


def _validate_count(policy: object, attribute: FieldInfo, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise MemsyConfigurationError(
            f"{attribute.name} must be a whole number, 0 or more, got {value!r}"
        )


def _validate_seconds(policy: object, attribute: FieldInfo, value: object) -> None:
    check_seconds(attribute.name, value)


def check_seconds(name: str, value: object) -> None:
    """
    Check a number of seconds of a retry policy.

    Raises:
        MemsyConfigurationError: The number is negative, or not a finite number.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not 0 <= value <= sys.float_info.max
    ):
        raise MemsyConfigurationError(
            f"{name} must be a finite number of seconds, 0 or more, got {value!r}"
        )


@frozen(kw_only=True)
class RetryPolicy:
    """
    Number of retries of a call, and the pauses before them. All durations are in seconds.

    The pause before retry `n` (from 0) is a random time up to `backoff * 2**n`. If the response
    has a `Retry-After` header, the pause is that time and up to 10 % more.

    Args:
        max_retries: Number of retries after the first attempt.
        backoff: Upper bound of the first pause. The bound doubles with each retry.
        max_backoff: Largest upper bound of a pause. It does not apply to `Retry-After`.
        max_retry_after: Longest `Retry-After` that the client waits for. After a longer one it
            raises the error at once.
        dedup_window: Time from the start of an ingest in which its last retry must end. The
            service recognises a repeated event for 60 s.

    Raises:
        MemsyConfigurationError: A value is negative, or not a number of the documented type.
    """

    max_retries: int = field(default=3, validator=_validate_count)
    backoff: float = field(default=1.0, validator=_validate_seconds)
    max_backoff: float = field(default=20.0, validator=_validate_seconds)
    max_retry_after: float = field(default=60.0, validator=_validate_seconds)
    dedup_window: float = field(default=55.0, validator=_validate_seconds)

    def pauses(self, random_source: Callable[[], float]) -> Iterator[float]:
        """Yield the pause before each retry."""
        for retry in range(self.max_retries):
            # The limit of 64 prevents an overflow. `max_backoff` applies much earlier.
            yield random_source() * min(self.max_backoff, self.backoff * 2.0 ** min(retry, 64))


class RetryBudget:
    """
    Budget of tokens for the retries of one client. It limits the load on a service that is down.

    Each retry costs tokens. A call that succeeds returns all tokens of its retries. A call that
    succeeds without a retry adds one token. So the budget recovers after an outage, up to its
    initial value. The threads of a client share the budget. A forked child continues with a copy.
    """

    def __init__(self, tokens: int = 500) -> None:
        # Without a lock: a thread that does not exist after a fork, or an exception of a signal
        # handler, could leave it locked. The methods of a deque are atomic.
        self._tokens = deque(repeat(None, tokens), maxlen=tokens)

    def take(self, tokens: int) -> bool:
        """Take `tokens` and return True, or return False if fewer are left."""
        taken = 0
        with suppress(IndexError):
            while taken < tokens:
                self._tokens.pop()
                taken += 1
        if taken < tokens:
            self.give_back(taken)
        return taken == tokens

    def give_back(self, tokens: int) -> None:
        """Add `tokens`, up to the initial value of the budget."""
        self._tokens.extend(repeat(None, tokens))


class RetryState:
    """
    Retries of one call: the decision to retry, the pause, and the tokens spent.

    Attributes:
        policy: The retry policy.
        attempts: Number of attempts of all requests of the call.
        retries: Number of these attempts that repeated an earlier one, the next one included.
    """

    def __init__(
        self, policy: RetryPolicy, budget: RetryBudget, random_source: Callable[[], float]
    ) -> None:
        """
        Start the retries of a call.

        Args:
            policy: The retry policy.
            budget: The retry budget of the client.
            random_source: Returns a number from 0.0 up to, not including, 1.0.
        """
        self.policy = policy
        self.attempts = self.retries = 0
        self._budget = budget
        self._random_source = random_source
        self.start_request()

    def start_request(self) -> None:
        """Allow all retries again, for the next request of the call."""
        self._pauses = self.policy.pauses(self._random_source)
        self._spent = 0

    def pause(
        self, error: MemsyError, retry_safety: RetrySafety, deadline: Deadline
    ) -> float | None:
        """Return the seconds to wait before a retry, or None if the call ends with `error`."""
        if not is_retry_allowed(error, retry_safety):
            return None
        pause = next(self._pauses, None)
        requested = requested_pause(error, deadline.clock.time())
        if pause is not None and requested is not None:
            pause = requested * (1 + _JITTER * self._random_source())
            if requested > self.policy.max_retry_after:
                return None
        if pause is None or pause >= deadline.remaining():
            return None
        cost = _THROTTLED_RETRY_COST if _status_of(error) == 429 else _RETRY_COST
        if not self._budget.take(cost):
            return None
        self._spent += cost
        self.retries += 1
        return pause

    def record_success(self) -> None:
        """Return the spent tokens to the budget. Call this when the call has its result."""
        self._budget.give_back(self._spent or 1)
        self._spent = 0


def is_retry_allowed(error: MemsyError, retry_safety: RetrySafety) -> bool:
    """Return True if a retry after `error` may succeed and is safe."""
    if not _is_transient(error):
        return False
    if retry_safety is RetrySafety.IF_NOT_PROCESSED:
        status = _status_of(error)
        return not error.maybe_processed if status is None else status in _THROTTLE_STATUSES
    return True


def is_throttled(error: MemsyError) -> bool:
    """Return True if the service asks for fewer requests: 429 without a used-up quota, or 503."""
    return _status_of(error) in _THROTTLE_STATUSES and not isinstance(error, UsageLimitExceeded)


def _is_transient(error: MemsyError) -> bool:
    """Return True if the cause of `error` may be temporary."""
    if isinstance(error, (MemsyTLSError, UsageLimitExceeded)):
        return False
    if isinstance(error, MemsyAPIError):
        return error.status_code in _RETRYABLE_STATUSES
    if isinstance(error, MemsyResponseError):
        return error.is_retryable
    return isinstance(error, MemsyConnectionError)


def _status_of(error: MemsyError) -> int | None:
    return error.status_code if isinstance(error, MemsyAPIError) else None


def parse_retry_after(response: HTTPResponse, now: float) -> float | None:
    """
    Return the seconds of the `Retry-After` header, or None if it is missing or invalid.

    Args:
        response: The error response.
        now: Seconds since 1970. A date is relative to the `Date` header, so that a wrong clock of
            this machine does not matter. Without that header, the date is relative to `now`.
    """
    text = (response.header("retry-after") or "").strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        seconds = float(text)
        return seconds if math.isfinite(seconds) else None
    retry_at = _timestamp(text)
    if retry_at is None:
        return None
    sent_at = _timestamp(response.header("date") or "")
    return max(0.0, retry_at - (now if sent_at is None else sent_at))


def _timestamp(http_date: str) -> float | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - both transports load it

    try:
        date = parsedate_to_datetime(http_date)
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        if is_interrupt(error):
            raise
        return None
    # One of the three date formats of RFC 9110 has no time zone. All three mean UTC.
    return (date if date.tzinfo else date.replace(tzinfo=timezone.utc)).timestamp()


def requested_pause(error: MemsyError, now: float) -> float | None:
    """
    Return the seconds of the `Retry-After` header of an error response, or None.

    Args:
        error: The error of a call.
        now: Seconds since 1970, see `parse_retry_after`.
    """
    if isinstance(error, MemsyAPIError) and error.response is not None:
        return parse_retry_after(error.response, now)
    return error.retry_after if isinstance(error, RateLimitExceeded) else None
