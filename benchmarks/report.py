"""Results of a run as JSON, as Markdown and as text for the terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from attrs import frozen
from rich.console import Console
from rich.table import Table

from benchmarks.comparisons import Result

_COLUMNS = ("Comparison", "Times", "Value", "Range", "CPU time", "Goal", "Holds")


@frozen
class Report:
    """Results of all sections, and the circumstances of the run."""

    machine: Mapping[str, str]
    """Processor, Python, versions of the libraries, commit, date."""
    sets: int
    """Process sets; the value of a comparison is the median of their values."""
    sections: Mapping[str, Sequence[Result]]
    """Results by title of the section."""
    is_quick: bool = False

    def to_json(self) -> str:
        return json.dumps(attrs.asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Report:
        values: dict[str, Any] = json.loads(text)
        sections = {
            title: [Result(**result) for result in results]
            for title, results in values.pop("sections").items()
        }
        return cls(sections=sections, **values)


def print_report(report: Report, console: Console) -> None:
    """Print a table of all comparisons, and the number of goals that hold."""
    table = Table(box=None, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, no_wrap=column in ("Value", "Goal", "Holds"))
    for title, results in report.sections.items():
        table.add_row(f"[bold]{title}[/]")
        for result in results:
            style = "red" if result.holds is False or result.not_measured else None
            table.add_row(*_cells(result), style=style)
    console.print(table)
    console.print(summary(report))
    console.print("The profile in docs/performance.md says where the time of a missed goal goes.")


def summary(report: Report) -> str:
    """Return a sentence with the numbers of goals that hold, are missed and were not measured."""
    goals = [one for results in report.sections.values() for one in results if one.goal]
    held = sum(one.holds is True for one in goals)
    missed = sum(one.holds is False for one in goals)
    absent = f", {len(goals) - held - missed} not measured" if held + missed < len(goals) else ""
    return f"Goals: {held} hold, {missed} missed{absent}."


def markdown(report: Report) -> str:
    """Return one table for all sections, and lines about the run."""
    lines = [f"| {' | '.join(_COLUMNS)} |", f"|{'---|' * len(_COLUMNS)}"]
    for title, results in report.sections.items():
        lines.append(f"| **{title}** |{' |' * (len(_COLUMNS) - 1)}")
        lines += [f"| {' | '.join(_cells(result))} |" for result in results]
    kind = "a quick run" if report.is_quick else "a full run"
    machine = "; ".join(f"{name}: {value}" for name, value in report.machine.items())
    return "\n".join(
        [
            *lines,
            "",
            summary(report),
            f"Medians of {report.sets} process sets in {kind}. {machine}.",
        ]
    )


def _cells(result: Result) -> Sequence[str]:
    if result.value is None:
        return (
            *(result.title, "", f"not measured: {result.not_measured}", "", ""),
            *(result.goal or "", ""),
        )
    return (
        result.title,
        _times(result),
        f"{number(result.value)} {result.unit}",
        f"{number(result.lowest)} to {number(result.highest)}",
        "" if result.cpu is None else f"{number(result.cpu)} {result.unit}",
        result.goal or "",
        {True: "yes", False: "MISSED", None: ""}[result.holds],
    )


def _times(result: Result) -> str:
    times = ", ".join(f"{name} {duration(seconds)}" for name, seconds in result.contenders.items())
    if result.load_generator_share is None:
        return times
    return f"{times} (load generator busy {result.load_generator_share:.0%})"


def number(value: float | None) -> str:
    """Return a number with two or three significant digits, or in thousands."""
    if value is None:
        return ""
    return (
        f"{value:,.0f}"
        if abs(value) >= 100
        else f"{value:.1f}"
        if abs(value) >= 10
        else f"{value:.2f}"
    )


def duration(seconds: float) -> str:
    """Return a duration in a fitting unit."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1:
            return f"{number(seconds * factor)} {unit}"
    return f"{seconds * 1e9:.0f} ns"
