"""Network guard of this suite (`memsy_forbid_network` in pyproject.toml)."""

from __future__ import annotations

import pytest

TEST_WITH_REAL_CLIENT = """
from memsy import EventPayload, MemsyClient
from transcript_worker.worker import TranscriptWorker


def test_without_the_fixture():
    with MemsyClient("https://memsy.invalid/v1", "msy_of_production") as memory:
        TranscriptWorker(memory).ingest([EventPayload("ann", "call-1", "user_message", "Hello?")])
"""


def test_network_access_fails_the_test(
    pytester: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    """The test fails although the worker catches the exception."""
    path = pytester.makepyfile(TEST_WITH_REAL_CLIENT)
    result = pytester.runpytest_subprocess("-c", str(pytestconfig.inipath), str(path))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*POST /ingest* memsy_client*"])
