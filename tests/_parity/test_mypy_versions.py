"""
The plugin on other versions of mypy, interpreted and compiled.

`make mypy-versions` creates the virtual environments, and lists their interpreters in the
environment variable `MEMSY_MYPY_PYTHONS`, relative to the repository.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests._parity.changes import CHANGES, MODULES, Change
from tests._parity.daemon import Daemon
from tests._parity.project import Project, run_mypy
from tests._parity.test_marks import COMPARED, ERRORS, find_errors, module_name

ROOT = Path(__file__).parent.parent.parent
# The paths are relative: that of the repository may have spaces.
PYTHONS = [str(ROOT / path) for path in os.environ.get("MEMSY_MYPY_PYTHONS", "").split()]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHONS, reason="`make mypy-versions` sets MEMSY_MYPY_PYTHONS"),
    pytest.mark.parametrize("python", PYTHONS),
]


def test_every_difference_is_reported(python: str, project: Project) -> None:
    """An unused `type: ignore` comment is an error of strict mypy."""
    configuration = ["--config-file", str(project.root / "mypy.ini"), "--no-error-summary"]
    arguments = [*configuration, "--cache-dir", str(project.cache), "tests/parity_drifts.py"]
    assert run_mypy(python, arguments, ROOT) == ("", "")


def test_every_mark_is_compared_or_reported(python: str, project: Project) -> None:
    reported = {module for module, _ in find_errors(project, python)}
    assert reported == {module_name(name) for name in (*COMPARED, *ERRORS)}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_change_is_reported_with_a_warm_cache(
    python: str, change: Change, project: Project
) -> None:
    project.write(**MODULES)
    assert not project.check(python=python)
    project.write(**change.apply())
    assert change.is_reported(project.check(python=python))


def test_change_is_reported_by_the_daemon(python: str, project: Project) -> None:
    with Daemon(project, python=python) as daemon:
        for change in CHANGES.values():
            project.write(**MODULES)
            assert not daemon.run()
            project.write(**change.apply())
            assert change.is_reported(daemon.run()), change


@pytest.fixture
def project(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, python: str) -> Project:
    cache = tmp_path_factory.getbasetemp() / f"mypy-{PYTHONS.index(python)}"
    return Project(tmp_path, cache)
