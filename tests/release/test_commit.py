"""The commit under check: its files, its time, and its export."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.release.archive_files import COMMIT, EPOCH
from tests.release.commit import read_head

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs permissions of POSIX")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs/guide.md").write_text("committed")
    (folder / "run").write_text("echo")
    (folder / "run").chmod(0o755)
    author = ("-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "."), (*author, "commit", "-qm", "Add files")):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def test_head_has_the_committed_files_and_no_others(repository: Path) -> None:
    assert not read_head(repository).has_uncommitted_changes
    (repository / "docs/guide.md").write_text("changed")
    (repository / "untracked").write_text("")
    head = read_head(repository)
    assert {path: file.content for path, file in head.files.items()} == {
        "docs/guide.md": b"committed",
        "run": b"echo",
    }
    assert [path for path, file in head.files.items() if file.is_executable] == ["run"]
    assert head.has_uncommitted_changes


def test_folder_outside_of_a_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="needs a clone of the repository, not "):
        read_head(tmp_path)


def test_export_applies_umask_and_modification_time(tmp_path: Path) -> None:
    COMMIT.export(tmp_path, umask=0o077, modified=EPOCH)
    modes = {path: (tmp_path / path).stat().st_mode & 0o777 for path in COMMIT.files}
    assert modes.pop(".ci/run") == 0o700
    assert set(modes.values()) == {0o600}
    assert (tmp_path / "LICENSE").stat().st_mtime == EPOCH
