"""Command `memsy usage`: usage of this billing period by dimension, or over time."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.text import Text

from memsy import (
    DimensionUsage,
    UsageDimension,
    UsageSummaryResponse,
    UsageTimeseriesResponse,
)
from memsy.cli import tables
from memsy.cli.connection import Connection
from memsy.cli.listing import FieldList, Listing
from memsy.cli.options import AsJson, any_of, word
from memsy.cli.output import emit
from memsy.cli.text import format_time, sanitize

_BAR_WIDTH = 16


def usage(
    connection: Connection,
    is_daily: Annotated[
        bool | None,
        typer.Option(
            "--daily/--hourly", help="Show the usage of each day or hour.", show_default=False
        ),
    ] = None,
    dimension: Annotated[
        str | None,
        word(UsageDimension, f"Show only this dimension over time: {any_of(UsageDimension)}."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="First day, included, such as 2026-01-31."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Last day, included.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """
    Show the usage of the plan in this billing period.

    Any of --daily, --hourly, --dimension, --from and --to shows the usage over time instead, by
    day unless --hourly is given.
    """
    with connection.control_client() as client:
        if all(value is None for value in (is_daily, dimension, since, until)):
            emit(client.usage.summary(), view_summary, as_json=as_json)
            return
        series = client.usage.timeseries(
            dimension=dimension,
            granularity="hourly" if is_daily is False else "daily",
            period_start=since,
            period_end=until,
        )
    emit(series, view_series, as_json=as_json)


def view_summary(summary: UsageSummaryResponse) -> RenderableType:
    """Return the plan, its period, and a table with a row for each dimension."""
    period = f"{format_time(summary.period_start)} to {format_time(summary.period_end)}"
    table = tables.empty_table()
    table.add_column("dimension", overflow="fold", ratio=1)
    table.add_column("used", justify="right", style="cyan", no_wrap=True)
    table.add_column("of", justify="right", no_wrap=True)
    table.add_column("%", justify="right", no_wrap=True)
    table.add_column(width=_BAR_WIDTH)
    for usage in summary.dimensions:
        table.add_row(_dimension_cell(usage), f"{usage.used:,}", *_limit_cells(usage))
    records = [_dimension_record(usage) for usage in summary.dimensions]
    dimensions = Listing(table, records, [usage.dimension for usage in summary.dimensions])
    return Group(FieldList([("plan", summary.tier), ("period", period)]), "", dimensions)


def _dimension_record(usage: DimensionUsage) -> FieldList:
    return FieldList(
        [
            ("dimension", usage.dimension),
            ("used", f"{usage.used:,}"),
            ("of", "no limit" if usage.limit is None else f"{usage.limit:,}"),
            ("overage", usage.overage_rate and f"{usage.overage_rate:g} for each further unit"),
        ]
    )


def _dimension_cell(usage: DimensionUsage) -> Text:
    lines = [Text(sanitize(usage.dimension))]
    if usage.overage_rate is not None:
        lines.append(tables.dim_line([f"{usage.overage_rate:g} for each unit above the limit"]))
    return Text("\n").join(lines)


def _limit_cells(usage: DimensionUsage) -> tuple[RenderableType, ...]:
    if usage.limit is None:
        return ("no limit", "", "")
    # Round down, so that 100 means that the limit is reached. A limit of 0 is always reached.
    percent = 100 * usage.used // usage.limit if usage.limit else 100
    style = "red" if percent >= 100 else "cyan"
    bar = ProgressBar(total=100, completed=percent, complete_style=style, finished_style=style)
    return (f"{usage.limit:,}", f"{percent}", bar)


def view_series(series: UsageTimeseriesResponse) -> RenderableType:
    """Return a table with a row for each point, and bars relative to each dimension's maximum."""
    if not series.data:
        return Text("No usage.", style="dim")
    maxima = defaultdict[str, int](int)
    for point in series.data:
        maxima[point.dimension] = max(maxima[point.dimension], point.quantity)
    table = tables.empty_table()
    table.add_column("day" if series.granularity == "daily" else "hour", no_wrap=True)
    table.add_column("dimension", overflow="fold", ratio=1)
    table.add_column("used", justify="right", style="cyan", no_wrap=True)
    table.add_column(width=_BAR_WIDTH)
    previous_date = None
    for point in series.data:
        table.add_row(
            Text("" if point.date == previous_date else format_time(point.date)),
            Text(sanitize(point.dimension)),
            f"{point.quantity:,}",
            ProgressBar(
                total=max(maxima[point.dimension], 1),
                completed=point.quantity,
                complete_style="cyan",
                finished_style="cyan",
            ),
        )
        previous_date = point.date
    records = [
        FieldList(
            [
                ("time", format_time(point.date)),
                ("dimension", point.dimension),
                ("used", f"{point.quantity:,}"),
            ]
        )
        for point in series.data
    ]
    return Listing(table, records, [point.dimension for point in series.data])
