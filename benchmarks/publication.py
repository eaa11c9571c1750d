"""Files of a report: JSON, Markdown and charts, and their copies in the documentation."""

from __future__ import annotations

from pathlib import Path

from benchmarks.chart import write_charts
from benchmarks.pages import replace_figures
from benchmarks.report import Report, markdown


def write_results(report: Report, folder: Path) -> None:
    """Write the report to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "performance.json").write_text(report.to_json(), encoding="utf-8")
    (folder / "performance.md").write_text(markdown(report) + "\n", encoding="utf-8")
    write_charts(report, folder)


def publish(report: Report, docs: Path) -> None:
    """Write JSON and charts to the folder `docs`, and the table into its page."""
    replace_figures(docs / "performance.md", "make bench", markdown(report))
    (docs / "performance.json").write_text(report.to_json(), encoding="utf-8")
    write_charts(report, docs)
