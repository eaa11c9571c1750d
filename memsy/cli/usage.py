"""`memsy usage`: what the organisation used of its plan, and when."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.text import Text

from memsy import (
    DimensionUsage,
    MemsyControlClient,
    UsageSummaryResponse,
    UsageTimeseriesResponse,
)
from memsy.cli import tables
from memsy.cli.options import ApiKey, AsJson, ControlUrl
from memsy.cli.output import emit
from memsy.cli.text import moment, printable

_BAR = 16


def usage(
    is_daily: Annotated[
        bool | None,
        typer.Option("--daily/--hourly", help="Day by day, or hour by hour.", show_default=False),
    ] = None,
    dimension: Annotated[
        str | None,
        typer.Option(help="Only this, over time: api_calls, events_ingested, search_queries, ..."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day: 2026-01-31.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last day, which is included.")
    ] = None,
    as_json: AsJson = False,
    base_url: ControlUrl = None,
    api_key: ApiKey = None,
) -> None:
    """
    Show what was used of the plan in this billing period.

    With --daily or --hourly, show when it was used; with --dimension, --from or --to, only that
    part, daily unless told otherwise.
    """
    with MemsyControlClient(base_url, api_key) as client:
        if is_daily is None and not (dimension or since or until):
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
    """A row for each dimension, under the plan and its period."""
    period = f"{moment(summary.period_start)} to {moment(summary.period_end)}"
    table = tables.empty()
    table.add_column("dimension", overflow="fold", ratio=1)
    table.add_column("used", justify="right", style="cyan", no_wrap=True)
    table.add_column("of", justify="right", no_wrap=True)
    table.add_column("%", justify="right", no_wrap=True)
    table.add_column(width=_BAR)
    for one in summary.dimensions:
        table.add_row(_dimension(one), f"{one.used:,}", *_share(one))
    return Group(tables.facts([("plan", summary.tier), ("period", period)]), "", table)


def _dimension(one: DimensionUsage) -> Text:
    lines = [Text(printable(one.dimension))]
    if one.overage_rate is not None:
        lines.append(tables.aside([f"{one.overage_rate:g} for each above"]))
    return Text("\n").join(lines)


def _share(one: DimensionUsage) -> tuple[RenderableType, ...]:
    if one.limit is None:
        return ("no limit", "", "")
    # Rounded down, so that 100 is said of what is used up alone; of nothing, everything is.
    percent = 100 * one.used // one.limit if one.limit else 100
    style = "red" if percent >= 100 else "cyan"
    bar = ProgressBar(total=100, completed=percent, complete_style=style, finished_style=style)
    return (f"{one.limit:,}", f"{percent}", bar)


def view_series(series: UsageTimeseriesResponse) -> RenderableType:
    """A row for each point; the bars of one dimension compare with each other."""
    if not series.data:
        return Text("Nothing was used.", style="dim")
    most = defaultdict[str, int](int)
    for point in series.data:
        most[point.dimension] = max(most[point.dimension], point.quantity)
    table = tables.empty()
    table.add_column("day" if series.granularity == "daily" else "hour", no_wrap=True)
    table.add_column("dimension", overflow="fold", ratio=1)
    table.add_column("used", justify="right", style="cyan", no_wrap=True)
    table.add_column(width=_BAR)
    before = None
    for point in series.data:
        table.add_row(
            "" if point.date == before else moment(point.date),
            Text(printable(point.dimension)),
            f"{point.quantity:,}",
            ProgressBar(
                total=max(most[point.dimension], 1),
                completed=point.quantity,
                complete_style="cyan",
                finished_style="cyan",
            ),
        )
        before = point.date
    return table
