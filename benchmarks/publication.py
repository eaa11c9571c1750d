"""Files of a report: JSON, Markdown and chart, and their copies in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.chart import write_chart
from benchmarks.report import Report, markdown

_FIGURES = re.compile(
    r"(<!-- figures of make bench -->\n).*(\n<!-- end of the figures -->)", re.DOTALL
)


def write_results(report: Report, folder: Path) -> None:
    """Write the report to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "performance.json").write_text(report.to_json(), encoding="utf-8")
    (folder / "performance.md").write_text(markdown(report) + "\n", encoding="utf-8")
    write_chart(report, folder / "performance.svg")


def publish(report: Report, docs: Path) -> None:
    """Write JSON and chart to the folder `docs`, and the table into its page."""
    page = docs / "performance.md"
    text, count = _FIGURES.subn(
        lambda match: match[1] + markdown(report) + match[2], page.read_text(encoding="utf-8")
    )
    if count != 1:
        raise ValueError(f"{page} must have one pair of markers for the figures, got {count}")
    page.write_text(text, encoding="utf-8")
    (docs / "performance.json").write_text(report.to_json(), encoding="utf-8")
    write_chart(report, docs / "performance.svg")
