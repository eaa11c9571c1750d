"""Sync and async loads behind one sync interface."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

from memsy import RetryPolicy
from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy.bulk import BatchResult, Ledger, async_stream_ingest, stream_ingest
from tests.chaos.clients import AsyncClient, SyncClient
from tests.chaos.metric import ASYNC, SYNC
from tests.chaos.numbered_events import numbered_events
from tests.chaos.recording_proxy import PROCESS_HEADER

WRITER = "load"
SESSIONS = 100


@frozen
class LoadSetup:
    """Client, source and options of a load of numbered events."""

    url: str
    events: int
    ledger: Path | None = None
    process: str = "load"
    """Name of the process in `PROCESS_HEADER`."""
    batch_size: int = 10
    max_in_flight: int = 8
    retry: RetryPolicy | None = None
    timeout: float = 60.0
    """Seconds of a request, on `clock`."""
    clock: TimeSource = SYSTEM_TIME


OnResult: TypeAlias = Callable[[BatchResult], object]
Load: TypeAlias = Callable[[LoadSetup, OnResult], None]
"""Loads all events, and calls the function with each result."""


def _load(setup: LoadSetup, on_result: OnResult) -> None:
    headers = {PROCESS_HEADER: setup.process}
    with (
        SyncClient(setup.url, setup.retry, setup.timeout, setup.clock, headers) as client,
        nullcontext() if setup.ledger is None else Ledger(setup.ledger) as ledger,
    ):
        for result in stream_ingest(
            client,
            numbered_events(WRITER, range(setup.events), SESSIONS),
            batch_size=setup.batch_size,
            max_in_flight=setup.max_in_flight,
            ledger=ledger,
            clock=setup.clock,
        ):
            on_result(result)


async def _load_async(setup: LoadSetup, on_result: OnResult) -> None:
    headers = {PROCESS_HEADER: setup.process}
    client = AsyncClient(setup.url, setup.retry, setup.timeout, setup.clock, headers)
    with nullcontext() if setup.ledger is None else Ledger(setup.ledger) as ledger:
        async with client:
            async for result in async_stream_ingest(
                client,
                numbered_events(WRITER, range(setup.events), SESSIONS),
                batch_size=setup.batch_size,
                max_in_flight=setup.max_in_flight,
                ledger=ledger,
                clock=setup.clock,
            ):
                on_result(result)


def _run_async(setup: LoadSetup, on_result: OnResult) -> None:
    asyncio.run(_load_async(setup, on_result))


LOADS: dict[str, Load] = {SYNC: _load, ASYNC: _run_async}
