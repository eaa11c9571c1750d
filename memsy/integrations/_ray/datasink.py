"""`MemsyDatasink`: a `ray.data.Datasink` that ingests events."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from ray.data import Dataset, Datasink
from ray.data.block import Block, BlockAccessor
from ray.data.datasource.datasink import WriteResult

from memsy.bulk import LedgerError
from memsy.client import MemsyClient
from memsy.integrations._ray.columns import EventColumns
from memsy.integrations._ray.ledger_folder import BlockInfo, LedgerFolder, describe
from memsy.integrations._ray.task_limits import TaskLimits
from memsy.integrations._ray.writer import (
    BlockWriter,
    ClientFactory,
    DatasinkSummary,
    SharedLedgers,
    place_of,
)

_SLICE_ROWS = 10_000
"""Rows that a task converts at once: the memory for a block of any size is flat."""


class _WriteContext(Protocol):
    """Part of Ray's `TaskContext`."""

    task_idx: int


class MemsyDatasink(Datasink[DatasinkSummary]):
    """
    Datasink that ingests each row of a Ray dataset as an event.

    Each write task creates a client, and sends its blocks one after the other with
    `memsy.bulk.stream_ingest`: adaptive concurrency, `Retry-After` and retries are those of a bulk
    load. All rows of a block are converted before its first event is sent. Events of a session keep
    their order within a block; blocks run in any order and at the same time.

    Ray runs a task again if its worker was killed. Without `ledger_dir`, the events that the
    killed worker sent more than 60 s ago are then stored twice, and a second run stores everything
    again. With `ledger_dir`, the ledger of each block lists what was acknowledged, and only the
    rest is sent. A request that was sent but not acknowledged before a crash is sent again: its
    events are stored twice if more than 60 s passed.

    Args:
        client: Function without parameters that creates a client. Ray pickles it:
            `functools.partial(MemsyClient, base_url, api_key)` works, a client does not. The
            default takes the service and the key from the environment of the workers.
        columns: Name of the column of a field of `EventPayload`. Other fields take the column with
            their own name. A null in an optional field is None.
        constants: Value of a field for all events.
        ledger_dir: Folder that the driver and all workers share. The file system must support
            locks of SQLite. Call `check` before each write.
        max_rate: Maximum number of events per second of the whole job. 429 slows the job in any
            case.
        workers: Number of concurrent write tasks for `max_rate`: pass the same number as
            `concurrency` to `write_datasink`.
        batch_size: Maximum number of events in a request.
        max_in_flight: Maximum number of concurrent requests of a write task.
        raise_on_error: Raise the first error of a task. False collects errors in `summary`.

    Raises:
        MemsyConfigurationError: An argument is invalid.

    Example::

        sink = MemsyDatasink(columns={"content": "text"}, ledger_dir="/shared/ledgers")
        sink.check(dataset)
        dataset.write_datasink(sink, concurrency=4)
        print(sink.summary)
    """

    def __init__(
        self,
        client: ClientFactory = MemsyClient,
        *,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, Any] | None = None,
        ledger_dir: str | os.PathLike[str] | None = None,
        max_rate: float | None = None,
        workers: int | None = None,
        batch_size: int = 500,
        max_in_flight: int = 4,
        raise_on_error: bool = True,
    ) -> None:
        self.summary: DatasinkSummary | None = None
        """Result of the last complete write, on the driver."""
        self._folder = None if ledger_dir is None else LedgerFolder(Path(ledger_dir).absolute())
        self._ledgers: SharedLedgers | None = None
        self._client = client
        self._columns = EventColumns(columns or {}, constants or {})
        self._limits = TaskLimits.share(
            max_rate, workers, batch_size=batch_size, max_in_flight=max_in_flight
        )
        self._raise_on_error = raise_on_error

    def check(self, dataset: Dataset) -> int:
        """
        Read a dataset, check all rows, and compare its blocks with the ledgers. Send nothing.

        With `ledger_dir`, the next write accepts exactly these blocks: the same rows, in the same
        order and division. The number of blocks can depend on the CPUs of the cluster, so set
        `override_num_blocks` when you read the files. The order of the rows in a block can change
        after a shuffle, so sort the rows of each block then.

        Returns:
            Number of events.

        Raises:
            MemsyConfigurationError: A row is not an event.
            LedgerError: An earlier run divided the events into other blocks, two blocks have the
                same events, or the folder cannot be used. Nothing was sent.
        """
        reader = _BlockReader(self._columns)
        dataset.write_datasink(reader)
        if self._folder is not None:
            folder_id = self._folder.accept(reader.blocks)
            digests = frozenset(block.digest for block in reader.blocks)
            self._ledgers = SharedLedgers(self._folder, folder_id, digests)
        return sum(block.events for block in reader.blocks)

    def on_write_start(self, schema: object | None = None) -> None:
        """
        Check that the ledgers are known.

        Raises:
            LedgerError: `check` was not called.
        """
        self.summary = None
        if self._folder is not None and self._ledgers is None:
            raise LedgerError(
                "a MemsyDatasink with ledger_dir must know the blocks: call check(dataset) before "
                "write_datasink"
            )

    def write(self, blocks: Iterable[Block], ctx: _WriteContext) -> DatasinkSummary:
        """Ingest the blocks of one write task. Ray calls this method in a worker."""
        writer = BlockWriter(
            self._client, self._columns, self._limits, self._ledgers, self._raise_on_error
        )
        return writer.write(map(_Slices, blocks), ctx.task_idx)

    def on_write_complete(self, write_result: WriteResult[DatasinkSummary]) -> None:
        """Set `summary`. Ray calls this method on the driver."""
        self.summary = DatasinkSummary.total(write_result.write_returns)

    def get_name(self) -> str:
        """Return the name that Ray prints."""
        return "Memsy"


class _BlockReader(Datasink[list[BlockInfo]]):
    """Datasink that checks the rows and sends nothing."""

    def __init__(self, columns: EventColumns) -> None:
        self._columns = columns
        self.blocks: list[BlockInfo] = []

    def write(self, blocks: Iterable[Block], ctx: _WriteContext) -> list[BlockInfo]:
        return [
            describe(self._columns.to_events(_Slices(block), place_of(number, ctx.task_idx)))
            for number, block in enumerate(blocks)
        ]

    def on_write_complete(self, write_result: WriteResult[list[BlockInfo]]) -> None:
        found = [block for part in write_result.write_returns for block in part]
        self.blocks = [block for block in found if block.events]


class _Slices:
    """Slices of an Arrow table or a pandas data frame."""

    def __init__(self, block: Block) -> None:
        self._table = BlockAccessor.for_block(block).to_arrow()

    def __iter__(self) -> Iterator[dict[str, list[Any]]]:
        for start in range(0, self._table.num_rows, _SLICE_ROWS):
            yield self._table.slice(start, _SLICE_ROWS).to_pydict()
