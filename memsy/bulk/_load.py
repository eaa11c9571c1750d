"""Load: all decisions of a bulk ingest, without I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

from attrs import evolve

from memsy._core.interrupts import is_interrupt
from memsy._core.time_source import TimeSource
from memsy._core.timeout import Timeout
from memsy.bulk._delivery import BatchDelivery, DeliveryOptions
from memsy.bulk._event import ReadEvent, digest_of
from memsy.bulk._ledger_errors import LedgerError, LedgerMismatchError
from memsy.bulk._ledger_file import LedgerFile
from memsy.bulk._pace import Pace
from memsy.bulk._results import (
    MAX_FAILURES,
    BatchResult,
    BulkIngestError,
    BulkSummary,
    describe_numbers,
)
from memsy.bulk._steps import (
    END,
    READ,
    WAIT_FOR_BATCH,
    LoadStep,
    Outcome,
    Run,
    Start,
    Yield,
)
from memsy.bulk._window import Window
from memsy.exceptions import MemsyConfigurationError
from memsy.models import EventPayload

_LOOKAHEAD = 1000
"""Number of positions that one query to the ledger covers."""


class Load:
    """
    One load: reads the source, forms batches, starts their delivery, collects the results.

    `run` is the flow of the load. The driver executes its steps, and calls `stop` at the end.

    Args:
        batch_size: Maximum number of events of a batch.
        max_in_flight: Maximum number of batches in flight.
        ledger: The ledger, or None.
        source: Name of the source in the ledger.
        raise_on_error: Stop after the first failed batch.
        clock: The clock of the pauses.
        timeout: Returns the timeout of a call that must end within a number of seconds.

    Attributes:
        summary: Numbers of the load so far.
    """

    def __init__(
        self,
        *,
        batch_size: int,
        max_in_flight: int,
        ledger: LedgerFile | None,
        source: str,
        raise_on_error: bool,
        clock: TimeSource,
        timeout: Callable[[float], Timeout | float],
    ) -> None:
        self.summary = BulkSummary()
        self._batch_size = batch_size
        self._max_in_flight = max_in_flight
        self._ledger = ledger
        self._source = source
        self._pace = Pace(max_in_flight)
        record = None if ledger is None else partial(ledger.record, source)
        self._delivery = DeliveryOptions(self._pace, clock, raise_on_error, record, timeout)
        self._window = Window(batch_size, batch_size * max_in_flight)
        self._position = 0
        self._has_ended = False
        self._running = 0
        self._ended = deque[tuple[list[ReadEvent], "Outcome | BaseException"]]()
        """Ended batches. The threads of the batches add to it."""
        self._results = deque[BatchResult]()
        """Results that the caller has not received."""
        self._skipped: list[int] = []
        """Positions of skipped events without a result."""
        self._recorded: dict[int, bytes] = {}
        """Digests in the ledger, from the current position to `_recorded_end`."""
        self._recorded_end = 0
        self._failure: BatchResult | None = None
        """First failed batch of a load that raises its error."""
        self._refused: list[int] = []
        self._error: Exception | None = None
        """Error that is raised after the batches in flight have ended."""

    def run(self) -> Generator[LoadStep, Any, None]:
        """Load all events. The flow ends when each started batch has its results."""
        if self._ledger is not None:
            yield Run(partial(self._ledger.claim, self._source, self))
        step: LoadStep | None = READ
        while step is not None:
            while self._ended:
                self._settle(*self._ended.popleft())
            step = self._next_step()
            if isinstance(step, Start):
                self._running += 1
            if step is READ:
                yield from self._read()
            elif step is not None:
                yield step
        unsent = self.summary.unsent + self._window.waiting_count
        failure = None if self._failure is None else self._failure.error
        self.summary = evolve(self.summary, unsent=unsent, error=self._pace.error or failure)
        self._raise_error()

    def stop(self) -> None:
        """Start no further call, and end all pauses. Calls in flight continue."""
        self._pace.stop()

    def close(self) -> None:
        """Allow another load of the same source. Call this when no batch is in flight."""
        if self._ledger is not None:
            self._ledger.release(self._source, self)

    def _next_step(self) -> LoadStep | None:
        is_stopped = self._pace.is_stopped
        if not is_stopped and self._running < self._max_in_flight:
            batch = self._window.next_batch(is_last=self._has_ended)
            if batch:
                return Start(BatchDelivery(self._delivery, batch).run(), partial(self._end, batch))
        if self._results:
            return Yield(self._count(self._results.popleft()))
        if not (is_stopped or self._has_ended or self._window.is_full):
            return READ
        if self._running:
            return WAIT_FOR_BATCH
        if self._skipped:
            return Yield(self._count(self._skipped_result()))
        return None

    def _end(self, batch: list[ReadEvent], outcome: Outcome | BaseException) -> None:
        self._ended.append((batch, outcome))

    def _settle(self, batch: list[ReadEvent], outcome: Outcome | BaseException) -> None:
        self._running -= 1
        if isinstance(outcome, BaseException):
            self._fail(outcome)
            return
        self._window.finish(batch)
        summary = self.summary
        self.summary = evolve(
            summary,
            unsent=summary.unsent + outcome.unsent,
            attempts=summary.attempts + outcome.attempts,
            retries=summary.retries + outcome.retries,
        )
        if outcome.ledger_error is not None:
            self._fail(outcome.ledger_error)
        for result in outcome.results:
            is_raised = result.error is not None and self._delivery.raise_on_error
            if is_raised and self._failure is None:
                self._failure = self._count(result)
                self._refused = list(outcome.refused_positions)
            else:
                self._results.append(result)

    def _read(self) -> Generator[LoadStep, Any, None]:
        try:
            event = yield READ
            if event is END:
                self._has_ended = True
            else:
                yield from self._add(event)
        except Exception as error:
            if is_interrupt(error):
                raise
            self._fail(error)

    def _add(self, event: object) -> Generator[LoadStep, Any, None]:
        position, self._position = self._position, self._position + 1
        if not isinstance(event, EventPayload):
            raise MemsyConfigurationError(
                f"events[{position}] must be an EventPayload, got {type(event).__name__}"
            )
        if self._ledger is None:
            self._window.add(ReadEvent(position, event))
            return
        if position >= self._recorded_end:
            query = partial(self._ledger.recorded, self._source, position, _LOOKAHEAD)
            self._recorded = yield Run(query)
            self._recorded_end = position + _LOOKAHEAD
        digest = digest_of(event)
        recorded = self._recorded.get(position)
        if recorded is None:
            self._window.add(ReadEvent(position, event, digest))
        elif recorded == digest:
            self._skipped.append(position)
            if len(self._skipped) >= self._batch_size:
                self._results.append(self._skipped_result())
        else:
            raise LedgerMismatchError(self._ledger.path, self._source, position)

    def _skipped_result(self) -> BatchResult:
        positions, self._skipped = tuple(self._skipped), []
        return BatchResult(positions, skipped=True)

    def _fail(self, error: BaseException) -> None:
        """Stop, and raise the error when the batches in flight have ended."""
        if not isinstance(error, Exception) or is_interrupt(error):
            raise error
        self._error = self._error or error
        self._pace.stop()

    def _count(self, result: BatchResult) -> BatchResult:
        summary, count = self.summary, len(result.positions)
        if result.skipped:
            self.summary = evolve(summary, skipped=summary.skipped + count)
        elif result.error is None:
            self.summary = evolve(summary, stored=summary.stored + count)
        else:
            failures = summary.failures
            if len(failures) < MAX_FAILURES:
                failures = (*failures, result)
            self.summary = evolve(summary, failed=summary.failed + count, failures=failures)
        return result

    def _raise_error(self) -> None:
        error = self._error
        if isinstance(error, LedgerError):
            error.args = (f"{error}; the load stopped: {describe_numbers(self.summary)}",)
        if error is not None:
            raise error
        if self._failure is not None:
            raise BulkIngestError(
                self.summary, self._failure, self._refused
            ) from self._failure.error
