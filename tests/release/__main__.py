"""
Build HEAD twice, compare and check the distributions, and install the wheel on each Python found.

Copies the checked distributions to the output folder. Exits with 1 if a check fails.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from email.message import Message
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.release import contents, metadata
from tests.release.archives import Archive, differences, read_sdist, read_wheel
from tests.release.builds import (
    FIRST,
    SECOND,
    BuildError,
    Distributions,
    build,
    build_from_sdist,
    unpack,
)
from tests.release.commands import problems_of, run
from tests.release.commit import Commit, read_head
from tests.release.installation import NOT_IMPORTED, Environment, public_modules
from tests.release.interpreters import find_interpreter
from tests.release.report import Report

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all checks, print them, and return the exit code."""
    options = _options(arguments)
    report = Report()
    commit = read_head(ROOT)
    report.note(f"the checks build the commit {commit.id}")
    if commit.has_uncommitted_changes:
        report.note("WARNING: uncommitted changes and untracked files are not part of the checks")
    with TemporaryDirectory(prefix="memsy-release-") as temporary:
        folder = Path(temporary)
        try:
            checked = _check_builds(report, commit, folder, options.suite_python)
        except BuildError as error:
            report.check("build", error.args)
            return report.close(f"commit {commit.id}")
        _check_installations(report, checked.wheel, folder)
        if not report.failures:
            keep(report, checked, options.output)
    return report.close(f"commit {commit.id}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.release", description=__doc__)
    parser.add_argument(
        "--suite-python",
        type=Path,
        help="interpreter with the development tools; it collects the test suite of the sdist",
    )
    parser.add_argument(
        "--output", type=Path, default=ROOT / "dist", help="folder of the checked distributions"
    )
    return parser.parse_args(arguments)


def _check_builds(
    report: Report, commit: Commit, folder: Path, suite_python: Path | None
) -> Distributions:
    """Build twice, check the distributions, and return those of the first build."""
    first = build(commit, folder / "first", FIRST)
    second = build(commit, folder / "the second build", SECOND)
    tree = unpack(first.sdist, folder / "unpacked")
    report.check("sdist: two builds are equal", differences(first.sdist, second.sdist))
    report.check("wheel: two builds are equal", differences(first.wheel, second.wheel))
    rebuilt = _compare_with_sdist(first.wheel, tree, folder / "unpacked", commit)
    report.check("wheel: equal if built from the sdist", rebuilt)
    twine = run(sys.executable, "-m", "twine", "check", "--strict", *first, cwd=folder)
    report.check("twine check --strict", problems_of(twine))

    wheel, sdist = read_wheel(first.wheel), read_sdist(first.sdist)
    dist_info = "-".join(first.wheel.name.split("-")[:2]) + ".dist-info"
    report.check(
        "wheel: files of memsy/ and metadata, nothing else",
        contents.wheel_problems(wheel, commit=commit, dist_info=dist_info),
    )
    report.check(
        "sdist: files of the commit, nothing else", contents.sdist_problems(sdist, commit=commit)
    )
    _check_metadata(report, commit, wheel[f"{dist_info}/METADATA"].content, sdist)
    if suite_python is None:
        report.note("not checked without --suite-python: collection of the tests in the sdist")
    else:
        report.check("sdist: pytest collects the fast tests", _collect(suite_python, tree))
    return first


def _compare_with_sdist(wheel: Path, tree: Path, folder: Path, commit: Commit) -> Iterator[str]:
    try:
        rebuilt = build_from_sdist(tree, folder, commit)
    except BuildError as error:
        yield from error.args
    else:
        yield from differences(wheel, rebuilt)


def _check_metadata(report: Report, commit: Commit, content: bytes, sdist: Archive) -> None:
    parsed = metadata.parse(content)
    report.check("metadata: version", metadata.version_problems(parsed, commit))
    report.check("metadata: versions of Python", metadata.python_problems(parsed))
    report.check("metadata: extras", metadata.extra_problems(parsed, commit))
    report.check("metadata: equal in wheel and sdist", _unequal_metadata(content, sdist))
    _check_links(report, parsed)


def _unequal_metadata(content: bytes, sdist: Archive) -> Iterator[str]:
    if "PKG-INFO" in sdist and sdist["PKG-INFO"].content != content:
        yield "PKG-INFO of the sdist is not METADATA of the wheel"


def _check_links(report: Report, parsed: Message) -> None:
    """Refuse relative links in the readme as soon as the project has a public address."""
    links = metadata.relative_links(parsed)
    if links and not metadata.has_public_address(parsed):
        report.note(
            f"{len(links)} relative links of the readme would be dead on an index page; they can "
            "become absolute when the project has a public address (docs/releasing.md)"
        )
        return
    report.check("metadata: absolute links in the readme", (f"relative: {link}" for link in links))


def _collect(python: Path, tree: Path) -> Sequence[str]:
    pytest = ("-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-m", "not slow")
    return problems_of(run(python.absolute(), *pytest, cwd=tree))


def _check_installations(report: Report, wheel: Path, folder: Path) -> None:
    """Install the wheel on each version of Python in its classifiers that the machine has."""
    archive = read_wheel(wheel)
    (content,) = (member.content for path, member in archive.items() if path.endswith("/METADATA"))
    versions = metadata.python_versions(metadata.parse(content))
    found = {version: find_interpreter(version) for version in versions}
    interpreters = {version: path for version, path in found.items() if path}
    for version, path in interpreters.items():
        report.note(f"Python {version}: {path}")
    if missing := [version for version in versions if version not in interpreters]:
        report.note(f"WARNING: not found, so not checked: Python {', '.join(missing)}")
    report.note(f"not imported, because `make scale` tests it: {NOT_IMPORTED}")
    for version, path in interpreters.items():
        environment = Environment(path, folder / f"python{version}")
        environment.check_wheel(report, f"Python {version}", wheel, public_modules(archive))


def keep(report: Report, checked: Distributions, output: Path) -> None:
    """Copy the distributions to `output`, in place of earlier ones. Other files stay."""
    output.mkdir(parents=True, exist_ok=True)
    for earlier in (*output.glob("*.whl"), *output.glob("*.tar.gz")):
        earlier.unlink()
    for path in checked:
        shutil.copy2(path, output)
        report.note(
            f"{output.name}/{path.name}: sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}"
        )


if __name__ == "__main__":
    sys.exit(main())
