"""Environments: the digest of the package, the baseline, and the files of events."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.corpus import chat_messages, random_texts, write_events
from benchmarks.environments import digest, extract_baseline


def test_digest_changes_with_the_files_of_the_wheel(tmp_path: Path) -> None:
    (tmp_path / "memsy").mkdir()
    module = tmp_path / "memsy" / "client.py"
    module.write_text("x = 1")
    before = digest(tmp_path)
    (tmp_path / "tests.py").write_text("")
    assert digest(tmp_path) == before
    module.write_text("x = 2")
    assert digest(tmp_path) != before


def test_history_without_the_commit_gives_a_reason(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    assert extract_baseline(tmp_path, tmp_path / "target") == "the history lacks commit 0de41ba"


def test_events_are_the_same_in_every_run(tmp_path: Path) -> None:
    for texts in (chat_messages, random_texts):
        assert list(texts(5)) == list(texts(5))
    file = write_events(tmp_path / "events.jsonl", chat_messages(3))
    events = [json.loads(line) for line in file.read_text().splitlines()]
    assert [event["content"] for event in events] == list(chat_messages(3))
    assert events[2]["actor_id"] == "actor-2"


def test_existing_file_of_events_stays(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text("{}\n")
    write_events(file, chat_messages(3))
    assert file.read_text() == "{}\n"
