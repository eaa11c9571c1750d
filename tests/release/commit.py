"""Files and time of the commit that the checks build."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class TrackedFile(NamedTuple):
    """Content of a file in the commit."""

    content: bytes
    is_executable: bool = False


class Commit(NamedTuple):
    """HEAD of a repository."""

    id: str
    epoch: int
    """Time of the commit in seconds: `SOURCE_DATE_EPOCH` of the builds."""
    files: Mapping[str, TrackedFile]
    has_uncommitted_changes: bool

    def export(self, folder: Path, *, umask: int, modified: int) -> None:
        """Write the files to `folder`, with permissions below `umask` and one modification time."""
        for path, file in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.content)
            target.chmod((0o777 if file.is_executable else 0o666) & ~umask)
            os.utime(target, (modified, modified))


def read_head(repository: Path) -> Commit:
    """Return HEAD of the repository in this folder."""
    epoch, commit_id = _git(repository, "log", "-1", "--format=%ct %h").decode().split()
    return Commit(
        id=commit_id,
        epoch=int(epoch),
        files=_files(_git(repository, "archive", "--format=tar", "HEAD")),
        has_uncommitted_changes=bool(_git(repository, "status", "--porcelain")),
    )


def _files(archive: bytes) -> dict[str, TrackedFile]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {
            member.name: TrackedFile(content.read(), bool(member.mode & 0o100))
            for member in tar
            if (content := tar.extractfile(member))
        }


def _git(repository: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(repository), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except FileNotFoundError:
        raise SystemExit("release-check needs git, and found none on PATH") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip()
        raise SystemExit(
            f"release-check needs a clone of the repository, not {repository}: {reason}"
        ) from None
