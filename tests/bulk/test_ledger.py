"""Ledger: repeated loads, crashes, other processes, unusable files."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from memsy import EventPayload
from memsy.bulk import Ledger, LedgerError, LedgerMismatchError, bulk_ingest, stream_ingest
from memsy.testing import Clock, FakeMemsyClient, LocalServer, LocalService
from tests.bulk.loads import (
    OpenLoader,
    async_fake,
    fake,
    make_events,
    run_program,
    with_each_client,
)
from tests.support.platforms import needs_fork, needs_resource, needs_users


@pytest.fixture
def service() -> Iterator[LocalService]:
    with LocalService(clock=Clock()) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "load.ledger"


@with_each_client
def test_repeated_load_sends_only_the_rest_at_any_time(
    service: LocalService, open_loader: OpenLoader, path: Path
) -> None:
    with open_loader(service) as loader:
        for events, stored, skipped in ((100, 100, 0), (150, 50, 100), (150, 0, 150)):
            with Ledger(path) as ledger:
                summary = loader.bulk(make_events(events), ledger=ledger, batch_size=20)
                assert (summary.stored, summary.skipped) == (stored, skipped)
                assert ledger.acknowledged() == events
            service.clock.sleep(61)
    assert len(service.events) == 150


@pytest.mark.parametrize(
    ("opener", "batch_size", "max_in_flight"),
    list(product([fake, async_fake], [1, 7, 500], [1, 5])),
)
def test_repeated_load_may_have_other_options(
    service: LocalService, path: Path, opener: OpenLoader, batch_size: int, max_in_flight: int
) -> None:
    with Ledger(path) as ledger:
        first = bulk_ingest(
            FakeMemsyClient(service=service), make_events(60), batch_size=13, ledger=ledger
        )
        service.clock.sleep(61)
        with opener(service) as loader:
            second = loader.bulk(
                make_events(90), batch_size=batch_size, max_in_flight=max_in_flight, ledger=ledger
            )
    assert (first.stored, second.skipped, second.stored) == (60, 60, 30)
    assert len(service.events) == 90


def test_equal_events_of_a_source_are_two_positions(service: LocalService, path: Path) -> None:
    events = [EventPayload("ada", "s", "user_message", "Roger.")] * 2
    with Ledger(path) as ledger:
        bulk_ingest(FakeMemsyClient(service=service), events, ledger=ledger)
        assert ledger.acknowledged() == 2


def test_changed_source_is_refused_with_its_position(service: LocalService, path: Path) -> None:
    client = FakeMemsyClient(service=service)
    with Ledger(path) as ledger:
        bulk_ingest(client, make_events(10), ledger=ledger, source="notes")
        changed = [*make_events(4), *make_events(30, text="other")]
        with pytest.raises(LedgerMismatchError, match="position 4 of the source 'notes'") as caught:
            bulk_ingest(client, changed, ledger=ledger, source="notes")
        for error in caught.value, pickle.loads(pickle.dumps(caught.value)):
            assert (error.source, error.position) == ("notes", 4)
        assert len(service.events) == 10
        assert ledger.sources() == ["notes"]
        ledger.forget("notes")
        assert (ledger.sources(), ledger.acknowledged("notes")) == ([], 0)


def test_same_source_twice_at_once_is_refused(service: LocalService, path: Path) -> None:
    client = FakeMemsyClient(service=service)
    with Ledger(path) as ledger:
        stream = stream_ingest(client, make_events(100), batch_size=10, ledger=ledger)
        next(stream)
        with pytest.raises(LedgerError, match="another load of this process reads the source"):
            bulk_ingest(client, make_events(100), ledger=ledger)
        with pytest.raises(LedgerError, match="another load"):
            bulk_ingest(client, make_events(100), ledger=ledger)
        assert bulk_ingest(client, make_events(5), ledger=ledger, source="other").stored == 5
        stream.close()  # type: ignore[attr-defined]
        bulk_ingest(client, make_events(100), ledger=ledger)
    assert len(service.events) == 100


def test_second_ledger_on_the_file_is_refused(path: Path) -> None:
    with Ledger(path) as ledger:
        assert ledger.sources() == []
        with Ledger(path) as other, pytest.raises(LedgerError, match="has it open"):
            other.sources()
        program = f"from memsy.bulk import Ledger\nLedger({str(path)!r}).sources()"
        ended = run_program(program)
        assert "LedgerError" in ended.stderr
        assert "another process" in ended.stderr
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"not a database" * 100, b"x"])
def test_other_file_is_refused_and_unchanged(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with Ledger(path) as ledger, pytest.raises(LedgerError, match="not a ledger"):
        ledger.sources()
    assert path.read_bytes() == content


def test_other_database_and_other_version_are_refused(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (text)")
    connection.commit()
    with Ledger(path) as ledger, pytest.raises(LedgerError, match="another database"):
        ledger.sources()
    connection.execute("PRAGMA application_id = 1835363660")
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    with Ledger(path) as ledger, pytest.raises(LedgerError, match="version 2 of the format"):
        ledger.sources()


def test_path_that_cannot_be_created_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing" / "a.ledger", tmp_path):
        with Ledger(path) as ledger, pytest.raises(LedgerError, match=r"ledger .*: "):
            ledger.sources()


@needs_resource
def test_full_disk_stops_the_load_after_the_acknowledgement(
    service: LocalService, path: Path
) -> None:
    program = f"""
