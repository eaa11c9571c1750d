"""Smoke test of `python -m tests.chaos`."""

from __future__ import annotations

import pytest
from rich.console import Console

from tests.chaos.__main__ import main, measure

pytestmark = pytest.mark.slow


@pytest.mark.covers("Q01")
def test_chaos_reports_retry_load_within_limits(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["retry_load"]) == 0
    assert capsys.readouterr().out.count(" ok") == 2


def test_command_beside_a_figure_has_the_seed_of_the_run() -> None:
    measured = measure("cancellation", 7, Console(quiet=True))
    assert measured.command == "python -m tests.chaos cancellation --seed 7"
