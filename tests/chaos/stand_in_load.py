"""Loads with one defect each: they show which metric notices the defect."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from attrs import evolve

from memsy import MemsyError, RetryPolicy
from memsy.models import EventPayload
from tests.chaos.bulk_calls import LOADS, SESSIONS, WRITER, LoadSetup, OnResult
from tests.chaos.clients import SyncClient
from tests.chaos.metric import SYNC
from tests.chaos.numbered_events import numbered_events
from tests.chaos.recording_proxy import PROCESS_HEADER

_PATIENT = RetryPolicy(max_retries=9, backoff=0.1)


def load_all_but_one(setup: LoadSetup, on_result: OnResult) -> None:
    LOADS[SYNC](evolve(setup, events=setup.events - 1), on_result)


def load_without_ledger(setup: LoadSetup, on_result: OnResult) -> None:
    LOADS[SYNC](evolve(setup, ledger=None), on_result)


def load_with_key_error(setup: LoadSetup, on_result: OnResult) -> None:
    raise KeyError(setup.process)


def load_backwards(setup: LoadSetup, on_result: OnResult) -> None:
    with _client(setup, _PATIENT) as client:
        client.ingest(_events(setup)[::-1])


def load_each_event_twice(setup: LoadSetup, on_result: OnResult) -> None:
    with _client(setup, _PATIENT) as client:
        for _ in range(2):
            client.ingest(_events(setup))


def load_through_errors(setup: LoadSetup, on_result: OnResult) -> None:
    """Send batch after batch, whatever the responses are."""
    with _client(setup, RetryPolicy(max_retries=0)) as client:
        events, size = _events(setup), setup.batch_size

        def send(start: int) -> None:
            with suppress(MemsyError):
                client.ingest(events[start : start + size])

        with ThreadPoolExecutor(setup.max_in_flight) as threads:
            list(threads.map(send, range(0, len(events), size)))


def load_from_list(setup: LoadSetup, on_result: OnResult) -> None:
    """Read the whole source before the first request."""
    events = _events(setup)
    with _client(setup, _PATIENT) as client:
        client.ingest(events)


def _client(setup: LoadSetup, retry: RetryPolicy) -> SyncClient:
    headers = {PROCESS_HEADER: setup.process}
    return SyncClient(setup.url, retry, setup.timeout, setup.clock, headers)


def _events(setup: LoadSetup) -> list[EventPayload]:
    return list(numbered_events(WRITER, range(setup.events), SESSIONS))
