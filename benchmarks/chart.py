"""
Charts of a report as SVG, in the width of a phone: times of calls, and values beside their goals.

Each label stands above its bar, so that a chart is readable at 390 pixels without zoom.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib as mpl
from attrs import frozen
from matplotlib.figure import Figure

from benchmarks.comparisons import Result
from benchmarks.report import Report

CHARTS = (
    *("performance-async.svg", "performance-sync.svg"),
    *("performance-goals-clients.svg", "performance-goals-services.svg"),
)
"""Names of the files."""

_CLIENT_SECTIONS = ("Async calls", "Sync calls", "Models", "Start of a process")
_HELD, _MISSED = "#2a7f62", "#c0392b"
_CONTENDER_COLORS = {"memsy": "#2a6f97", "official SDK": "#bc6c25"}
_OTHER_COLOR = "#a3a3a3"
_WIDTH, _ROW_HEIGHT, _BAR_HEIGHT = 4.0, 0.42, 0.42
"""Inches of the figure and of a row, and the height of a bar as a share of its row."""


@frozen
class Bar:
    """One bar with its label."""

    label: str
    length: float
    color: str
    text: str


def write_charts(report: Report, folder: Path) -> None:
    """Write the charts of a report into `folder`."""
    goals = {
        title: [result for result in results if result.goal_share is not None]
        for title, results in report.sections.items()
    }
    clients = [one for title, some in goals.items() if title in _CLIENT_SECTIONS for one in some]
    services = [
        one for title, some in goals.items() if title not in _CLIENT_SECTIONS for one in some
    ]
    times = "Time of one call in microseconds"
    share = "Share of the goal: up to 1, the goal holds"
    charts = (
        (f"Async calls\n{times}", _times(report.sections.get("Async calls", ()))),
        (f"Sync calls\n{times}", _times(report.sections.get("Sync calls", ()))),
        (f"Clients\n{share}", _shares(clients)),
        (f"Fakes, command line and local service\n{share}", _shares(services)),
    )
    for name, (title, bars) in zip(CHARTS, charts, strict=True):
        _draw(folder / name, title, list(bars), limit=1.0 if "goals" in name else None)


def _times(results: Iterable[Result]) -> Iterable[Bar]:
    """Return one bar for each contender of a subject, such as a search with 16 in flight."""
    by_subject: dict[str, dict[str, float]] = {}
    for result in results:
        if result.goal is not None:
            by_subject.setdefault(_subject(result.title), {}).update(result.contenders)
    for subject, contenders in by_subject.items():
        for contender, seconds in contenders.items():
            color = _CONTENDER_COLORS.get(contender, _OTHER_COLOR)
            yield Bar(f"{subject}: {contender}", seconds * 1e6, color, f"{seconds * 1e6:,.0f}")


def _subject(title: str) -> str:
    """Return the part of a title before its contenders."""
    for separator in (", over ", ", official SDK", ", requests.Session", " over urllib3"):
        title = title.partition(separator)[0]
    return title


def _shares(results: Iterable[Result]) -> Iterable[Bar]:
    for result in results:
        share = result.goal_share or 0.0
        color = _HELD if result.holds else _MISSED
        yield Bar(result.title, share, color, f"{share:.2f} (goal {result.goal} {result.unit})")


def _draw(file: Path, title: str, bars: Sequence[Bar], limit: float | None) -> None:
    """Write bars to a file. Text stays text, and equal reports give equal files."""
    with mpl.rc_context({"font.size": 8, "svg.fonttype": "none", "svg.hashsalt": "memsy"}):
        figure = Figure(figsize=(_WIDTH, 0.9 + _ROW_HEIGHT * len(bars)), layout="constrained")
        axes = figure.subplots()
        places = range(len(bars))
        drawn = axes.barh(
            places,
            [bar.length for bar in bars],
            height=_BAR_HEIGHT,
            color=[bar.color for bar in bars],
        )
        axes.bar_label(drawn, [bar.text for bar in bars], padding=3)
        for place, bar in zip(places, bars, strict=True):
            label = axes.annotate(
                bar.label,
                (0, place),
                xytext=(0, 7),
                textcoords="offset points",
                verticalalignment="bottom",
            )
            label.set_in_layout(False)  # a long label must not make the bars narrow
        if limit is not None:
            axes.axvline(limit, color="0.7", linewidth=1, zorder=0)
        axes.set_title(title, loc="left", fontsize=9)
        axes.set_ylim(len(bars) - 0.5, -0.9)
        axes.set_yticks([])
        axes.margins(x=0.15 if limit is None else 0.5)
        axes.spines[["top", "right", "left"]].set_visible(False)
        figure.savefig(file, format="svg", metadata={"Date": None})
