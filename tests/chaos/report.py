"""Report of metrics as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from tests.chaos.clients import CLIENTS
from tests.chaos.metric import Metric


def report(metrics: Mapping[str, Sequence[Metric]]) -> Table:
    """Return a table with one row for each metric, grouped by experiment."""
    table = Table(box=None, pad_edge=False)
    for title in ("experiment", "metric"):
        table.add_column(title, no_wrap=True)
    for title in ("limit", *CLIENTS):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("")
    for experiment, measured in metrics.items():
        for number, metric in enumerate(measured):
            table.add_row(
                experiment if number == 0 else "",
                metric.name,
                format_value(metric.limit, metric.unit),
                *(format_value(metric.values.get(mode), metric.unit) for mode in CLIENTS),
                "[green]ok" if metric.is_met else "[bold red]MISSED",
                metric.note,
                end_section=number == len(measured) - 1,
            )
    return table


def format_value(value: float | None, unit: str) -> str:
    """Return a value with its unit, or a dash for None."""
    if value is None:
        return "-"
    return f"{value:.2f} {unit}" if unit else f"{value:.0f}"
