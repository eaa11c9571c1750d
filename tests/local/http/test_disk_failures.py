"""Disk failures of the database file: writes get a 507, reads succeed, and the service recovers."""

from __future__ import annotations

import logging
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest

from memsy import EventPayload, MemsyClient, RetryPolicy, ServerError
from memsy.local import Clock, LocalServer, LocalService, ServiceConfig
from memsy.local.storage.store import Store, is_disk_failure, ulid
from tests.support.platforms import needs_resource
from tests.support.service_requests import ServiceClient, ServiceResponse, event

pytestmark = needs_resource

Call = Callable[[ServiceClient], ServiceResponse]

_ROLE = {"org_id": "org_local", "name": "cook", "focus": "soups"}

READS: Mapping[str, Call] = {
    "health": lambda api: api.get("/v1/health"),
    "search": lambda api: api.post("/v1/search", {"query": "tea"}),
    "status": lambda api: api.post("/v1/status", {"event_ids": ["none"]}),
    "memories": lambda api: api.get("/v1/console/memories"),
    "actors": lambda api: api.get("/v1/actors"),
    "me": lambda api: api.get("/api/me"),
    "keys": lambda api: api.get("/api/keys"),
}
WRITES: Mapping[str, Call] = {
    "ingest": lambda api: api.post("/v1/ingest", {"events": [event("more tea " * 900)]}),
    "role": lambda api: api.post("/v1/roles", _ROLE),
    "key": lambda api: api.post("/api/keys", {"name": "n", "scopes": ["read"]}),
}


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Refuse all writes behind the present ends of the files of a database."""
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    import resource

    sizes = [file.stat().st_size for file in path.parent.iterdir()]
    limit, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (min(sizes), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memsy.db"


@pytest.fixture
def service(path: Path) -> Iterator[LocalService]:
    clock = Clock(datetime(2026, 4, 14, tzinfo=timezone.utc))
    with LocalService(path, clock=clock) as service:
        service.seed([EventPayload("ada", "s1", "user_message", "I like tea")])
        yield service


@pytest.mark.parametrize("name", WRITES)
def test_write_on_a_full_disk_is_a_507_and_stores_nothing(
    service: LocalService, path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    api = ServiceClient(service)
    before = service.snapshot()
    with full_disk(path), caplog.at_level(logging.INFO):
        response = WRITES[name](api)
    body = response.body.get("detail", response.body)
    assert (response.status, body["error"]) == (507, "insufficient_storage")
    assert "free space on its disk" in body["message"]
    assert len(caplog.records) == 1
    assert service.snapshot() == before
    assert WRITES[name](api).status == 200


@pytest.mark.parametrize("name", READS)
def test_read_on_a_full_disk_succeeds(service: LocalService, path: Path, name: str) -> None:
    api = ServiceClient(service)
    with full_disk(path):
        assert READS[name](api).status == 200
    assert READS[name](api).status == 200


def test_search_on_a_full_disk_finds_the_memories_without_a_recall(
    service: LocalService, path: Path
) -> None:
    api = ServiceClient(service)
    with full_disk(path):
        assert api.search_texts("tea") == ["I like tea"]
    (memory,) = api.get("/v1/console/memories").body["items"]
    assert memory["recall_count"] == 0


def test_due_event_stays_pending_on_a_full_disk(path: Path) -> None:
    clock = Clock(datetime(2026, 4, 14, tzinfo=timezone.utc))
    with LocalService(path, config=ServiceConfig(process_delay=60), clock=clock) as service:
        service.seed([EventPayload("ada", "s1", "user_message", "I like tea")])
        clock.advance(61)
        api = ServiceClient(service)
        with full_disk(path):
            assert api.search_texts("tea") == []
        assert api.search_texts("tea") == ["I like tea"]


def test_invalid_request_on_a_full_disk_is_a_4xx(service: LocalService, path: Path) -> None:
    api = ServiceClient(service)
    with full_disk(path):
        assert api.post("/v1/ingest", {"events": []}).status == 422
        assert api.get("/v1/nothing").status == 404


def test_client_gets_a_server_error_without_a_retry(service: LocalService, path: Path) -> None:
    with (
        LocalServer(service) as server,
        MemsyClient(server.base_url, server.api_key, retry=RetryPolicy(max_retries=3)) as memsy,
    ):
        with full_disk(path), pytest.raises(ServerError, match="free space") as excinfo:
            memsy.ingest([EventPayload("ada", "s1", "user_message", "more tea")])
        assert (excinfo.value.status_code, excinfo.value.attempts) == (507, 1)
        assert [result.content for result in memsy.search("tea").results] == ["I like tea"]


@pytest.mark.parametrize(
    "refuse_writes",
    [
        lambda store: store.write("PRAGMA max_page_count = 1"),
        lambda store: store.write("PRAGMA query_only = ON"),
    ],
)
def test_read_only_transaction_of_a_full_database_skips_writes(
    path: Path, refuse_writes: Callable[[Store], int]
) -> None:
    """SQLite reports a full disk at the statement or at the commit."""
    store = Store(path, ulid)
    insert = "INSERT INTO usage VALUES (?, 0, 'tea', 'k', 1)"
    rows = [[f"org {n}" + "x" * 500] for n in range(500)]
    refuse_writes(store)
    with pytest.raises(sqlite3.OperationalError) as excinfo, store.transaction():
        store.write_many(insert, rows)
    assert is_disk_failure(excinfo.value)
    with store.transaction(read_only=True):
        store.write_many(insert, rows)
        assert store.write(insert, ["tea"]) == 0
        assert store.number("SELECT count(*) FROM usage") == 0
    store.close()
