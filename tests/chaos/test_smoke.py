"""Smoke test of `python -m tests.chaos`."""

from __future__ import annotations

import pytest

from tests.chaos.__main__ import main

pytestmark = pytest.mark.slow


@pytest.mark.covers("Q01")
def test_chaos_reports_retry_load_within_limits(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["retry_load"]) == 0
    assert capsys.readouterr().out.count(" ok") == 2
