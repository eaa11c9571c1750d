"""Ingestion of the blocks of one write task."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TypeAlias

from attrs import frozen

from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy.bulk import BatchResult, Ledger, LedgerError, stream_ingest
from memsy.exceptions import MemsyError
from memsy.integrations._ray.columns import Block, EventColumns
from memsy.integrations._ray.ledger_folder import BlockInfo, LedgerFolder, describe
from memsy.integrations._ray.task_limits import TaskLimits
from memsy.models import EventPayload
from memsy.protocols import MemsyClientProtocol

_MAX_ERRORS = 100


ClientFactory: TypeAlias = Callable[[], AbstractContextManager[MemsyClientProtocol]]
"""Creates a client, which the `with` statement of a task closes."""


def place_of(number: int, task: int) -> str:
    """Return the description of a block, for errors."""
    return f"block {number} of write task {task}"


@frozen
class DatasinkSummary:
    """Result of a write: numbers of events, and the errors."""

    stored: int = 0
    """Events that the service acknowledged in this run."""
    skipped: int = 0
    """Events that an earlier run or attempt stored, according to the ledgers: not sent again."""
    failed: int = 0
    """Events whose last attempt failed. With `raise_on_error`, a failure raises instead."""
    unsent: int = 0
    """Events that were not sent, because an error stopped their block."""
    attempts: int = 0
    """Number of calls of `client.ingest`, retries included."""
    errors: Sequence[MemsyError] = ()
    """Reasons of the failures, at most 100."""

    @classmethod
    def total(cls, parts: Iterable[DatasinkSummary]) -> DatasinkSummary:
        """Return the sums of several results."""
        summaries = list(parts)
        return cls(
            stored=sum(part.stored for part in summaries),
            skipped=sum(part.skipped for part in summaries),
            failed=sum(part.failed for part in summaries),
            unsent=sum(part.unsent for part in summaries),
            attempts=sum(part.attempts for part in summaries),
            errors=tuple(error for part in summaries for error in part.errors)[:_MAX_ERRORS],
        )


@frozen
class SharedLedgers:
    """Ledger folder of a run, with what the driver found there."""

    folder: LedgerFolder
    folder_id: str
    blocks: frozenset[str]
    """Digests of the blocks that the driver checked."""

    def open(self, block: BlockInfo) -> Ledger:
        """
        Return the ledger of a block.

        Raises:
            LedgerError: The block is not one that the driver checked, or the folder is not shared.
        """
        if block.digest not in self.blocks:
            raise LedgerError(
                "a block is not the one that check() read: the dataset gives other rows, or the "
                "same rows in another order, each time it runs. Sort the rows of each block, or "
                "materialize() the dataset before check()"
            )
        self.folder.require(self.folder_id)
        return Ledger(self.folder.ledger_path(block))


@frozen
class BlockWriter:
    """
    Writer of the blocks of a task. It can be pickled.

    Args:
        client: Creates the client of a task.
        columns: Conversion of rows to events.
        limits: Limits of this task.
        ledgers: Ledgers of the run, if any.
        raise_on_error: Raise the first error.
        clock: Source of time.
    """

    client: ClientFactory
    columns: EventColumns
    limits: TaskLimits
    ledgers: SharedLedgers | None
    raise_on_error: bool
    clock: TimeSource = SYSTEM_TIME

    def write(self, blocks: Iterable[Block], task: int) -> DatasinkSummary:
        """
        Ingest the events of all blocks, one block after the other.

        Nothing of a block is sent before all its rows are converted.

        Raises:
            MemsyConfigurationError: A row is not an event.
            LedgerError: A ledger cannot be used.
            BulkIngestError: A request failed, with `raise_on_error`.
        """
        with self.client() as client:
            return DatasinkSummary.total(
                self._write_block(client, block, place_of(number, task))
                for number, block in enumerate(blocks)
            )

    def _write_block(
        self, client: MemsyClientProtocol, block: Block, place: str
    ) -> DatasinkSummary:
        # Convert each row twice: a list of all events would take ten times the memory of the block.
        info = describe(self.columns.to_events(block, place))
        if info.events == 0:
            return DatasinkSummary()
        events = self.columns.to_events(block, place)
        if self.ledgers is None:
            return self._ingest(client, events, info, None)
        with self.ledgers.open(info) as ledger:
            return self._ingest(client, events, info, ledger)

    def _ingest(
        self,
        client: MemsyClientProtocol,
        events: Iterable[EventPayload],
        info: BlockInfo,
        ledger: Ledger | None,
    ) -> DatasinkSummary:
        counts = _Counts()
        started = self.clock.monotonic()
        for result in stream_ingest(
            client,
            events,
            batch_size=self.limits.batch_size,
            max_in_flight=self.limits.max_in_flight,
            ledger=ledger,
            source="block",
            raise_on_error=self.raise_on_error,
        ):
            counts.add(result)
            # The generator sends no further batch while this thread sleeps.
            self.limits.wait(counts.stored + counts.failed, started, self.clock)
        return counts.summary(info.events)


class _Counts:
    """Counts of the results of a block."""

    def __init__(self) -> None:
        self.stored = self.skipped = self.failed = self.attempts = 0
        self.errors: list[MemsyError] = []

    def add(self, result: BatchResult) -> None:
        count = len(result.positions)
        self.attempts += result.attempts
        if result.skipped:
            self.skipped += count
        elif result.error is None:
            self.stored += count
        else:
            self.failed += count
            self.errors.append(result.error)

    def summary(self, events: int) -> DatasinkSummary:
        unsent = events - self.stored - self.skipped - self.failed
        return DatasinkSummary(
            self.stored, self.skipped, self.failed, unsent, self.attempts, self.errors[:_MAX_ERRORS]
        )
