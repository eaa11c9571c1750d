"""The network guard is on in this suite (`memsy_forbid_network` in pyproject.toml)."""

from __future__ import annotations

import pytest

FORGETFUL = """
from fastapi.testclient import TestClient

from concierge.app import create_app
from memsy import AsyncMemsyClient


def test_that_forgot_its_fixture():
    memory = AsyncMemsyClient("https://memsy.invalid/v1", "msy_of_production")
    with TestClient(create_app(memory)) as browser:
        browser.get("/ready")
"""


def test_no_test_of_this_suite_reaches_the_network(
    pytester: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    """Even if the application takes what happens for a memory that does not answer."""
    path = pytester.makepyfile(FORGETFUL)
    ended = pytester.runpytest_subprocess("-c", str(pytestconfig.inipath), str(path))
    ended.assert_outcomes(failed=1)
    ended.stdout.fnmatch_lines(["*GET /health*async_memsy_client*"])
