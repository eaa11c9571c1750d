"""Builds of the distributions from clean copies of the commit."""

from __future__ import annotations

import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.release.commands import clean_environment, problems_of, run
from tests.release.commit import Commit

_YEAR = 365 * 24 * 3600


class BuildError(Exception):
    """A build failed. The arguments are the lines of the reason."""


class Distributions(NamedTuple):
    """Files of one build."""

    sdist: Path
    wheel: Path


class Surroundings(NamedTuple):
    """Properties of a machine that must not change a build."""

    umask: int
    age: int
    """Seconds between the commit and the modification time of all files."""
    variables: dict[str, str]


FIRST = Surroundings(0o022, 0, {"TZ": "UTC", "PYTHONHASHSEED": "1"})
SECOND = Surroundings(
    0o077, 2 * _YEAR, {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "2", "LC_ALL": "C"}
)


def build(commit: Commit, folder: Path, surroundings: Surroundings) -> Distributions:
    """Export the commit to `folder`, and build both distributions there."""
    tree = folder / "tree"
    commit.export(tree, umask=surroundings.umask, modified=commit.epoch + surroundings.age)
    return Distributions(
        sdist=_build(tree, folder, commit, surroundings, ("--sdist",)),
        wheel=_build(tree, folder, commit, surroundings, ("--wheel",)),
    )


def unpack(sdist: Path, folder: Path) -> Path:
    """Unpack a source distribution to `folder`, and return its root folder."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return folder / sdist.name.removesuffix(".tar.gz")


def build_from_sdist(tree: Path, folder: Path, commit: Commit) -> Path:
    """Build the wheel from an unpacked source distribution."""
    return _build(tree, folder, commit, SECOND, ("--wheel",))


def _build(
    tree: Path, folder: Path, commit: Commit, surroundings: Surroundings, options: Sequence[str]
) -> Path:
    output = folder / "".join(options).strip("-")
    environment = clean_environment(SOURCE_DATE_EPOCH=str(commit.epoch), **surroundings.variables)
    process = run(
        *(sys.executable, "-m", "build", *options, "--outdir", str(output), str(tree)),
        cwd=folder,
        environment=environment,
        umask=surroundings.umask,
    )
    problems = problems_of(process)
    if problems:
        raise BuildError(*problems)
    (distribution,) = output.iterdir()
    return distribution
