"""The progress file."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from memsy.cli.checkpoint import Checkpoint
from memsy.cli.error_reporting import CommandError

MARK = Checkpoint("http://127.0.0.1/v1", 200, deduplicated=3, sha256="ab", event_ids=["e1", "e2"])
NEXT = attrs.evolve(MARK, acknowledged=300, event_ids=["e3"])


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    MARK.save(tmp_path / "mark")
    assert Checkpoint.load(tmp_path / "mark") == MARK


def test_of_several_bookmarks_the_last_is_loaded_with_the_ids_of_all(tmp_path: Path) -> None:
    MARK.save(tmp_path / "mark")
    NEXT.add(tmp_path / "mark")
    assert Checkpoint.load(tmp_path / "mark") == attrs.evolve(NEXT, event_ids=["e1", "e2", "e3"])


def test_saving_replaces_what_was_there(tmp_path: Path) -> None:
    MARK.save(tmp_path / "mark")
    NEXT.save(tmp_path / "mark")
    assert Checkpoint.load(tmp_path / "mark") == NEXT


def test_a_bookmark_that_was_cut_short_counts_for_nothing(tmp_path: Path) -> None:
    MARK.save(tmp_path / "mark")
    with (tmp_path / "mark").open("ab") as file:
        file.write(b'{"service": "http://127')
    assert Checkpoint.load(tmp_path / "mark") == MARK


def test_saving_leaves_nothing_else_behind(tmp_path: Path) -> None:
    MARK.save(tmp_path / "mark")
    MARK.save(tmp_path / "mark")
    assert [path.name for path in tmp_path.iterdir()] == ["mark"]


def test_where_nothing_was_saved_there_is_no_bookmark(tmp_path: Path) -> None:
    assert Checkpoint.load(tmp_path / "mark") is None


@pytest.mark.parametrize("content", ["", "{", "{}", "{\n", "[]\n", '{"service": 1}\n'])
def test_another_file_is_not_taken_for_a_bookmark(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mark"
    path.write_text(content)
    with pytest.raises(CommandError, match="--restart"):
        Checkpoint.load(path)


def test_a_place_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot read"):
        Checkpoint.load(tmp_path)


def test_a_place_that_cannot_be_written_is_told_with_the_way_out(tmp_path: Path) -> None:
    for write in MARK.save, MARK.add:
        with pytest.raises(CommandError, match="--progress"):
            write(tmp_path / "nowhere" / "mark")
