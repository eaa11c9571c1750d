"""The moment at which patience ends: one for the whole call, whatever happens on the way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from memsy.exceptions import MemsyConfigurationError

if TYPE_CHECKING:
    from attrs import Attribute

    from memsy._core.time_source import TimeSource


def _positive(timeout: object, attribute: Attribute[Any], value: object) -> None:
    if value is None and attribute.name != "total":
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise MemsyConfigurationError(
            f"timeout: {attribute.name} must be a number of seconds, got {value!r}"
        )
    # Not a number more: the system's own counters would overflow.
    if not 0 < value <= threading.TIMEOUT_MAX:
        raise MemsyConfigurationError(
            f"timeout: {attribute.name} must be more than 0 s and at most "
            f"{threading.TIMEOUT_MAX:.0f} s, got {value!r}"
        )


@frozen(kw_only=True)
class Timeout:
    """
    How long a call may take, in seconds.

    *total* bounds the whole call: every attempt, every pause between them, slow headers
    and slow bodies. *connect* bounds the making of a connection and *read* the wait for
    the first or the next bytes, in each attempt; None leaves them to *total*.

    Raises:
        MemsyConfigurationError: a value that is no positive number, or more than a lifetime.
    """

    total: float = field(default=30.0, validator=_positive)
    connect: float | None = field(default=None, validator=_positive)
    read: float | None = field(default=None, validator=_positive)

    @classmethod
    def of(cls, timeout: float | Timeout) -> Timeout:
        """A number is a *total*."""
        return timeout if isinstance(timeout, Timeout) else cls(total=timeout)


@frozen
class Deadline:
    """When one call, or one attempt of it, must be over."""

    clock: TimeSource
    timeout: Timeout
    ends: float
    """On the clock's monotonic scale."""

    @classmethod
    def start(cls, clock: TimeSource, timeout: Timeout, after: float = 0.0) -> Deadline:
        """That of a call which begins *after* so many seconds."""
        return cls(clock, timeout, clock.monotonic() + after + timeout.total)

    def remaining(self) -> float:
        """Seconds until the end; never below 0."""
        return max(0.0, self.ends - self.clock.monotonic())

    def connect_timeout(self) -> float:
        """Seconds that making a connection may take from now on."""
        return _shorter(self.timeout.connect, self.remaining())

    def read_timeout(self) -> float:
        """Seconds that may pass from now on until the next bytes arrive."""
        return _shorter(self.timeout.read, self.remaining())

    def capped_at(self, ends: float) -> Deadline:
        """The same patience, cut short at *ends* if that comes first."""
        return self if self.ends <= ends else Deadline(self.clock, self.timeout, ends)


def _shorter(limit: float | None, left: float) -> float:
    return left if limit is None else min(limit, left)
