"""Report: the table with missed goals and rows that were not measured, JSON, Markdown, chart."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from shutil import copy

import pytest
from rich.console import Console

from benchmarks.__main__ import ROOT
from benchmarks.chart import CHARTS
from benchmarks.comparisons import Result
from benchmarks.pages import figures_of
from benchmarks.publication import publish, write_results
from benchmarks.report import Report, duration, markdown, number, print_report, summary

HELD = Result(
    "search over urllib3",
    *("x", "<= 1.25", 1.2, 1.1, 1.3, 1.22),
    holds=True,
    goal_share=0.96,
    contenders={"memsy": 0.000_502, "urllib3": 0.000_371},
)
MISSED = Result(
    "official SDK over memsy",
    *("x", ">= 8", 6.1, 5.9, 6.3),
    holds=False,
    goal_share=8 / 6.1,
    contenders={"official SDK": 0.001_923, "memsy": 0.000_289},
)
ABSENT = Result(
    "ingest over the baseline", "x", "<= 0.7", not_measured="the history lacks commit 0de41ba"
)
WITHOUT_GOAL = Result("both with uvloop", "x", None, 2.0, 2.0, 2.0, contenders={"memsy": 1.5})
REPORT = Report(
    {"commit": "abc", "static server": "nginx"},
    5,
    {"Async calls": [HELD, MISSED], "Fakes": [ABSENT, WITHOUT_GOAL]},
)


def printed(report: Report) -> list[str]:
    output = StringIO()
    print_report(report, Console(file=output, width=200))
    return [" ".join(line.split()) for line in output.getvalue().splitlines()]


def test_every_goal_is_printed_and_whether_it_holds() -> None:
    lines = printed(REPORT)
    assert (
        "search over urllib3 memsy 502 us, urllib3 371 us 1.20 x 1.10 to 1.30 1.22 x <= 1.25 yes"
        in lines
    )
    assert (
        "official SDK over memsy official SDK 1.92 ms, memsy 289 us 6.10 x 5.90 to 6.30 >= 8 MISSED"
        in lines
    )
    assert "ingest over the baseline not measured: the history lacks commit 0de41ba <= 0.7" in lines
    assert "both with uvloop memsy 1.50 s 2.00 x 2.00 to 2.00" in lines
    assert lines[-2:] == [
        "Goals: 1 hold, 1 missed, 1 not measured.",
        "The profile in docs/performance.md says where the time of a missed goal goes.",
    ]


def test_summary_without_missing_rows_counts_goals_only() -> None:
    report = Report({}, 5, {"Calls": [HELD, MISSED, WITHOUT_GOAL]})
    assert summary(report) == "Goals: 1 hold, 1 missed."


def test_json_reads_back_as_the_same_report() -> None:
    assert Report.from_json(REPORT.to_json()) == REPORT


def test_markdown_is_one_table_and_the_circumstances() -> None:
    lines = markdown(REPORT).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert {line.count("|") for line in table} == {8}
    assert len(table) == 2 + 2 + 4
    assert lines[-1] == (
        "Medians of 5 process sets in a full run. commit: abc; static server: nginx."
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(9.1, "9.10 s"), (0.0123, "12.3 ms"), (0.000_502, "502 us"), (4e-7, "400 ns")],
)
def test_duration_has_a_fitting_unit(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_number_has_three_digits_or_thousands() -> None:
    assert [number(value) for value in (1.234, 12.34, 12_345.6)] == ["1.23", "12.3", "12,346"]


def test_share_of_the_load_generator_is_printed() -> None:
    rate = Result("events", "/s", None, 2.0, 2.0, 2.0, None, 0.41, contenders={"an event": 0.5})
    (line,) = (line for line in printed(Report({}, 5, {"S": [rate]})) if "events" in line)
    assert "an event 500 ms (load generator busy 41%)" in line


def test_results_are_files(tmp_path: Path) -> None:
    write_results(REPORT, tmp_path / "results")
    files = {path.name: path.read_text() for path in (tmp_path / "results").iterdir()}
    assert Report.from_json(files["performance.json"]) == REPORT
    assert files["performance.md"] == markdown(REPORT) + "\n"
    for text in ("Share of the goal", ">official SDK over memsy<", ">1.31 (goal &gt;= 8 x)<"):
        assert text in files["performance-goals-clients.svg"]
    for text in ("Async calls", "official SDK over memsy: official SDK", ">1,923<"):
        assert text in files["performance-async.svg"]


def test_equal_reports_have_equal_charts(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_results(REPORT, tmp_path / name)
    for chart in CHARTS:
        first, second = ((tmp_path / name / chart).read_bytes() for name in ("a", "b"))
        assert first == second


def test_page_shows_each_chart_and_the_published_figures() -> None:
    docs = ROOT / "docs"
    page = (docs / "performance.md").read_text(encoding="utf-8")
    published = Report.from_json((docs / "performance.json").read_text(encoding="utf-8"))
    assert figures_of(docs / "performance.md", "make bench") == markdown(published)
    for chart in CHARTS:
        assert f"]({chart})" in page
        assert (docs / chart).exists()


def test_charts_fit_on_a_phone(tmp_path: Path) -> None:
    write_results(REPORT, tmp_path)
    for chart in CHARTS:
        (width,) = re.findall(r'<svg [^>]*width="([\d.]+)pt"', (tmp_path / chart).read_text())
        assert float(width) * 96 / 72 <= 390


def test_published_figures_replace_those_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    start, end = "<!-- figures of make bench -->\n", "\n<!-- end of the figures -->\n"
    page.write_text(f"# Performance\n\n{start}old{end}\nText.\n")
    publish(REPORT, tmp_path)
    assert page.read_text() == f"# Performance\n\n{start}{markdown(REPORT)}{end}\nText.\n"
    assert Report.from_json((tmp_path / "performance.json").read_text()) == REPORT
    assert {*CHARTS} <= {path.name for path in tmp_path.iterdir()}


def test_page_of_the_repository_takes_the_figures(tmp_path: Path) -> None:
    copy(ROOT / "docs" / "performance.md", tmp_path)
    publish(REPORT, tmp_path)
    assert markdown(REPORT) in (tmp_path / "performance.md").read_text(encoding="utf-8")


def test_page_without_markers_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "performance.md").write_text("# Performance\n")
    with pytest.raises(ValueError, match="one pair of markers"):
        publish(REPORT, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["performance.md"]
