"""
Contract tests of `memsy.bulk` over a client: parallel calls, results, ledger, refused events.

A client of `as_sync` runs the async functions, each load in one coroutine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from memsy.bulk import (
    BatchResult,
    BulkIngestError,
    BulkSummary,
    Ledger,
    async_bulk_ingest,
    async_stream_ingest,
    bulk_ingest,
    stream_ingest,
)
from memsy.exceptions import ValidationError
from memsy.models import EventPayload
from memsy.testing.contract.context import ContractContext, expect_error, same_items
from memsy.testing.contract.sync_adapter import adapted_client


def loaded_events_are_stored_once(context: ContractContext) -> None:
    """Parallel batches store each event once, and each result has the ids of its events."""
    texts = [f"remark {number} of the load" for number in range(40)]
    results = _stream(context, _events(context, texts), batch_size=6, max_in_flight=3)
    ids = {p: i for r in results for p, i in zip(r.positions, r.event_ids, strict=True)}
    assert sorted(ids) == list(range(40))
    assert all(len(result.positions) <= 6 and result.error is None for result in results)
    repeated = context.memsy.ingest(_events(context, texts)).event_ids
    assert repeated == [ids[position] for position in range(40)]
    context.wait_until_processed(list(ids.values()))
    memories = context.memsy.memories.list(actor_id=context.actor, limit=100)
    assert same_items((memory.text for memory in memories.items), *texts)


def repeated_load_with_a_ledger_sends_nothing(context: ContractContext) -> None:
    """A ledger has each event that a load has stored, so that the next load skips it."""
    events = _events(context, [f"remark {number}" for number in range(30)])
    with TemporaryDirectory() as directory, Ledger(Path(directory, "load.ledger")) as ledger:
        first = _load(context, events[:20], batch_size=5, max_in_flight=2, ledger=ledger)
        assert (first.stored, first.skipped, first.failed) == (20, 0, 0)
        assert ledger.acknowledged() == 20
        second = _load(context, events, batch_size=10, max_in_flight=2, ledger=ledger)
        assert (second.stored, second.skipped, second.attempts) == (10, 20, 1)
        third = _load(context, events, ledger=ledger)
        assert (third.stored, third.skipped, third.attempts) == (0, 30, 0)


def refused_event_of_a_load_is_named_by_its_position(context: ContractContext) -> None:
    """A 422 that names events fails these alone, or stops the load (wire contract 4)."""
    events = _events(context, ["first", "second", "third", "fourth"])
    events[2] = context.event(" ")
    summary = _load(context, events, raise_on_error=False)
    assert (summary.stored, summary.failed, summary.error) == (3, 1, None)
    assert [tuple(failure.positions) for failure in summary.failures] == [(2,)]
    assert isinstance(summary.failures[0].error, ValidationError)
    error = expect_error(BulkIngestError, lambda: _load(context, events))
    assert isinstance(error.__cause__, ValidationError)
    assert "the service refused position 2" in str(error)


def _events(context: ContractContext, texts: Sequence[str]) -> list[EventPayload]:
    """Return events of five sessions."""
    return [
        context.event(text, session=f"{context.session} {number % 5}")
        for number, text in enumerate(texts)
    ]


def _load(
    context: ContractContext,
    events: list[EventPayload],
    **options: Any,  # noqa: ANN401 - options of bulk_ingest
) -> BulkSummary:
    adapted = adapted_client(context.memsy)
    if adapted is None:
        return bulk_ingest(context.memsy, events, **options)
    client, loop = adapted
    return loop.run_until_complete(async_bulk_ingest(client, events, **options))


def _stream(
    context: ContractContext,
    events: list[EventPayload],
    **options: Any,  # noqa: ANN401 - options of stream_ingest
) -> list[BatchResult]:
    adapted = adapted_client(context.memsy)
    if adapted is None:
        return list(stream_ingest(context.memsy, events, **options))
    client, loop = adapted

    async def collect() -> list[BatchResult]:
        return [result async for result in async_stream_ingest(client, events, **options)]

    return loop.run_until_complete(collect())
