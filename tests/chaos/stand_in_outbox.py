"""Simple outboxes, correct and with one defect each: they show which metric notices the defect."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from typing import cast

from memsy import MemsyClient, MemsyError
from memsy.models import EventPayload
from tests.chaos.clients import SyncClient
from tests.chaos.outbox_calls import OpenOutbox, OutboxCalls, OutboxSetup
from tests.chaos.recording_proxy import PROCESS_HEADER

_LOCK_TIMEOUT = 10.0
_BATCH_SIZE = 100
_IDLE_SECONDS = 0.005


class StandInOutbox:
    """
    Outbox on a table, with one connection for each operation.

    Args:
        client: Client that sends the events.
        setup: File of the outbox.
        defect: Name of a violation that this outbox causes, or nothing.
    """

    def __init__(self, client: MemsyClient, setup: OutboxSetup, defect: str) -> None:
        self._client = client
        self._path = setup.path
        self._defect = defect
        self._sending = threading.Lock()
        self._closed = threading.Event()
        self._last = 0
        """Id of the last row that was sent."""
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> OutboxCalls:
        self._execute(
            "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT)"
        )
        self._thread.start()
        return cast("OutboxCalls", self)

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join()

    def put(self, event: EventPayload) -> None:
        self.put_many([event])

    def put_many(self, events: Iterable[EventPayload]) -> int:
        if self._defect == "untyped":
            raise sqlite3.OperationalError("database is locked")
        texts = [json.dumps(event.to_dict()) for event in events]
        if self._defect == "lost":
            return len(texts)
        size = 1 if self._defect == "partial" else len(texts)
        for start in range(0, len(texts), size):
            part = texts[start : start + size]
            values = ", ".join(["(?)"] * len(part))
            self._execute(f"INSERT INTO events (event) VALUES {values}", part)
            if self._defect == "partial":
                time.sleep(_IDLE_SECONDS)
        return len(texts)

    def flush(self, timeout: float) -> int:
        give_up_at = time.monotonic() + timeout
        while self._defect != "left" and self._pending() and time.monotonic() < give_up_at:
            with suppress(MemsyError):
                self._send()
        return len(self._pending())

    def _run(self) -> None:
        while not self._closed.wait(_IDLE_SECONDS):
            with suppress(MemsyError):
                self._send()

    def _send(self) -> None:
        with self._sending:
            rows = self._pending()[:_BATCH_SIZE]
            if not rows:
                return
            batch = [EventPayload(**json.loads(text)) for _, text in rows]
            self._client.ingest(batch[::-1] if self._defect == "order" else batch)
            if self._defect == "sent_again":
                time.sleep(_IDLE_SECONDS)
                self._client.ingest(batch)
            self._last = rows[-1][0]
            if self._defect != "twice":
                self._execute("DELETE FROM events WHERE id <= ?", [self._last])

    def _pending(self) -> list[tuple[int, str]]:
        return self._execute("SELECT id, event FROM events WHERE id > ? ORDER BY id", [self._last])

    def _execute(self, statement: str, values: Iterable[object] = ()) -> list[tuple[int, str]]:
        with closing(sqlite3.connect(self._path, _LOCK_TIMEOUT)) as connection, connection:
            return connection.execute(statement, tuple(values)).fetchall()


@contextmanager
def _open(defect: str, setup: OutboxSetup) -> Iterator[OutboxCalls]:
    headers = {PROCESS_HEADER: setup.process}
    with (
        SyncClient(setup.url, setup.retry, setup.timeout, setup.clock, headers) as client,
        StandInOutbox(client, setup, defect) as outbox,
    ):
        yield outbox


def stand_in(defect: str = "") -> OpenOutbox:
    """Return a function that opens an outbox with a defect, by the name of a violation."""
    return partial(_open, defect)
