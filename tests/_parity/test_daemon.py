"""Verdicts of a real mypy daemon after changes in the modules of a project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests._parity.changes import CHANGES, MODULES, Change
from tests._parity.daemon import Daemon
from tests._parity.project import CONFIGURATION, Project

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """Daemon that runs during all tests of this module."""
    project = Project(tmp_path_factory.mktemp("daemon"), tmp_path_factory.mktemp("cache"))
    with Daemon(project) as daemon:
        yield daemon


@pytest.fixture
def daemon(running: Daemon) -> Daemon:
    """Daemon with a project without errors."""
    running.project.write(**MODULES)
    assert not running.run()
    return running


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_change_is_reported_until_it_is_reverted(change: Change, daemon: Daemon) -> None:
    for _ in range(2):
        daemon.project.write(**change.apply())
        assert change.is_reported(daemon.run())
        daemon.project.write(**MODULES)
        assert not daemon.run()


def test_base_of_another_module_is_watched(daemon: Daemon) -> None:
    """The module of the new base did not exist when the marked class was checked."""
    daemon.project.write(new_bases=MODULES["bases"])
    daemon.project.write(package=MODULES["package"].replace("from bases", "from new_bases"))
    assert not daemon.run()
    daemon.project.write(new_bases=MODULES["bases"].replace("10", "11"))
    assert '"clear"' in daemon.run()
    daemon.project.write(package=MODULES["package"])
    assert not daemon.run()
    (daemon.project.root / "new_bases.py").unlink()
    assert not daemon.run()


def test_module_that_is_deleted_and_restored(daemon: Daemon) -> None:
    (daemon.project.root / "bases.py").unlink()
    assert '"clear"' in daemon.run()
    daemon.project.write(bases=MODULES["bases"])
    assert not daemon.run()
    daemon.project.write(bases=MODULES["bases"].replace("10", "11"))
    assert '"clear"' in daemon.run()


def test_recheck_reports_a_change(daemon: Daemon) -> None:
    daemon.project.write(bases=MODULES["bases"].replace("10", "11"))
    assert '"clear"' in daemon.call("recheck")
    daemon.project.write(bases=MODULES["bases"])
    assert not daemon.call("recheck")


def test_recheck_of_named_files_reports_a_change(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The daemon accepts names only if it does not follow imports."""
    configuration = CONFIGURATION + (
        "follow_imports = error\ndisable_error_code = misc, no-any-unimported\n"
        "[mypy-memsy.*,attr.*,attrs.*,typing_extensions]\nfollow_imports = normal\n"
    )
    project = Project(tmp_path, tmp_path_factory.mktemp("cache"), configuration)
    project.write(**MODULES)
    with Daemon(project) as daemon:
        assert not daemon.run()
        project.write(bases=MODULES["bases"].replace("10", "11"))
        assert '"clear"' in daemon.call("recheck", "--update", "bases.py")
        project.write(bases=MODULES["bases"])
        assert not daemon.call("recheck", "--update", "bases.py")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("cache_format", ["--sqlite-cache", "--no-sqlite-cache"])
def test_daemon_that_starts_from_a_cache_reports_a_change(
    change: Change, cache_format: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = tmp_path_factory.getbasetemp() / f"mypy-daemon{cache_format}"
    project = Project(tmp_path, cache)
    project.write(**MODULES)
    assert not project.check("--cache-fine-grained", cache_format)
    project.write(**change.apply())
    with Daemon(project, "--use-fine-grained-cache", cache_format) as daemon:
        assert change.is_reported(daemon.run())
        project.write(**MODULES)
        assert not daemon.run()
