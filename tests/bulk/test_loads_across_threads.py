"""Loads in several threads, event loops and processes."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from threading import enumerate as all_threads
from typing import Any

import pytest

from memsy import EventPayload, IngestResponse
from memsy.bulk import Ledger, async_bulk_ingest, bulk_ingest, stream_ingest
from memsy.exceptions import MemsyTLSError
from memsy.testing import Clock, FakeAsyncMemsyClient, FakeMemsyClient, LocalService
from tests.bulk.loads import OpenLoader, make_events, run_program, with_both_fakes
from tests.support.platforms import needs_fork

TIMEOUT = 60

FORK = """
import asyncio, os
from memsy.bulk import async_stream_ingest, stream_ingest
from memsy.exceptions import MemsyConfigurationError
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient, LocalService
from tests.bulk.loads import make_events

service = LocalService()
options = {"batch_size": 10, "max_in_flight": 2}


def load():
    stream = stream_ingest(FakeMemsyClient(service=service), make_events(100), **options)
    next(stream)
    child = os.fork()
    try:
        for _ in stream: pass
    except MemsyConfigurationError as error:
        print(error, flush=True)
        os._exit(0 if not child else 1)
    os.waitpid(child, 0)


async def load_async():
    stream = async_stream_ingest(FakeAsyncMemsyClient(service=service), make_events(100), **options)
    await anext(stream)
    child = os.fork()
    try:
        async for _ in stream: pass
    except MemsyConfigurationError as error:
        print(error, flush=True)
        os._exit(0 if not child else 1)
    os.waitpid(child, 0)


RUN
print(len(service.events))
"""


@pytest.fixture
def service() -> Iterator[LocalService]:
    with LocalService(clock=Clock()) as opened:
        yield opened


@needs_fork
@pytest.mark.parametrize("run", ["load()", "asyncio.run(load_async())"])
def test_stream_does_not_continue_in_a_forked_child(run: str) -> None:
    ended = run_program(FORK.replace("RUN", run))
    error, stored = ended.stdout.splitlines()
    assert error == (
        "this load was started by another process, and its calls do not exist after a fork: start "
        "a load in each process"
    ), ended.stderr
    assert stored == "100"


def test_loads_of_several_event_loops_share_a_ledger(service: LocalService, tmp_path: Path) -> None:
    barrier = Barrier(4, timeout=TIMEOUT)

    def load(number: int) -> int:
        barrier.wait()
        source = make_events(200, text=f"loop {number}, event")
        client = FakeAsyncMemsyClient(service=service)
        options: dict[str, Any] = {"batch_size": 20, "source": f"source {number}"}
        return asyncio.run(async_bulk_ingest(client, source, ledger=ledger, **options)).stored

    with Ledger(tmp_path / "load.ledger") as ledger:
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(load, range(4))) == [200] * 4
        assert [ledger.acknowledged(source) for source in ledger.sources()] == [200] * 4
    assert len(service.events) == 800


def test_one_client_loads_in_one_event_loop_after_the_other(service: LocalService) -> None:
    client = FakeAsyncMemsyClient(service=service)
    for text in ("first", "second"):
        assert asyncio.run(async_bulk_ingest(client, make_events(50, text=text))).stored == 50


@with_both_fakes
def test_tls_error_stops_the_load(service: LocalService, open_loader: OpenLoader) -> None:
    service.faults.fail_next("ingest", MemsyTLSError, times=None)
    with open_loader(service) as loader:
        summary = loader.bulk(
            make_events(100), batch_size=10, max_in_flight=1, raise_on_error=False
        )
    assert isinstance(summary.error, MemsyTLSError)
    assert (summary.attempts, summary.stored) == (1, 0)


class CollectingClient:
    """Client whose calls, all but the first one, run the garbage collector when told to."""

    def __init__(self, service: LocalService) -> None:
        self.client = FakeMemsyClient(service=service)
        self.clock = service.clock
        self.is_first = True
        self.is_abandoned = Event()

    def with_options(self, **_: object) -> CollectingClient:
        return self

    def ingest(self, events: Sequence[EventPayload]) -> IngestResponse:
        if not self.is_first:
            assert self.is_abandoned.wait(TIMEOUT)
            gc.collect()
        self.is_first = False
        return self.client.ingest(events)


def test_stream_that_is_collected_in_the_thread_of_a_batch_ends(
    service: LocalService, tmp_path: Path
) -> None:
    client: Any = CollectingClient(service)
    events = make_events(100, sessions=100)
    with Ledger(tmp_path / "load.ledger") as ledger:
        gc.disable()
        try:
            stream = stream_ingest(client, events, batch_size=10, max_in_flight=2, ledger=ledger)
            next(stream)
            cycle: list[object] = [stream]
            cycle.append(cycle)
            del stream, cycle
            client.is_abandoned.set()
            _join_threads_of_loads()
        finally:
            gc.enable()
        assert 20 <= ledger.acknowledged() == len(service.events) < 100
        rest = bulk_ingest(
            FakeMemsyClient(service=service), make_events(100, sessions=100), ledger=ledger
        )
    assert rest.stored + rest.skipped == len(service.events) == 100


def _join_threads_of_loads() -> None:
    while threads := [t for t in all_threads() if t.name.startswith("memsy-bulk")]:
        threads[0].join(TIMEOUT)
        assert not threads[0].is_alive()


@with_both_fakes
def test_many_sessions_of_one_event_and_many_calls_in_flight(
    service: LocalService, open_loader: OpenLoader
) -> None:
    with open_loader(service) as loader:
        summary = loader.bulk(make_events(2000, sessions=2000), batch_size=20, max_in_flight=1000)
    assert (summary.stored, summary.attempts) == (2000, 100)
