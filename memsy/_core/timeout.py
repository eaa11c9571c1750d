"""Timeouts that a caller sets, and the deadline of one call that follows from them."""

from __future__ import annotations

import threading
from typing import Any

from attrs import field, frozen

from memsy._core.runtime_types import FieldInfo
from memsy._core.time_source import TimeSource
from memsy.exceptions import MemsyConfigurationError

MAX_IDLE_SECONDS = 15.0
"""Time after which an idle connection is closed. Routers drop idle connections without a notice."""


def _validate_seconds(
    timeout: object,
    attribute: FieldInfo,
    value: Any,  # noqa: ANN401 - mypy infers the type of the field from the validator
) -> None:
    if value is None and attribute.name != "total":
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise MemsyConfigurationError(
            f"timeout: {attribute.name} must be a number of seconds, got {value!r}"
        )
    # The timers of the operating system overflow beyond this limit.
    if not 0 < value <= threading.TIMEOUT_MAX:
        raise MemsyConfigurationError(
            f"timeout: {attribute.name} must be more than 0 s and at most "
            f"{threading.TIMEOUT_MAX:.0f} s, got {value!r}"
        )


@frozen(kw_only=True)
class Timeout:
    """
    Time limits of one call, in seconds.

    Args:
        total: Limit of the whole call: all attempts, the pauses between them, slow headers and
            slow bodies.
        connect: Limit of opening a connection, in each attempt. None means that only `total`
            applies.
        read: Limit of the wait for the first or the next bytes, in each attempt. None means that
            only `total` applies.

    Raises:
        MemsyConfigurationError: A value is not a positive number, or is too large for a timer.
    """

    total: float = field(default=30.0, validator=_validate_seconds)
    connect: float | None = field(default=None, validator=_validate_seconds)
    read: float | None = field(default=None, validator=_validate_seconds)

    @classmethod
    def coerce(cls, timeout: float | Timeout) -> Timeout:
        """Return `timeout` as a `Timeout`. A number sets `total`."""
        return timeout if isinstance(timeout, Timeout) else cls(total=timeout)


@frozen(eq=False, repr=False)
class Deadline:
    """The end of one call, or of one attempt, with the limits of its phases."""

    clock: TimeSource
    timeout: Timeout
    ends_at: float
    """The end, on the monotonic scale of `clock`."""

    @classmethod
    def start(cls, clock: TimeSource, timeout: Timeout, pause: float = 0.0) -> Deadline:
        """Return the deadline of a call that starts after a pause of `pause` seconds."""
        return cls(clock, timeout, clock.monotonic() + pause + timeout.total)

    def remaining(self) -> float:
        """Return the seconds until the end, at least 0."""
        return max(0.0, self.ends_at - self.clock.monotonic())

    def connect_timeout(self) -> float:
        """Return the seconds from now on in which the connection must open."""
        return _shorter(self.timeout.connect, self.remaining())

    def read_timeout(self) -> float:
        """Return the seconds from now on in which the next bytes must arrive."""
        return _shorter(self.timeout.read, self.remaining())

    def capped_at(self, ends_at: float) -> Deadline:
        """Return this deadline, or an earlier deadline that ends at `ends_at`."""
        return self if self.ends_at <= ends_at else Deadline(self.clock, self.timeout, ends_at)


def _shorter(limit: float | None, remaining: float) -> float:
    return remaining if limit is None else min(limit, remaining)
