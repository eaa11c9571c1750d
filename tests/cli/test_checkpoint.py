"""Progress file: checkpoints saved, appended and loaded."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from memsy.cli.checkpoint import Checkpoint
from memsy.cli.errors import CommandError

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


@pytest.mark.skipif(os.name != "posix", reason="file modes of POSIX")
def test_only_the_user_can_read_the_file(tmp_path: Path) -> None:
    FIRST.append(tmp_path / "appended.json")
    FIRST.save(tmp_path / "saved.json")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


SPECIAL_FILES: dict[str, Callable[[Path, Path], object]] = {
    "link": lambda path, target: path.symlink_to(target),
    "dangling-link": lambda path, target: path.symlink_to(f"{target}.missing"),
    "link-to-device": lambda path, target: path.symlink_to(os.devnull),
    "directory": lambda path, target: path.mkdir(),
    "fifo": lambda path, target: os.mkfifo(path),
}


@pytest.mark.skipif(os.name != "posix", reason="links and FIFOs of POSIX")
@pytest.mark.parametrize("kind", SPECIAL_FILES)
def test_file_that_is_not_regular_is_never_read_or_written(tmp_path: Path, kind: str) -> None:
    """Another user may put a link into a shared directory, such as /tmp."""
    target, path = tmp_path / "target", tmp_path / "progress.json"
    FIRST.save(target)
    SPECIAL_FILES[kind](path, target)
    before = path.lstat(), sorted(tmp_path.iterdir())
    for write in SECOND.save, SECOND.append, Checkpoint.load:
        with pytest.raises(CommandError, match=r"it is (a symbolic link|not a regular file)"):
            write(path)
    assert (path.lstat(), sorted(tmp_path.iterdir())) == before
    assert Checkpoint.load(target) == FIRST


@pytest.mark.skipif(os.name != "posix", reason="devices of POSIX")
def test_device_is_not_replaced() -> None:
    with pytest.raises(CommandError, match="it is not a regular file"):
        FIRST.save(Path(os.devnull))
    assert Path(os.devnull).is_char_device()


def test_name_of_the_new_file_cannot_be_taken(tmp_path: Path) -> None:
    """An earlier version wrote to this name, even through a link."""
    target = tmp_path / "target"
    target.write_text("precious")
    (tmp_path / "progress.json.new").symlink_to(target)
    FIRST.save(tmp_path / "progress.json")
    assert target.read_text() == "precious"


@pytest.mark.skipif(os.name != "posix", reason="file names of POSIX")
def test_failed_save_leaves_no_temporary_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="File name too long"):
        FIRST.save(tmp_path / ("x" * 300))
    assert list(tmp_path.iterdir()) == []
