"""Published measurements: the page shows the JSON, and a new measurement replaces the old one."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

import pytest

from benchmarks.pages import figures_of, replace_figures
from tests.chaos.__main__ import EXPERIMENTS
from tests.chaos.metric import ASYNC, SYNC, Metric
from tests.chaos.publication import (
    COMMAND,
    DOCS,
    Measurement,
    markdown,
    publish,
    read,
    summary_of,
)
from tests.fuzz.targets import TARGETS

KNOWN = {*EXPERIMENTS, *(f"fuzz_{target}" for target in TARGETS)}


def measurement(value: float) -> Measurement:
    metrics = [
        Metric("events lost", 0, {SYNC: value, ASYNC: 0}, note="of 10 events"),
        Metric("overrun", 0.25, {ASYNC: 0.125}, "s"),
    ]
    return Measurement.now("python -m tests.chaos one", "One experiment.", 61.7, metrics)


def test_page_of_the_repository_shows_the_published_figures() -> None:
    measured = read(DOCS)
    assert figures_of(DOCS / "reliability.md", COMMAND) == markdown(measured)


def test_page_has_each_experiment_and_each_fuzz_target() -> None:
    assert read(DOCS).keys() == KNOWN


def test_new_measurement_replaces_the_old_one_and_keeps_others(tmp_path: Path) -> None:
    copy(DOCS / "reliability.md", tmp_path)
    publish({"one": measurement(3), "two": measurement(0)}, tmp_path)
    publish({"one": measurement(0)}, tmp_path)
    measured = read(tmp_path)
    assert {name: one.met for name, one in measured.items()} == {"one": 2, "two": 2}
    assert figures_of(tmp_path / "reliability.md", COMMAND) == markdown(measured)


def test_tables_have_limits_values_notes_and_missed_metrics() -> None:
    lines = markdown({"one": measurement(3)}).splitlines()
    assert "| 1 of 2 | 62 s |" in lines[2]
    assert lines[-2:] == [
        "| events lost | 0 | 3 | 0 | **MISSED** of 10 events |",
        "| overrun | 0.25 s | - | 0.12 s |  |",
    ]


def test_summary_is_the_first_paragraph_on_one_line() -> None:
    assert summary_of(summary_of) == "Return the first paragraph of a docstring on one line."


def test_page_without_markers_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n")
    with pytest.raises(ValueError, match="markers for the figures of make chaos, got 0"):
        replace_figures(page, COMMAND, "")
    with pytest.raises(ValueError, match="markers for the figures of make chaos"):
        figures_of(page, COMMAND)
