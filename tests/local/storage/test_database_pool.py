"""Pool of in-memory databases: reuse, isolation and closing."""

from __future__ import annotations

import gc
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from weakref import ref

import pytest

from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from memsy.local.storage import database_pool
from tests.support.service_requests import ServiceClient


@pytest.fixture
def without_gc() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def row_counts() -> dict[str, int]:
    """Return the number of rows in each table of the next database from the pool."""
    connection = database_pool.acquire()
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    rows = {
        name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in names
    }
    database_pool.release(connection)
    return rows


def test_released_database_is_reused() -> None:
    connection = database_pool.acquire()
    database_pool.release(connection)
    assert database_pool.acquire() is connection
    database_pool.release(connection)


def test_reused_database_is_empty(clock: Clock) -> None:
    before = row_counts()
    with LocalService(clock=clock) as first:
        issued = first.issue_key()
        ServiceClient(first).ingest("tea", "coffee", role_id="r")
        ServiceClient(first).search_texts("tea")
    assert row_counts() == before
    with LocalService(clock=clock) as service:
        assert (service.events, service.memories) == ((), ())
        assert ServiceClient(service, issued).get("/v1/health").status == 401
        assert ServiceClient(service).search_texts("tea") == []
        (event_id,) = ServiceClient(service).ingest("tea")
        assert int(event_id[3:]) == 1


def test_first_search_has_the_same_score_in_a_reused_database(clock: Clock) -> None:
    def score() -> float:
        with LocalService(clock=clock) as service:
            ServiceClient(service).ingest("I like tea")
            (result,) = ServiceClient(service).search("tea")
            return float(result["score"])

    assert len({score() for _ in range(3)}) == 1


def test_failed_request_rolls_back_only_its_own_changes(clock: Clock) -> None:
    with LocalService(clock=clock, config=ServiceConfig(limits={"events_ingested": 1})) as service:
        ServiceClient(service).ingest("tea")
        for _ in range(2):
            event = {"actor_id": "a", "session_id": "s", "kind": "user_message", "content": "more"}
            assert ServiceClient(service).post("/v1/ingest", {"events": [event]}).status == 429
        assert [event.content for event in service.events] == ["tea"]


def test_concurrent_services_are_isolated(clock: Clock) -> None:
    def work(n: int) -> list[str]:
        with LocalService(clock=clock) as service:
            ServiceClient(service).ingest(f"tea {n}")
            return ServiceClient(service).search_texts("tea")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(64))) == [[f"tea {n}"] for n in range(64)]


@pytest.mark.usefixtures("without_gc")
def test_unreferenced_service_is_freed_at_once() -> None:
    service = LocalService()
    reference = ref(service)
    del service
    assert reference() is None


def test_pool_closes_databases_beyond_its_maximum() -> None:
    connections = [database_pool.acquire() for _ in range(40)]
    for connection in connections:
        database_pool.release(connection)
    closed = [connection for connection in connections if not is_open(connection)]
    assert 0 < len(closed) < len(connections)


def test_database_without_its_transaction_is_not_reused() -> None:
    with ExitStack() as stack:
        connection = database_pool.acquire()
        stack.callback(database_pool.release, connection)
        connection.execute("COMMIT")
    assert not is_open(connection)


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return False
    return True


def test_all_databases_are_closed_at_process_exit() -> None:
    """Newer Pythons warn of open databases; one service here is open at exit, one is closed."""
    script = """
from memsy.testing import LocalService
used, closed = LocalService(), LocalService()
closed.close()
"""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", script]
    result = subprocess.run(command, capture_output=True, check=False, text=True)
    assert (result.returncode, result.stderr) == (0, "")
