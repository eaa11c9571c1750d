"""Parts of the backfill. The walkthrough itself runs with `python -m event_backfill`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from memsy import EventPayload
from memsy.local import LocalServer

from event_backfill.history import DAYS, SESSIONS_PER_USER, USERS, write_history
from event_backfill.load import sort_by_time
from event_backfill.verify import Verification, verify
from event_backfill.workers import KillOneWorker, listed_client


def event(number: int, chat: str = "chat-1") -> EventPayload:
    return EventPayload("ann", chat, "user_message", f"message {number} of user ann")


def test_every_session_has_messages_on_every_day(tmp_path: Path) -> None:
    sessions = USERS * SESSIONS_PER_USER
    assert write_history(tmp_path, events=sessions * DAYS) == sessions * DAYS
    tables = [pq.read_table(path) for path in sorted(tmp_path.iterdir())]
    assert len(tables) == DAYS
    assert {len(set(table["chat"].to_pylist())) for table in tables} == {sessions}
    assert len({text for table in tables for text in table["text"].to_pylist()}) == sum(
        table.num_rows for table in tables
    )


def test_rows_are_sorted_within_their_session() -> None:
    block = pa.table(
        {
            "user": ["b", "a", "a"],
            "chat": ["1", "2", "2"],
            "sent_at": [1, 3, 2],
            "text": ["x", "z", "y"],
        }
    )
    assert sort_by_time(block)["text"].to_pylist() == ["y", "z", "x"]


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        ([0, 1, 2], Verification(3, 0, 0, 0)),
        ([0, 2], Verification(2, 1, 0, 0)),
        ([0, 1, 1, 2], Verification(4, 0, 1, 0)),
        ([1, 0, 2], Verification(3, 0, 0, 1)),
    ],
)
def test_verify_counts_lost_repeated_and_reordered_events(
    numbers: list[int], found: Verification
) -> None:
    assert verify(map(event, numbers), expected=3) == found
    assert found.is_complete == (numbers == [0, 1, 2])


def test_client_lists_its_process_while_it_is_open(
    memsy_server: LocalServer, tmp_path: Path
) -> None:
    with listed_client(memsy_server.base_url, memsy_server.api_key, tmp_path) as client:
        assert client.health().status == "ok"
        assert [path.name for path in tmp_path.iterdir()] == [str(os.getpid())]
    assert list(tmp_path.iterdir()) == []


def test_only_a_listed_process_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command) as listed, KillOneWorker(tmp_path, lambda: True) as kill:
        (tmp_path / str(listed.pid)).touch()
        assert listed.wait(timeout=30) < 0
    assert kill.killed == listed.pid
    assert list(tmp_path.iterdir()) == []
