"""Chart of a report as SVG: the time of one call, and the values beside their goals."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.comparisons import Result
from benchmarks.report import Report

_CALL_SECTIONS = ("Async calls", "Sync calls")
_COLORS = {True: "#2a7f62", False: "#c0392b"}
_CONTENDER_COLORS = {"memsy": "#2a6f97", "official SDK": "#bc6c25"}
_OTHER_COLOR = "#a3a3a3"
_WIDTH, _BAR_HEIGHT = 10, 0.3


def write_chart(report: Report, file: Path) -> None:
    """Write both parts of the chart to an SVG file."""
    calls = [
        (result, name)
        for title in _CALL_SECTIONS
        for result in report.sections.get(title, ())
        for name in result.contenders
        if result.holds is not None
    ]
    judged = [
        result
        for results in report.sections.values()
        for result in results
        if result.goal_share is not None
    ]
    # Text stays text, and equal reports give equal files.
    with mpl.rc_context({"font.size": 9, "svg.fonttype": "none", "svg.hashsalt": "memsy"}):
        rows = len(calls) + len(judged)
        figure = Figure(figsize=(_WIDTH, 2 + _BAR_HEIGHT * rows), layout="constrained")
        times, goals = figure.subplots(
            2, 1, height_ratios=[len(calls) + 2, len(judged) + 2], squeeze=True
        )
        _draw_times(times, calls)
        _draw_goals(goals, judged)
        figure.savefig(file, format="svg", metadata={"Date": None})


def _draw_times(axes: Axes, calls: list[tuple[Result, str]]) -> None:
    labels = [f"{result.title}: {name}" for result, name in calls]
    microseconds = [result.contenders[name] * 1e6 for result, name in calls]
    colors = [_CONTENDER_COLORS.get(name, _OTHER_COLOR) for _, name in calls]
    bars = axes.barh(range(len(calls)), microseconds, color=colors)
    axes.bar_label(bars, fmt="%.0f", padding=3)
    axes.set(title="Time of one call, microseconds")
    _label(axes, labels)


def _draw_goals(axes: Axes, judged: list[Result]) -> None:
    labels = [f"{result.title}: {result.goal}" for result in judged]
    shares = [result.goal_share or 0 for result in judged]
    bars = axes.barh(
        range(len(judged)), shares, color=[_COLORS[bool(result.holds)] for result in judged]
    )
    axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.axvline(1, color="black", linewidth=1)
    axes.set(title="Share of the goal: a goal holds up to 1")
    _label(axes, labels)


def _label(axes: Axes, labels: list[str]) -> None:
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.margins(x=0.1)
    axes.spines[["top", "right"]].set_visible(False)
