"""Who reads the table knows what was missed."""

from __future__ import annotations

import pytest
from rich.console import Console

from chaos.__main__ import main
from chaos.figure import AWAITING, BLOCKING, Figure
from chaos.table import table


def drawn(*figures: Figure) -> str:
    console = Console(width=120)
    with console.capture() as captured:
        console.print(table({"tea": figures}))
    return captured.get()


def test_a_promise_is_kept_if_every_client_keeps_it() -> None:
    kept = Figure("lost", 1, {BLOCKING: 0, AWAITING: 1})
    missed = Figure("lost", 1, {BLOCKING: 2, AWAITING: 0})
    assert kept.is_kept
    assert not missed.is_kept
    assert "ok" in drawn(kept)
    assert "MISSED" in drawn(missed)


def test_what_was_not_measured_is_not_kept() -> None:
    assert not Figure("lost", 1, {}).is_kept


def test_a_figure_is_shown_with_its_bound_and_unit() -> None:
    shown = drawn(Figure("late", 0.25, {BLOCKING: 0.13}, "s", "so far")).split("\n")[1]
    assert shown.split() == ["tea", "late", "0.25", "s", "0.13", "s", "-", "ok", "so", "far"]


@pytest.mark.proves("Q01")
def test_a_dead_service_is_not_stormed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outage"]) == 0
    assert capsys.readouterr().out.count(" ok") == 2


def test_what_is_no_goal_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["outage", "nonsense"])
    assert "no such goal: nonsense" in capsys.readouterr().err
