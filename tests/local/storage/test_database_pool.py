"""Databases in memory that one service leaves to the next: nothing but that they are there."""

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


def contents() -> dict[str, int]:
    """How many rows the tables of the database have that comes next."""
    connection = database_pool.acquire()
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    rows = {
        name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in names
    }
    database_pool.release(connection)
    return rows


def test_a_database_is_used_again() -> None:
    former = database_pool.acquire()
    database_pool.release(former)
    assert database_pool.acquire() is former
    database_pool.release(former)


def test_the_next_one_finds_nothing_of_the_former(clock: Clock) -> None:
    before = contents()
    with LocalService(clock=clock) as former:
        issued = former.issue_key()
        ServiceClient(former).ingest("tea", "coffee", role_id="r")
        ServiceClient(former).found("tea")
    assert contents() == before
    with LocalService(clock=clock) as service:
        assert (service.events, service.memories) == ((), ())
        assert ServiceClient(service, issued).get("/v1/health").status == 401
        assert ServiceClient(service).found("tea") == []
        (event_id,) = ServiceClient(service).ingest("tea")
        assert int(event_id[3:]) == 1


def test_the_first_search_scores_the_same_in_a_database_used_before(clock: Clock) -> None:
    def score() -> float:
        with LocalService(clock=clock) as service:
            ServiceClient(service).ingest("I like tea")
            (result,) = ServiceClient(service).search("tea")
            return float(result["score"])

    assert len({score() for _ in range(3)}) == 1


def test_what_fails_within_undoes_no_more_than_itself(clock: Clock) -> None:
    with LocalService(clock=clock, config=ServiceConfig(limits={"events_ingested": 1})) as service:
        ServiceClient(service).ingest("tea")
        for _ in range(2):
            event = {"actor_id": "a", "session_id": "s", "kind": "user_message", "content": "more"}
            assert ServiceClient(service).post("/v1/ingest", {"events": [event]}).status == 429
        assert [event.content for event in service.events] == ["tea"]


def test_services_side_by_side_have_nothing_in_common(clock: Clock) -> None:
    def work(n: int) -> list[str]:
        with LocalService(clock=clock) as service:
            ServiceClient(service).ingest(f"tea {n}")
            return ServiceClient(service).found("tea")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(64))) == [[f"tea {n}"] for n in range(64)]


@pytest.mark.usefixtures("without_gc")
def test_what_is_forgotten_is_left_to_the_next_at_once() -> None:
    service = LocalService()
    forgotten = ref(service)
    del service
    assert forgotten() is None


def test_so_many_are_kept_and_no_more() -> None:
    taken = [database_pool.acquire() for _ in range(40)]
    for connection in taken:
        database_pool.release(connection)
    closed = [connection for connection in taken if not is_open(connection)]
    assert 0 < len(closed) < len(taken)


def test_what_sqlite_itself_had_to_give_up_is_not_used_again() -> None:
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


def test_none_is_left_open_when_the_process_ends() -> None:
    """Newer Pythons say so, of a service that is in use still and of one that is not any more."""
    script = """
from memsy.testing import LocalService
used, closed = LocalService(), LocalService()
closed.close()
"""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", script]
    ended = subprocess.run(command, capture_output=True, check=False, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
