"""Bulk ingest: the sync and the async functions."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator

from memsy._core.client_clock import clock_of
from memsy._core.time_source import TimeSource
from memsy.bulk._arguments import new_load
from memsy.bulk._ledger import Ledger
from memsy.bulk._results import BatchResult, BulkSummary
from memsy.bulk._tasks import drive_async
from memsy.bulk._threads import drive
from memsy.models import EventPayload
from memsy.parity import mirrors
from memsy.protocols import AsyncMemsyClientProtocol, MemsyClientProtocol


def stream_ingest(
    client: MemsyClientProtocol,
    events: Iterable[EventPayload],
    *,
    batch_size: int = 500,
    max_in_flight: int = 8,
    ledger: Ledger | None = None,
    source: str = "default",
    raise_on_error: bool = True,
    clock: TimeSource | None = None,
) -> Iterator[BatchResult]:
    """
    Ingest any number of events, and yield a result for each batch.

    Nothing is read or sent before the first `next()`. At most `batch_size * max_in_flight` events
    are in memory. Results arrive in the order in which the batches end. Events of one actor and
    session are stored in the order of the source.

    The load starts with `max_in_flight` calls at the same time. After a 429 or 503 it halves this
    number, and increases it again after successes. `Retry-After` delays all calls. A batch is sent
    at most 10 times, with pauses as in `RetryPolicy`, in place of the retries of the client. If an
    attempt may have stored the events, the last retry ends within 55 s: the service recognises a
    repeated event for 60 s (wire contract, section 7.3).

    A used-up quota, 401, 403, 404, a redirect, a TLS error, a closed client and a `Retry-After` of
    more than 60 s stop the load at once: no further batch is sent. The batches in flight always
    finish, and the ledger records them: also after an exception of `events`, after Ctrl-C, and
    after `close()` of the generator, which therefore may wait until the timeout of the client.

    Args:
        client: A client. It must stay open. The calls run in threads of their own.
        events: The events. They are read one by one, in the thread of the caller.
        batch_size: Maximum number of events in a batch, 1 to 500.
        max_in_flight: Maximum number of batches that are sent at the same time, 1 or more.
        ledger: Record of the acknowledged events, which the load skips and extends.
        source: Name of `events` in the ledger. Each position of a source has the same event in
            every load.
        raise_on_error: Stop after the first failed batch, and raise its error at the end. Otherwise
            yield failed results, too. If a 422 names events, only these fail, and the others are
            sent again. An exception of `events` and a `LedgerError` are always raised.
        clock: The clock of the pauses. By default the clock of the client.

    Raises:
        MemsyConfigurationError: An argument has a wrong type or is out of range, or an item of
            `events` is not an `EventPayload`. The message names its position.
        BulkIngestError: A batch failed, and `raise_on_error` is True. Raised after the other
            results.
        LedgerError: The ledger is unusable. Raised after the other results.
        LedgerMismatchError: `events` has changed since an earlier load. Raised after the other
            results.
    """
    load = new_load(
        client,
        events,
        is_async=False,
        batch_size=batch_size,
        max_in_flight=max_in_flight,
        ledger=ledger,
        source=source,
        raise_on_error=raise_on_error,
        clock=clock,
    )
    return drive(load, client, events, clock or clock_of(client))


def bulk_ingest(
    client: MemsyClientProtocol,
    events: Iterable[EventPayload],
    *,
    batch_size: int = 500,
    max_in_flight: int = 8,
    ledger: Ledger | None = None,
    source: str = "default",
    raise_on_error: bool = True,
    clock: TimeSource | None = None,
) -> BulkSummary:
    """
    Ingest any number of events, and return the numbers of the load.

    See `stream_ingest` for the arguments, the guarantees and the errors. With
    `raise_on_error=False`, `BulkSummary.error` is the reason of a load that stopped early.
    """
    load = new_load(
        client,
        events,
        is_async=False,
        batch_size=batch_size,
        max_in_flight=max_in_flight,
        ledger=ledger,
        source=source,
        raise_on_error=raise_on_error,
        clock=clock,
    )
    for _ in drive(load, client, events, clock or clock_of(client)):
        pass
    return load.summary


@mirrors(stream_ingest)
def async_stream_ingest(
    client: AsyncMemsyClientProtocol,
    events: Iterable[EventPayload] | AsyncIterable[EventPayload],
    *,
    batch_size: int = 500,
    max_in_flight: int = 8,
    ledger: Ledger | None = None,
    source: str = "default",
    raise_on_error: bool = True,
    clock: TimeSource | None = None,
) -> AsyncIterator[BatchResult]:
    """
    Ingest any number of events, and yield a result for each batch, as `stream_ingest` does.

    The calls run in tasks of their own. The ledger is written in threads. After `break`, close the
    generator with `aclose()` or `contextlib.aclosing`: it waits for the batches in flight.
    """
    load = new_load(
        client,
        events,
        is_async=True,
        batch_size=batch_size,
        max_in_flight=max_in_flight,
        ledger=ledger,
        source=source,
        raise_on_error=raise_on_error,
        clock=clock,
    )
    return drive_async(load, client, events, clock or clock_of(client))


@mirrors(bulk_ingest)
async def async_bulk_ingest(
    client: AsyncMemsyClientProtocol,
    events: Iterable[EventPayload] | AsyncIterable[EventPayload],
    *,
    batch_size: int = 500,
    max_in_flight: int = 8,
    ledger: Ledger | None = None,
    source: str = "default",
    raise_on_error: bool = True,
    clock: TimeSource | None = None,
) -> BulkSummary:
    """Ingest any number of events, and return the numbers of the load, as `bulk_ingest` does."""
    load = new_load(
        client,
        events,
        is_async=True,
        batch_size=batch_size,
        max_in_flight=max_in_flight,
        ledger=ledger,
        source=source,
        raise_on_error=raise_on_error,
        clock=clock,
    )
    async for _ in drive_async(load, client, events, clock or clock_of(client)):
        pass
    return load.summary
