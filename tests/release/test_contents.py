"""Checks of archives: each planted fault is found, and a correct archive has no problems."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.release.archive_files import (
    COMMIT,
    DIST_INFO,
    EPOCH,
    sdist_members,
    wheel_members,
    write_sdist,
    write_wheel,
)
from tests.release.archives import Member, differences, read_sdist, read_wheel
from tests.release.contents import sdist_problems, wheel_problems


def in_wheel(tmp_path: Path, members: dict[str, Member]) -> list[str]:
    wheel = read_wheel(write_wheel(tmp_path / "memsy-0.4.0-py3-none-any.whl", members))
    return list(wheel_problems(wheel, commit=COMMIT, dist_info=DIST_INFO))


def in_sdist(tmp_path: Path, members: dict[str, Member]) -> list[str]:
    sdist = read_sdist(write_sdist(tmp_path / "memsy-0.4.0.tar.gz", members))
    return list(sdist_problems(sdist, commit=COMMIT))


def test_correct_archives_have_no_problems(tmp_path: Path) -> None:
    assert in_wheel(tmp_path, wheel_members()) == []
    assert in_sdist(tmp_path, sdist_members()) == []


@pytest.mark.parametrize("path", ["memsy/notes.txt", "tests/conftest.py", "stray.py"])
def test_stray_file_in_a_wheel_is_found(tmp_path: Path, path: str) -> None:
    members = {**wheel_members(), path: Member(b"", 0o644, EPOCH)}
    assert f"{path}: stray; the commit has no such file" in in_wheel(tmp_path, members)


@pytest.mark.parametrize(
    "path", ["memsy/py.typed", "memsy/_version.py", f"{DIST_INFO}/licenses/LICENSE"]
)
def test_file_missing_in_a_wheel_is_found(tmp_path: Path, path: str) -> None:
    members = wheel_members()
    del members[path]
    assert in_wheel(tmp_path, members)[0].startswith(f"{path}: missing;")


def test_member_that_the_record_does_not_list_is_found(tmp_path: Path) -> None:
    members = wheel_members()
    record = f"{DIST_INFO}/RECORD"
    members[record] = members[record]._replace(content=b"memsy/__init__.py,,\n")
    assert in_wheel(tmp_path, members) == [f"{record}: it does not list the members of the wheel"]


@pytest.mark.parametrize("path", ["CONTRIBUTING.md", "SECURITY.md", "docs/reliability.md"])
def test_file_missing_in_an_sdist_is_found(tmp_path: Path, path: str) -> None:
    members = sdist_members()
    del members[path]
    advice = "add it to `include` of the sdist in pyproject.toml"
    assert in_sdist(tmp_path, members) == [f"{path}: missing; {advice}"]


def test_required_file_missing_in_the_commit_is_found(tmp_path: Path) -> None:
    members = sdist_members()
    del members["SECURITY.md"]
    files = {path: file for path, file in COMMIT.files.items() if path != "SECURITY.md"}
    sdist = read_sdist(write_sdist(tmp_path / "memsy-0.4.0.tar.gz", members))
    (problem,) = sdist_problems(sdist, commit=COMMIT._replace(files=files))
    assert problem.startswith("SECURITY.md: missing")


def test_untracked_file_in_an_sdist_is_found(tmp_path: Path) -> None:
    members = {**sdist_members(), "docs/draft.md": Member(b"", 0o644, EPOCH)}
    assert in_sdist(tmp_path, members) == ["docs/draft.md: stray; the commit has no such file"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"content": b"other"}, "the content is not that of the commit"),
        ({"permissions": 0o600}, "permissions 600, not 644"),
        (
            {"modified": EPOCH + 60},
            f"modified at {EPOCH + 60}, not at SOURCE_DATE_EPOCH {EPOCH}",
        ),
    ],
)
def test_changed_member_is_found(
    tmp_path: Path, change: dict[str, bytes | int], problem: str
) -> None:
    path = "memsy/__init__.py"
    changed = wheel_members()[path]._replace(**change)  # type: ignore[arg-type]
    assert in_wheel(tmp_path, {**wheel_members(), path: changed}) == [f"{path}: {problem}"]
    assert in_sdist(tmp_path, {**sdist_members(), path: changed}) == [f"{path}: {problem}"]


def test_name_of_the_owner_in_an_sdist_is_found(tmp_path: Path) -> None:
    members = sdist_members()
    members["LICENSE"] = members["LICENSE"]._replace(owner="builder")
    assert in_sdist(tmp_path, members) == ["LICENSE: names the owner 'builder'"]


def test_differences_between_builds_name_the_member_and_the_property(tmp_path: Path) -> None:
    members = wheel_members()
    first = write_wheel(tmp_path / "first.whl", members)
    assert list(differences(first, write_wheel(tmp_path / "equal.whl", members))) == []
    path = "memsy/__init__.py"
    other = {
        **members,
        path: members[path]._replace(content=b"built 12:30", modified=EPOCH + 60),
        "memsy/more.py": Member(b"", 0o644, EPOCH),
    }
    assert list(differences(first, write_wheel(tmp_path / "other.whl", other))) == [
        "memsy/more.py: only in the second first.whl",
        f"{path}: different content and modified",
    ]


def test_different_order_of_members_is_found(tmp_path: Path) -> None:
    members = sdist_members()
    first = write_sdist(tmp_path / "memsy-1.tar.gz", members)
    second = write_sdist(tmp_path / "memsy-2.tar.gz", dict(reversed(members.items())))
    (problem,) = differences(first, second)
    assert problem == "memsy-1.tar.gz: equal members, but different order, compression or headers"
