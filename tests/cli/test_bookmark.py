"""The progress file."""

from __future__ import annotations

from pathlib import Path

import pytest

from memsy.cli.bookmark import Bookmark
from memsy.cli.failure import Failure

MARK = Bookmark("http://127.0.0.1/v1", acknowledged=200, deduplicated=3, sha256="ab")


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    MARK.save(tmp_path / "mark")
    assert Bookmark.load(tmp_path / "mark") == MARK


def test_saving_leaves_nothing_else_behind(tmp_path: Path) -> None:
    MARK.save(tmp_path / "mark")
    MARK.save(tmp_path / "mark")
    assert [path.name for path in tmp_path.iterdir()] == ["mark"]


def test_where_nothing_was_saved_there_is_no_bookmark(tmp_path: Path) -> None:
    assert Bookmark.load(tmp_path / "mark") is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"service": 1}'])
def test_another_file_is_not_taken_for_a_bookmark(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mark"
    path.write_text(content)
    with pytest.raises(Failure, match="--restart"):
        Bookmark.load(path)


def test_a_place_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="cannot read"):
        Bookmark.load(tmp_path)


def test_a_place_that_cannot_be_written_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="--progress"):
        MARK.save(tmp_path / "nowhere" / "mark")
