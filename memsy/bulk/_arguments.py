"""Checks of the arguments and of the process of a load."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Iterable
from functools import partial

from memsy._base_client import AsyncClientBase, SyncClientBase
from memsy._core.client_clock import clock_of, total_timeout_of
from memsy._core.encode import text
from memsy._core.text import preview
from memsy._core.time_source import TimeSource
from memsy.bulk._ledger import Ledger, file_of
from memsy.bulk._load import Load
from memsy.exceptions import MemsyConfigurationError

MAX_BATCH_SIZE = 500
"""Maximum number of events in one request (wire contract, sections 4 and 9)."""


def new_load(
    client: object,
    events: object,
    *,
    is_async: bool,
    batch_size: int,
    max_in_flight: int,
    ledger: Ledger | None,
    source: str,
    raise_on_error: bool,
    clock: TimeSource | None,
) -> Load:
    """
    Return a load after a check of its arguments.

    Raises:
        MemsyConfigurationError: An argument has a wrong type or is out of range.
    """
    _check_client(client, is_async=is_async)
    _check_events(events, is_async=is_async)
    _check_count("batch_size", batch_size, MAX_BATCH_SIZE)
    _check_count("max_in_flight", max_in_flight, None)
    if not (ledger is None or isinstance(ledger, Ledger)):
        raise MemsyConfigurationError(f"ledger must be a Ledger or None, got {preview(ledger)}")
    return Load(
        batch_size=batch_size,
        max_in_flight=max_in_flight,
        ledger=None if ledger is None else file_of(ledger),
        source=text("source", source),
        raise_on_error=bool(raise_on_error),
        clock=clock_of(client) if clock is None else clock,
        timeout=partial(total_timeout_of, client),
    )


def _check_client(client: object, *, is_async: bool) -> None:
    wanted, wrong = ("an async", SyncClientBase) if is_async else ("a sync", AsyncClientBase)
    if isinstance(client, wrong) or not callable(getattr(client, "ingest", None)):
        other = "bulk_ingest or stream_ingest" if is_async else "the async function"
        hint = f": use {other}" if isinstance(client, wrong) else ""
        raise MemsyConfigurationError(
            f"client must be {wanted} client, got {type(client).__name__}{hint}"
        )


def _check_events(events: object, *, is_async: bool) -> None:
    is_iterable = isinstance(events, Iterable) or (is_async and isinstance(events, AsyncIterable))
    if isinstance(events, (str, bytes, dict)) or not is_iterable:
        raise MemsyConfigurationError(
            f"events must be an iterable of EventPayload, got {type(events).__name__}"
        )


def _check_count(name: str, value: object, maximum: int | None) -> None:
    number = value if isinstance(value, int) and not isinstance(value, bool) else 0
    if not 1 <= number <= (maximum or number):
        limits = "1 or more" if maximum is None else f"from 1 to {maximum}"
        raise MemsyConfigurationError(
            f"{name} must be a whole number, {limits}, got {preview(value)}"
        )


def check_process(process: int) -> None:
    """
    Check that this process has the id `process`.

    Raises:
        MemsyConfigurationError: This process is a forked child.
    """
    if os.getpid() != process:
        raise MemsyConfigurationError(
            "this load was started by another process, and its calls do not exist after a fork: "
            "start a load in each process"
        )
