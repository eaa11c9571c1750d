"""Contents of the distributions: the files of the commit, and the metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tests.release.archives import Archive
from tests.release.commit import Commit, TrackedFile

PACKAGE = "memsy/"
_METADATA = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
_REQUIRED_IN_WHEEL = ("memsy/__init__.py", "memsy/py.typed", "memsy/cli/sample/apollo13.jsonl")
_REQUIRED_IN_SDIST = (
    *("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("Makefile", "docs/reliability.md", "tests/conftest.py", "memsy/py.typed"),
)


def wheel_problems(wheel: Archive, *, commit: Commit, dist_info: str) -> Iterator[str]:
    """Yield the files that are missing, stray or changed in a wheel."""
    files = {path: file for path, file in commit.files.items() if path.startswith(PACKAGE)}
    metadata = {f"{dist_info}/{name}" for name in _METADATA}
    yield from _missing(wheel, [*_REQUIRED_IN_WHEEL, *files, *metadata], "the package's folder")
    yield from _stray(wheel, files.keys() | metadata)
    yield from _changed(wheel, files)
    yield from _record_problems(wheel, f"{dist_info}/RECORD")
    # The times of a zip file have a resolution of two seconds.
    yield from _attributes(wheel, commit.epoch - commit.epoch % 2, lambda path: False)


def sdist_problems(sdist: Archive, *, commit: Commit) -> Iterator[str]:
    """Yield the files that are missing, stray or changed in a source distribution."""
    advice = "`include` of the sdist in pyproject.toml"
    yield from _missing(sdist, [*_REQUIRED_IN_SDIST, *commit.files, "PKG-INFO"], advice)
    yield from _stray(sdist, commit.files.keys() | {"PKG-INFO"})
    yield from _changed(sdist, commit.files)
    yield from _attributes(
        sdist, commit.epoch, lambda path: path in commit.files and commit.files[path].is_executable
    )


def _missing(archive: Archive, required: list[str], place: str) -> Iterator[str]:
    for path in dict.fromkeys(required):
        if path not in archive:
            yield f"{path}: missing; add it to {place}"


def _stray(archive: Archive, expected: set[str]) -> Iterator[str]:
    for path in archive.keys() - expected:
        yield f"{path}: stray; the commit has no such file"


def _changed(archive: Archive, files: Mapping[str, TrackedFile]) -> Iterator[str]:
    for path, file in files.items():
        if path in archive and archive[path].content != file.content:
            yield f"{path}: the content is not that of the commit"


def _record_problems(wheel: Archive, record: str) -> Iterator[str]:
    if record in wheel:
        lines = wheel[record].content.decode().splitlines()
        listed = [line.partition(",")[0] for line in lines]
        if sorted(listed) != sorted(wheel):
            yield f"{record}: it does not list the members of the wheel"


def _attributes(
    archive: Archive, epoch: int, is_executable: Callable[[str], bool]
) -> Iterator[str]:
    for path, member in archive.items():
        permissions = 0o755 if is_executable(path) else 0o644
        if member.permissions != permissions:
            yield f"{path}: permissions {member.permissions:o}, not {permissions:o}"
        if member.modified != epoch:
            yield f"{path}: modified at {member.modified}, not at SOURCE_DATE_EPOCH {epoch}"
        if member.owner:
            yield f"{path}: names the owner {member.owner!r}"
