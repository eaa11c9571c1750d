# ruff: noqa: ANN401 - the arguments of sqlite3.connect
"""Unusable files, a locked file and a full disk."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
import time
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from memsy import EventPayload, MemsyConfigurationError
from memsy._core.time_source import SYSTEM_TIME
from memsy.outbox import Outbox, OutboxError
from memsy.outbox.storage import _SCHEMA, Storage
from memsy.testing import FakeMemsyClient
from tests.outbox.outboxes import Outboxes, event
from tests.support.platforms import needs_mkfifo, needs_resource, needs_root


def refusal(outboxes: Outboxes) -> str:
    outbox = outboxes.open()
    with pytest.raises(OutboxError) as caught:
        outbox.put(event("x"))
    with pytest.raises(OutboxError):
        outbox.close()
    assert str(outboxes.path) in str(caught.value)
    return str(caught.value)


def test_a_directory_is_refused(outboxes: Outboxes) -> None:
    outboxes.path.mkdir()
    assert "it is not a regular file" in refusal(outboxes)


@needs_mkfifo
def test_a_pipe_is_refused(outboxes: Outboxes) -> None:
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    os.mkfifo(outboxes.path)
    assert "it is not a regular file" in refusal(outboxes)


def test_a_missing_directory_is_refused(outboxes: Outboxes) -> None:
    outboxes.path = outboxes.path / "missing" / "outbox.db"
    assert "No such file or directory" in refusal(outboxes)


def test_a_text_file_is_refused_and_unchanged(outboxes: Outboxes) -> None:
    content = b"not a database " * 1000
    outboxes.path.write_bytes(content)
    assert "file is not a database" in refusal(outboxes)
    assert outboxes.path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_unchanged(outboxes: Outboxes) -> None:
    with closing(sqlite3.connect(outboxes.path)) as connection:
        connection.execute("CREATE TABLE other (id)")
    content = outboxes.path.read_bytes()
    assert "database of another program: choose another path" in refusal(outboxes)
    assert outboxes.path.read_bytes() == content


def test_another_version_of_the_schema_is_refused(outboxes: Outboxes) -> None:
    outboxes.open().close()
    with closing(sqlite3.connect(outboxes.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "it has version 99 of the schema, and this package reads version 1" in refusal(outboxes)


@pytest.mark.parametrize("statement", range(8))
def test_another_process_may_create_the_schema_at_any_moment(
    path: Path, monkeypatch: pytest.MonkeyPatch, statement: int
) -> None:
    connect = sqlite3.connect

    class Racing(sqlite3.Connection):
        statements = 0

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.set_trace_callback(self.trace)

        def trace(self, text: str) -> None:
            Racing.statements += 1
            if Racing.statements == statement + 1:
                with closing(connect(path, timeout=0)) as other, suppress(sqlite3.OperationalError):
                    other.execute("PRAGMA journal_mode = WAL")
                    other.executescript(_SCHEMA)

    monkeypatch.setattr(sqlite3, "connect", partial(connect, factory=Racing))
    with FakeMemsyClient() as client, Outbox(client, path, background=False) as outbox:
        outbox.put(event("x"))
        assert outbox.flush() == 0
    assert Racing.statements > statement


def test_a_storage_that_must_not_create_refuses_missing_and_empty_files(path: Path) -> None:
    def refusal() -> str:
        storage = Storage(path, "NORMAL", SYSTEM_TIME, create=False)
        with pytest.raises(OutboxError) as caught:
            storage.open()
        storage.close()
        return str(caught.value)

    assert "No such file or directory" in refusal()
    assert not any(path.parent.iterdir())
    path.touch()
    assert "it is empty, not an outbox" in refusal()
    assert path.stat().st_size == 0


@pytest.mark.parametrize("path", ["", "a\0b"])
def test_an_unusable_path_is_refused(path: str) -> None:
    with FakeMemsyClient() as client, pytest.raises(MemsyConfigurationError, match="path must not"):
        Outbox(client, path)


def test_a_damaged_event_is_reported(outboxes: Outboxes) -> None:
    outbox = outboxes.open()
    outbox.put(event("x"))
    with closing(sqlite3.connect(outboxes.path)) as connection, connection:
        connection.execute("UPDATE event SET payload = '{}'")
    with pytest.raises(OutboxError, match=r"the event 1 in the outbox .* is damaged"):
        outbox.pump()
    with pytest.raises(OutboxError):
        outbox.close()


def test_the_file_and_its_companions_are_private(outboxes: Outboxes) -> None:
    outbox = outboxes.open()
    outbox.put(event("x"))
    outbox.pump()
    files = sorted(outboxes.path.parent.iterdir())
    assert [file.name for file in files] == [
        *("outbox.db", "outbox.db-sender", "outbox.db-shm", "outbox.db-wal")
    ]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    outbox.close()


def test_a_flush_of_a_locked_file_ends_after_its_timeout(outboxes: Outboxes) -> None:
    outbox = outboxes.open()
    outbox.put(event("x"))
    with closing(sqlite3.connect(outboxes.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with pytest.raises(OutboxError, match="database is locked"):
            outbox.flush(0.2)
        assert time.monotonic() - started < 8, "the flush does not wait as long as a put"
        assert outbox.status().pending == 1, "reads do not wait"
        other.execute("ROLLBACK")
    outbox.put(event("y"))
    assert outbox.close() == 0


@pytest.mark.slow
def test_a_put_into_a_locked_file_raises_after_ten_seconds(outboxes: Outboxes) -> None:
    outbox = outboxes.open()
    outbox.put(event("x"))
    with closing(sqlite3.connect(outboxes.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutboxError, match="database is locked"):
            outbox.put(event("y"))
        other.execute("ROLLBACK")
    assert outbox.close() == 0
    assert outboxes.stored == ["x"]


def run(program: str, path: Path) -> str:
    prelude = """
        import os, resource, signal, sqlite3, sys
        from memsy import EventPayload
        from memsy.outbox import Outbox, OutboxError
        from memsy.testing import FakeMemsyClient
        path, client = sys.argv[1], FakeMemsyClient()
        def event(content):
            return EventPayload("actor", "session", "user_message", content)
    """
    code = textwrap.dedent(prelude) + textwrap.dedent(program)
    result = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stderr == ""
    return result.stdout


@needs_resource
def test_a_full_disk_stores_nothing_and_the_outbox_continues(path: Path) -> None:
    program = """
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        outbox = Outbox(client, path, background=False)
        outbox.put(event("first"))
        unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
        size = os.path.getsize(path + "-wal") + 50_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, unlimited[1]))
        stored = 1
        try:
            while True:
                outbox.put(event("x" * 20_000))
                stored += 1
        except OutboxError as error:
            message = str(error)
        try:
            outbox.put_many([event("x" * 20_000)] * 3)
        except OutboxError:
            pass
        print(message.rpartition(": ")[2], outbox.status().pending == stored)
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        outbox.put(event("last"))
        assert outbox.close() == 0
        assert len(client.service.events) in (2, stored + 1)
        print([client.service.events[0].content, client.service.events[-1].content])
    """
    output = run(program, path)
    assert "True\n['first', 'last']" in output
    assert "full" in output or "I/O error" in output


@needs_resource
def test_acknowledged_events_are_not_sent_again_if_the_deletion_fails(path: Path) -> None:
    program = """
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        outbox = Outbox(client, path, background=False)
        outbox.put_many([event(f"{number} " + "x" * 4000) for number in range(50)])
        unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
        size = os.path.getsize(path + "-wal")
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, unlimited[1]))
        for _ in range(3):
            try:
                outbox.pump()
            except OutboxError:
                print("failed")
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        print(len(client.service.requests), outbox.close(), len(client.service.requests))
    """
    lines = run(program, path).splitlines()
    assert lines[-1] == "1 0 1"
    assert lines[:-1] == ["failed"] * 3


@needs_root
def test_a_file_of_another_user_is_refused(path: Path) -> None:
    program = """
        with Outbox(client, path, background=False) as outbox:
            pass
        for name in (path, path + "-sender"):
            os.chmod(name, 0o600)
        directory = os.path.dirname(path)
        while directory != "/":
            os.chmod(directory, 0o755)
            directory = os.path.dirname(directory)
        os.setuid(65534)
        for name in (path, path + ".new"):
            outbox = Outbox(client, name, background=False)
            try:
                outbox.put(event("x"))
            except OutboxError as error:
                print(error)
    """
    output = run(program, path)
    assert output.count("cannot use the outbox") == 2


def test_the_text_of_an_event_is_in_no_error(outboxes: Outboxes) -> None:
    outbox = outboxes.open(max_events=1)
    outbox.put(EventPayload("actor", "session", "user_message", "private"))
    with pytest.raises(OutboxError) as caught:
        outbox.put(EventPayload("actor", "session", "user_message", "private"))
    assert "private" not in str(caught.value)
    outbox.close()
