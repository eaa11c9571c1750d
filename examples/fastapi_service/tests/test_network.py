"""Network guard of this suite (`memsy_forbid_network` in pyproject.toml)."""

from __future__ import annotations

import pytest

TEST_WITH_REAL_CLIENT = """
from fastapi.testclient import TestClient

from concierge.app import create_app
from memsy import AsyncMemsyClient


def test_without_the_fixture():
    memory = AsyncMemsyClient("https://memsy.invalid/v1", "msy_of_production")
    with TestClient(create_app(memory)) as http_client:
        http_client.get("/ready")
"""


def test_network_access_fails_the_test(
    pytester: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    """The test fails although the application catches the exception."""
    path = pytester.makepyfile(TEST_WITH_REAL_CLIENT)
    result = pytester.runpytest_subprocess("-c", str(pytestconfig.inipath), str(path))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*GET /health*async_memsy_client*"])
