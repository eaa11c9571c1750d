"""Configuration of the test suite: hypothesis profiles, signals, report header."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path

import hypothesis
import pytest

pytest_plugins = ["pytester"]


# No deadline: a busy machine must not fail a test. CI runs more examples than a developer.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=25)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=100)
hypothesis.settings.load_profile("thorough" if os.environ.get("CI") else "quick")


# A shell starts background processes with SIGINT ignored, and child processes inherit it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def symlinks(tmp_path: Path) -> None:
    """Skip the test if this user may not create symbolic links, as by default on Windows."""
    link = tmp_path / "symlink"
    try:
        link.symlink_to(tmp_path)
    except OSError as error:
        pytest.skip(f"this user may not create symbolic links: {error.strerror}")
    link.unlink()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With typeguard or beartype, deselect the tests that pass values of wrong types."""
    if config.getoption("typeguard_packages", None) or config.pluginmanager.has_plugin(
        "tests.support.beartype_plugin"
    ):
        excluded = [item for item in items if item.get_closest_marker("wrong_types")]
        items[:] = [item for item in items if item not in excluded]
        config.hook.pytest_deselected(items=excluded)


def pytest_collection_finish() -> None:
    """Leave the thousands of collected tests out of each later garbage collection."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> str | None:
    """Warn if the environment selects a live service for the contract tests."""
    # A lazy import: pytest must first rewrite the asserts of this module.
    from tests.support.contract_subjects import SUBJECTS, live

    if live in SUBJECTS:
        url = os.environ["MEMSY_BASE_URL"]
        return f"memsy: the contract tests also run on {url} and write data there"
    return None
