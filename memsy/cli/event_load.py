"""Load of events from files or stdin: batches, tally, errors with line numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing

import attrs

from memsy import EventPayload, MemsyClientProtocol, MemsyError
from memsy.bulk import BatchResult, BulkIngestError, Ledger, stream_ingest
from memsy.cli.batch_errors import with_line_numbers
from memsy.cli.errors import CommandError, PartlyFailedError
from memsy.cli.event_files.reader import NumberedEvent
from memsy.cli.load_progress import LoadProgress
from memsy.cli.output import print_to_stderr


@attrs.frozen
class EventSource:
    """
    Events of one file or of stdin.

    Attributes:
        name: Name of the source, for messages.
        ledger_name: Name of the source in a ledger.
        read: Returns the events in order.
        unit: Name of the numbered parts, for messages: "line" or "row".
        count: Number of events. None if it is not known.
    """

    name: str
    ledger_name: str
    read: Callable[[], Iterable[NumberedEvent]]
    unit: str = "line"
    count: int | None = None


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
        total: Events of all sources. None if the number is not known.
        stored: Events that the service acknowledged in this run.
        skipped: Events that the ledger has from earlier runs.
    """

    total: int | None = None
    stored: int = 0
    skipped: int = 0


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
    tally = Tally(_sum(source.count for source in sources))
    try:
        known = [_acknowledged(options.ledger, source) for source in sources]
        progress.begin(tally.total, completed=sum(known))
        for source in sources:
            progress.show(source.name)
            for result in _results(client, source, options):
                _count(result, tally, progress)
    except BaseException as error:
        progress.stop()
        if not isinstance(error, (MemsyError, CommandError)):
            # Requests that were in flight have ended without a result.
            _print_tally(tally, options.ledger, "at least ")
            raise
        _print_tally(tally, options.ledger)
        if tally.stored:
            raise PartlyFailedError(error) from error
        raise
    return tally


def _sum(counts: Iterable[int | None]) -> int | None:
    total = 0
    for count in counts:
        if count is None:
            return None
        total += count
    return total


def _results(
    client: MemsyClientProtocol, source: EventSource, options: LoadOptions
) -> Iterator[BatchResult]:
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
    with closing(results):
        try:
            for result in results:
                for position in result.positions:
                    del numbers[position]
                yield result
        except BulkIngestError as error:
            failed = error.result
            lines = [numbers[position] for position in failed.positions]
            cause = failed.error or error
            raise with_line_numbers(cause, source.name, source.unit, lines) from error
    if unreadable is not None:
        raise unreadable
