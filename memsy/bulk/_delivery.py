"""Delivery of one batch: attempts, pauses and the record in the ledger, without I/O."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any, TypeAlias

from attrs import define, field, frozen

from memsy._core.errors import describe
from memsy._core.ingest_errors import refused_indices, stops_ingest, stored_before
from memsy._core.interrupts import is_interrupt
from memsy._core.json_encoder import dump_utf8
from memsy._core.retry import (
    RetryPolicy,
    RetrySafety,
    is_retry_allowed,
    is_throttled,
    requested_pause,
)
from memsy._core.text import MAX_MESSAGE, excerpt
from memsy._core.time_source import TimeSource
from memsy._core.timeout import Timeout
from memsy.bulk._event import ReadEvent
from memsy.bulk._ledger_errors import LedgerError
from memsy.bulk._pace import Pace
from memsy.bulk._results import BatchResult
from memsy.bulk._steps import BatchStep, Outcome, Run, Send, Sleep, WaitForTurn
from memsy.exceptions import MemsyConfigurationError, MemsyError

POLICY = RetryPolicy(max_retries=9)
"""At most 10 attempts in a row without progress."""

_SLICE = 0.25
"""Longest sleep in seconds, so that a pause ends soon after the load has stopped."""

_JITTER = 0.1
_LATE = " - not sent again: the service recognises a repeated event for 60 s only"

Record: TypeAlias = Callable[[Sequence[ReadEvent]], None]
"""Writes acknowledged events to the ledger."""


@frozen(eq=False)
class DeliveryOptions:
    """Options that all batches of a load share."""

    pace: Pace
    clock: TimeSource
    raise_on_error: bool
    record: Record | None
    timeout: Callable[[float], Timeout | float]
    """Returns the timeout of a call that must end within a number of seconds."""


@define(eq=False)
class BatchDelivery:
    """
    Delivery of one batch.

    Args:
        options: Options of the load.
        events: The events of the batch.
    """

    _options: DeliveryOptions
    _left: list[ReadEvent]
    """Events without a result."""
    _results: list[BatchResult] = field(factory=list, init=False)
    _refused: list[int] = field(factory=list, init=False)
    _attempts: int = field(default=0, init=False)
    _retries: int = field(default=0, init=False)
    _failures: int = field(default=0, init=False)
    """Number of transient failures in a row."""
    _doubt_since: float | None = field(default=None, init=False)
    """Start of the first attempt that may have stored the events that are left."""
    _error: MemsyError | None = field(default=None, init=False)
    """Error of the last attempt."""
    _ledger_error: LedgerError | None = field(default=None, init=False)
    _is_late: bool = field(default=False, init=False)
    """True if a further attempt could store the events twice."""

    def run(self) -> Generator[BatchStep, Any, Outcome]:
        """Send the events until each one is stored or failed, or the load has stopped."""
        pause: float | None = 0.0
        while self._left and pause is not None:
            yield from self._sleep(pause)
            yield WaitForTurn(self._options.pace.enter)
            try:
                pause = yield from self._take_turn()
            finally:
                self._options.pace.leave()
        if self._left and self._error is not None:
            self._fail(self._left, self._error)
            self._left = []
        return Outcome(
            results=self._results,
            unsent=len(self._left),
            attempts=self._attempts,
            retries=self._retries,
            refused_positions=self._refused,
            ledger_error=self._ledger_error,
        )

    def _take_turn(self) -> Generator[BatchStep, Any, float | None]:
        """Make one attempt, and return the pause before the next one, or None after the last."""
        pace, clock = self._options.pace, self._options.clock
        while (seconds := pace.opens_at - clock.monotonic()) > 0 and not pace.is_stopped:
            yield Sleep(min(seconds, _SLICE))
        started = clock.monotonic()
        window = self._window_left(started)
        self._is_late = window == 0
        if pace.is_stopped or self._is_late:
            return None
        cuts = pace.cuts
        self._attempts += 1
        self._retries += self._failures > 0
        timeout = None if window is None else self._options.timeout(window)
        try:
            response = yield Send([event.event for event in self._left], timeout)
        except MemsyError as error:
            if is_interrupt(error):
                raise
            failure = error
        else:
            pace.record_success(cuts)
            yield from self._acknowledge(response.event_ids)
            return None
        # Drop context and traceback: their frames hold events.
        failure.__context__ = failure.__traceback__ = None
        return (yield from self._pause_after(failure, started, cuts))

    def _sleep(self, seconds: float) -> Generator[BatchStep, Any, None]:
        clock, pace = self._options.clock, self._options.pace
        ends_at = clock.monotonic() + seconds
        while (left := ends_at - clock.monotonic()) > 0 and not pace.is_stopped:
            yield Sleep(min(left, _SLICE))

    def _acknowledge(self, event_ids: Sequence[str]) -> Generator[BatchStep, Any, None]:
        """Add the result of the first events that are left, and record them in the ledger."""
        stored, self._left = self._left[: len(event_ids)], self._left[len(event_ids) :]
        positions = tuple(event.position for event in stored)
        self._results.append(BatchResult(positions, tuple(event_ids), None, self._attempts))
        self._error, self._doubt_since, self._failures = None, None, 0
        record = self._options.record
        if record is None:
            return
        try:
            yield Run(partial(record, stored))
        except LedgerError as error:
            self._ledger_error = error
            self._options.pace.stop()

    def _pause_after(
        self, error: MemsyError, started: float, cuts: int
    ) -> Generator[BatchStep, Any, float | None]:
        """Return the pause before the next attempt, or None if no further attempt is useful."""
        stored = stored_before(error)
        if stored:
            yield from self._acknowledge(error.event_ids)
        self._error = error
        refused = self._refused_events(error, stored)
        if refused:
            self._refused += [event.position for event in refused]
            return None if self._options.raise_on_error else self._without(refused, error)
        if stops_ingest(error):
            self._options.pace.stop(error)
            return None
        if error.maybe_processed and self._doubt_since is None:
            self._doubt_since = started
        return self._retry_pause(error, cuts)

    def _refused_events(self, error: MemsyError, stored: int) -> list[ReadEvent]:
        """Return the events that are left and that a 422 names, or that JSON cannot represent."""
        if isinstance(error, MemsyConfigurationError):
            return [event for event in self._left if not _is_encodable(event)]
        indices = refused_indices(error, stored + len(self._left))
        return [self._left[index - stored] for index in indices if index >= stored]

    def _without(self, refused: list[ReadEvent], error: MemsyError) -> float:
        """Fail the refused events, so that the next attempt sends the others at once."""
        self._fail(refused, error)
        positions = {event.position for event in refused}
        self._left = [event for event in self._left if event.position not in positions]
        self._error = None
        return 0.0

    def _retry_pause(self, error: MemsyError, cuts: int) -> float | None:
        pace, clock = self._options.pace, self._options.clock
        if not is_retry_allowed(error, RetrySafety.WITHIN_WINDOW):
            return None
        requested = requested_pause(error, clock.time())
        if is_throttled(error):
            pace.record_throttling(cuts)
        if requested is not None and requested > POLICY.max_retry_after:
            pace.stop(error)
            return None
        if requested is not None:
            pace.pause_until(clock.monotonic() + requested)
        self._failures += 1
        pauses = list(POLICY.pauses(random.random))
        if self._failures > len(pauses):
            return None
        pause = pauses[self._failures - 1]
        if requested is not None:
            pause = requested * (1 + _JITTER * random.random())  # noqa: S311 - no secret
        self._is_late = self._window_left(clock.monotonic() + pause) == 0
        return None if self._is_late else pause

    def _window_left(self, now: float) -> float | None:
        """Return the seconds until a repeated event counts as new. None: no event is repeated."""
        if self._doubt_since is None:
            return None
        return max(0.0, self._doubt_since + POLICY.dedup_window - now)

    def _fail(self, events: Sequence[ReadEvent], error: MemsyError) -> None:
        if self._attempts > 1 and error.attempts:
            error.attempts = self._attempts
            describe(error, error.route)
        if self._is_late:
            error.args = (excerpt(str(error), MAX_MESSAGE - len(_LATE)) + _LATE,)
        positions = tuple(event.position for event in events)
        self._results.append(BatchResult(positions, (), error, self._attempts))
        if self._options.raise_on_error:
            self._options.pace.stop()


def _is_encodable(event: ReadEvent) -> bool:
    try:
        dump_utf8(event.event.to_dict(), "ingest")
    except MemsyConfigurationError as error:
        if is_interrupt(error):
            raise
        return False
    return True