import resource
from memsy import MemsyClient
from memsy.bulk import Ledger, LedgerError, stream_ingest
from tests.bulk.loads import make_events
import sys
stored = 0
with Ledger({str(path)!r}) as ledger, MemsyClient(sys.argv[1], sys.argv[2]) as client:
    ledger.sources()
    resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))
    try:
        for result in stream_ingest(client, make_events(20_000), ledger=ledger, max_in_flight=2):
            stored += len(result.positions)
    except LedgerError as error:
        print(stored, error)
"""
    with LocalServer(service) as server:
        ended = run_program(program, server.base_url, service.api_key)
    assert "the file cannot grow" in ended.stdout, ended.stdout + ended.stderr
    stored = len(service.events)
    assert int(ended.stdout.split()[0]) == stored < 20_000
    assert f"the load stopped: {stored} events stored, 0 skipped, 0 failed" in ended.stdout
    with Ledger(path) as ledger:
        assert ledger.acknowledged() <= len(service.events)


@needs_fork
def test_forked_child_neither_uses_nor_damages_the_file(path: Path) -> None:
    program = f"""
import os, sys
from memsy.bulk import Ledger, LedgerError, bulk_ingest
from memsy.testing import FakeMemsyClient
from tests.bulk.loads import make_events
ledger = Ledger({str(path)!r})
bulk_ingest(FakeMemsyClient(), make_events(10), ledger=ledger)
child = os.fork()
if not child:
    try:
        ledger.sources()
    except LedgerError as error:
        assert "has it open" in str(error)
        sys.exit(7)  # the interpreter frees all objects
    sys.exit(1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
bulk_ingest(FakeMemsyClient(), make_events(20), ledger=ledger)
ledger.close()
print(Ledger({str(path)!r}).acknowledged())
"""
    ended = run_program(program)
    assert ended.stdout.strip() == "20", ended.stderr


def test_closed_ledger_is_refused(service: LocalService, path: Path) -> None:
    ledger = Ledger(path)
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerError, match="it is closed: create a new Ledger"):
        bulk_ingest(FakeMemsyClient(service=service), make_events(1), ledger=ledger)
    assert list(service.requests) == []


@needs_users
@pytest.mark.parametrize("existing", [False, True])
def test_read_only_directory_is_refused(existing: bool) -> None:
    program = """
import os, sys
from memsy.bulk import Ledger, LedgerError, bulk_ingest
from memsy.testing import FakeMemsyClient, LocalService
from tests.bulk.loads import make_events
if os.geteuid() == 0:
    os.seteuid(65534)
service = LocalService()
try:
    bulk_ingest(FakeMemsyClient(service=service), make_events(5), ledger=Ledger(sys.argv[1]))
except LedgerError as error:
    print(len(service.events), error)
"""
    with TemporaryDirectory() as directory:
        path = Path(directory, "load.ledger")
        if existing:
            with Ledger(path) as ledger:
                assert ledger.sources() == []
            path.chmod(0o666)
        Path(directory).chmod(0o555)
        ended = run_program(program, str(path))
        Path(directory).chmod(0o755)
    reason = "the file cannot be created or written: check the directory and its permissions"
    assert ended.stdout.startswith(f"0 ledger {path}: {reason}"), ended.stderr


@needs_users
def test_read_only_file_is_refused() -> None:
    program = """
import os, sys
from memsy.bulk import Ledger, LedgerError
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    Ledger(sys.argv[1]).sources()
except LedgerError as error:
    print(error)
"""
    with TemporaryDirectory() as directory:
        path = Path(directory, "load.ledger")
        with Ledger(path) as ledger:
            assert ledger.sources() == []
        path.chmod(0o444)
        Path(directory).chmod(0o777)
        ended = run_program(program, str(path))
    assert "the file cannot be created or written" in ended.stdout, ended.stderr
