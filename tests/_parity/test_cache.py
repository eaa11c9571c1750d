"""Verdicts of mypy with a warm cache after changes in the modules of a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests._parity.changes import CHANGES, MODULES, Change
from tests._parity.project import Project

pytestmark = pytest.mark.slow

CACHES = {
    "default": [],
    "sqlite": ["--sqlite-cache"],
    "files": ["--no-sqlite-cache"],
    "json": ["--no-sqlite-cache", "--no-fixed-format-cache"],
    "sqlite json": ["--sqlite-cache", "--no-fixed-format-cache"],
    "fine-grained": ["--cache-fine-grained"],
    "any version": ["--skip-version-check"],
    "workers": ["--num-workers=2"],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("cache", CACHES)
def test_change_is_reported_with_a_warm_cache(
    change: Change, cache: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project = Project(tmp_path, tmp_path_factory.getbasetemp() / f"mypy-{cache}")
    project.write(**MODULES)
    assert not project.check(*CACHES[cache])
    project.write(**change.apply())
    assert change.is_reported(project.check(*CACHES[cache]))
    assert change.is_reported(project.check(*CACHES[cache]))
    project.write(**MODULES)
    assert not project.check(*CACHES[cache])
