"""Wheels and source distributions of a small commit, for the tests of the checks."""

from __future__ import annotations

import io
import tarfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.release.archives import Member
from tests.release.commit import Commit, TrackedFile

EPOCH = 1_700_000_000
DIST_INFO = "memsy-0.4.0.dist-info"

_PATHS = (
    *("memsy/__init__.py", "memsy/py.typed", "memsy/cli/sample/apollo13.jsonl", "pyproject.toml"),
    *("README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "Makefile"),
    *("docs/reliability.md", "tests/conftest.py"),
)
COMMIT = Commit(
    id="abc1234",
    epoch=EPOCH,
    files={
        **{path: TrackedFile(path.encode()) for path in _PATHS},
        "memsy/_version.py": TrackedFile(b'__version__ = "0.4.0"\n'),
        "CHANGELOG.md": TrackedFile(b"# Changelog\n\n## 0.4.0 (unreleased)\n"),
        ".ci/run": TrackedFile(b"make test", is_executable=True),
    },
    has_uncommitted_changes=False,
)


def wheel_members() -> dict[str, Member]:
    """Return the members of a correct wheel of `COMMIT`."""
    paths = [path for path in COMMIT.files if path.startswith("memsy/")]
    names = ("METADATA", "WHEEL", "entry_points.txt", "licenses/LICENSE", "RECORD")
    metadata = [f"{DIST_INFO}/{name}" for name in names]
    record = "".join(f"{path},,\n" for path in (*paths, *metadata))
    contents = {
        **{path: COMMIT.files[path].content for path in paths},
        **dict.fromkeys(metadata, b""),
        f"{DIST_INFO}/RECORD": record.encode(),
    }
    return {path: Member(content, 0o644, EPOCH) for path, content in contents.items()}


def sdist_members() -> dict[str, Member]:
    """Return the files of a correct source distribution of `COMMIT`."""
    files = {
        path: Member(file.content, 0o755 if file.is_executable else 0o644, EPOCH)
        for path, file in COMMIT.files.items()
    }
    return {**files, "PKG-INFO": Member(b"", 0o644, EPOCH)}


def write_wheel(path: Path, members: Mapping[str, Member]) -> Path:
    """Write a wheel with these members."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, member in members.items():
            info = zipfile.ZipInfo(name, time.gmtime(member.modified)[:6])
            info.external_attr = member.permissions << 16
            archive.writestr(info, member.content)
    return path


def write_sdist(path: Path, members: Mapping[str, Member]) -> Path:
    """Write a source distribution with these files."""
    root = path.name.removesuffix(".tar.gz")
    with tarfile.open(path, "w:gz") as archive:
        for name, member in members.items():
            info = tarfile.TarInfo(f"{root}/{name}")
            info.size, info.mode, info.mtime = (
                len(member.content),
                member.permissions,
                member.modified,
            )
            info.uname = member.owner
            archive.addfile(info, io.BytesIO(member.content))
    return path
