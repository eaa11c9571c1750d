"""Progress file: checkpoints saved, appended and loaded."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from memsy.cli.checkpoint import Checkpoint
from memsy.cli.error_reporting import CommandError

FIRST = Checkpoint("http://127.0.0.1/v1", 200, deduplicated=3, sha256="ab", event_ids=["e1", "e2"])
SECOND = attrs.evolve(FIRST, acknowledged=300, event_ids=["e3"])


def test_saved_checkpoint_is_loaded(tmp_path: Path) -> None:
    FIRST.save(tmp_path / "progress.json")
    assert Checkpoint.load(tmp_path / "progress.json") == FIRST


def test_last_checkpoint_is_loaded_with_the_ids_of_all_checkpoints(tmp_path: Path) -> None:
    FIRST.save(tmp_path / "progress.json")
    SECOND.append(tmp_path / "progress.json")
    assert Checkpoint.load(tmp_path / "progress.json") == attrs.evolve(
        SECOND, event_ids=["e1", "e2", "e3"]
    )


def test_save_replaces_earlier_checkpoints(tmp_path: Path) -> None:
    FIRST.save(tmp_path / "progress.json")
    SECOND.save(tmp_path / "progress.json")
    assert Checkpoint.load(tmp_path / "progress.json") == SECOND


def test_truncated_last_line_is_ignored(tmp_path: Path) -> None:
    FIRST.save(tmp_path / "progress.json")
    with (tmp_path / "progress.json").open("ab") as file:
        file.write(b'{"service": "http://127')
    assert Checkpoint.load(tmp_path / "progress.json") == FIRST


def test_save_leaves_no_temporary_file(tmp_path: Path) -> None:
    FIRST.save(tmp_path / "progress.json")
    FIRST.save(tmp_path / "progress.json")
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]


def test_missing_file_loads_as_none(tmp_path: Path) -> None:
    assert Checkpoint.load(tmp_path / "progress.json") is None


@pytest.mark.parametrize("content", ["", "{", "{}", "{\n", "[]\n", '{"service": 1}\n'])
def test_file_without_checkpoints_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "progress.json"
    path.write_text(content)
    with pytest.raises(CommandError, match="--restart"):
        Checkpoint.load(path)


def test_unreadable_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot read"):
        Checkpoint.load(tmp_path)


def test_unwritable_path_is_an_error_that_names_the_option(tmp_path: Path) -> None:
    for write in FIRST.save, FIRST.append:
        with pytest.raises(CommandError, match="--progress"):
            write(tmp_path / "missing" / "progress.json")
