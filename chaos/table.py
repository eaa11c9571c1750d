"""Figures, for a person to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

from chaos.clients import COLOURS
from chaos.figure import Figure


def table(figures: Mapping[str, Sequence[Figure]]) -> Table:
    """One row for each of *figures*, which are grouped by goal."""
    drawn = Table(box=None, pad_edge=False)
    for name in ("goal", "promise"):
        drawn.add_column(name, no_wrap=True)
    for name in ("at most", *COLOURS):
        drawn.add_column(name, justify="right", no_wrap=True)
    drawn.add_column("", no_wrap=True)
    drawn.add_column("")
    for goal, measured in figures.items():
        for number, figure in enumerate(measured):
            drawn.add_row(
                goal if number == 0 else "",
                figure.promise,
                _shown(figure.most, figure.unit),
                *(_shown(figure.measured.get(colour), figure.unit) for colour in COLOURS),
                "[green]ok" if figure.is_kept else "[bold red]MISSED",
                figure.note,
                end_section=number == len(measured) - 1,
            )
    return drawn


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{value:.2f} {unit}" if unit else f"{value:.0f}"
