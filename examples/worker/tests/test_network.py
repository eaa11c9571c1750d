"""The network guard is on in this suite (`memsy_forbid_network` in pyproject.toml)."""

from __future__ import annotations

import pytest

FORGETFUL = """
from memsy import EventPayload, MemsyClient
from scribe.work import Scribe


def test_that_forgot_its_fixture():
    with MemsyClient("https://memsy.invalid/v1", "msy_of_production") as memory:
        Scribe(memory).write([EventPayload("ann", "call-1", "user_message", "Hello?")])
"""


def test_no_test_of_this_suite_reaches_the_network(
    pytester: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    """Even if the scribe takes what happens for a memory that does not answer."""
    path = pytester.makepyfile(FORGETFUL)
    ended = pytester.runpytest_subprocess("-c", str(pytestconfig.inipath), str(path))
    ended.assert_outcomes(failed=1)
    ended.stdout.fnmatch_lines(["*POST /ingest* memsy_client*"])
