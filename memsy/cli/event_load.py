"""Load of events from files or stdin: batches, tally, errors with line numbers."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

import attrs

from memsy import EventPayload, MemsyClientProtocol, MemsyError
from memsy._core.interrupts import is_interrupt
from memsy.bulk import (
    BatchResult,
    BulkIngestError,
    Ledger,
    LedgerError,
    LedgerMismatchError,
    stream_ingest,
)
from memsy.cli.batch_errors import with_line_numbers
from memsy.cli.errors import CommandError, PartlyFailedError
from memsy.cli.event_source import EventSource
from memsy.cli.load_progress import LoadProgress
from memsy.cli.output import print_to_stderr


@attrs.frozen
class LoadOptions:
    """Size and number of the requests, and the ledger."""

    batch_size: int
    max_in_flight: int
    ledger: Ledger | None = None


@attrs.define
class Tally:
    """
    Numbers of events.

    Attributes:
        stored: Events that the service acknowledged in this run.
        skipped: Events that the ledger has from earlier runs.
    """

    stored: int = 0
    skipped: int = 0

    def add(self, result: BatchResult) -> None:
        """Count the events of a result. Failed events do not count."""
        if result.skipped:
            self.skipped += len(result.positions)
        elif result.error is None:
            self.stored += len(result.positions)


def load_events(
    client: MemsyClientProtocol,
    sources: Sequence[EventSource],
    options: LoadOptions,
    progress: LoadProgress,
) -> Tally:
    """
    Send the events of all sources, one source after the other.

    After an error or an interruption, a line on stderr says how many events are stored.

    Raises:
        PartlyFailedError: An error ended the load after events were stored.
        MemsyError: An error ended the load before events were stored.
        CommandError: As `MemsyError`: a source cannot be read, or the service rejected events. The
            message names their lines.
    """
    tally, ledger = Tally(), options.ledger
    counts = [source.count for source in sources if source.count is not None]
    total = sum(counts) if len(counts) == len(sources) else None
    try:
        progress.begin(total, completed=_acknowledged(ledger, sources))
        for source in sources:
            progress.show(Path(source.name).name)
            # Closed at once after an interruption, which waits for the requests in flight.
            with closing(_results(client, source, options)) as results:
                for result in results:
                    before = tally.stored
                    tally.add(result)
                    progress.advance(tally.stored - before)
    except BaseException as error:
        progress.stop()
        failure: MemsyError | CommandError | None = None
        if isinstance(error, (MemsyError, CommandError)) and not is_interrupt(error):
            failure = error
        if tally.stored or failure is None:
            # After an interruption, requests have ended without a result: only a ledger has them.
            at_least = "" if failure is not None or ledger is not None else "at least "
            count = max(tally.stored + tally.skipped, _acknowledged_or_0(ledger, sources))
            of_total = "" if total is None else f" of {total:,}"
            if count:
                stored = f"{at_least}{count:,}{of_total} events are stored"
                print_to_stderr(f"{stored}; {_advice(error, ledger)}")
        if failure is not None and tally.stored:
            raise PartlyFailedError(failure) from error
        raise
    return tally


def _advice(error: BaseException, ledger: Ledger | None) -> str:
    if ledger is None:
        return (
            "the same command sends all events again. With --ledger PATH from the start, it sends "
            "only the rest."
        )
    if isinstance(error, LedgerError):
        return "the next run sends those again that the ledger does not record."
    return "the ledger records them: to send the rest, run the same command again."


def _acknowledged_or_0(ledger: Ledger | None, sources: Sequence[EventSource]) -> int:
    try:
        return _acknowledged(ledger, sources)
    except LedgerError as error:
        if is_interrupt(error):
            raise
        return 0


def _acknowledged(ledger: Ledger | None, sources: Sequence[EventSource]) -> int:
    if ledger is None:
        return 0
    return sum(ledger.acknowledged(source.ledger_name) for source in sources)


def _results(
    client: MemsyClientProtocol, source: EventSource, options: LoadOptions
) -> Generator[BatchResult, None, None]:
    """Yield the results of one source, and raise its errors with the numbers of its lines."""
    numbers: dict[int, int] = {}  # by position: only of events without a result
    unreadable: CommandError | None = None

    def events() -> Iterator[EventPayload]:
        nonlocal unreadable
        try:
            for position, (number, event) in enumerate(source.read()):
                numbers[position] = number
                yield event
        except CommandError as error:  # raised after the events before it are sent
            unreadable = error

    results = stream_ingest(
        client,
        events(),
        batch_size=options.batch_size,
        max_in_flight=options.max_in_flight,
        ledger=options.ledger,
        source=source.ledger_name,
    )
    with closing(cast("Generator[BatchResult, None, None]", results)):
        try:
            for result in results:
                yield result
                for position in result.positions:
                    del numbers[position]
        except BulkIngestError as error:
            failed = error.result
            lines = [numbers[position] for position in failed.positions]
            cause = failed.error or error
            raise with_line_numbers(cause, source.name, source.unit, lines) from error
        except LedgerMismatchError as error:
            number = numbers[error.position]
            raise CommandError(
                f"{source.name}, {source.unit} {number}: the ledger records another event for this "
                "place, so the file has changed since its events were sent. To send all its events "
                "as new ones, use another --source NAME or another --ledger"
            ) from error
    if unreadable is not None:
        raise unreadable
