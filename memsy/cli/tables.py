"""Terminal tables for 80 columns or more, and the parts that the tables of all commands share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from memsy.cli.text import excerpt, format_time, sanitize
from memsy.models import (
    ActorResource,
    MemoryItemResource,
    MemoryScopeInfo,
    SearchResult,
    SourceEvent,
)

_MAX_STRENGTH = 5.0


def field_table(fields: Iterable[tuple[str, object]]) -> Table:
    """Return a table of names and values, without the values that are None or empty."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in fields:
        if value not in (None, "", [], {}):
            table.add_row(Text(sanitize(name)), Text(sanitize(str(value))))
    return table


def search_result_table(
    results: Sequence[SearchResult], query: str, *, with_ids: bool = True
) -> RenderableType:
    """Return a table with a row for each result, and the words of `query` in bold."""
    if not results:
        return Text("Nothing found.", style="dim")
    table = empty_table()
    table.add_column("score", style="cyan", no_wrap=True)
    table.add_column(width=8)
    table.add_column("memory", overflow="fold", ratio=1)
    for result in results:
        table.add_row(
            f"{result.score:.2f}",
            ProgressBar(total=1.0, completed=result.score, complete_style="cyan"),
            _search_result_cell(result, query, with_ids=with_ids),
        )
    return table


def _search_result_cell(result: SearchResult, query: str, *, with_ids: bool) -> Text:
    actor = (result.metadata or {}).get("actor_id")
    lines = [excerpt(result.content, highlight=query)]
    lines += [dim_line([actor, result.session_id, format_time(result.observed_at)])]
    lines += [_source_event_line(event) for event in result.source_events]
    lines += [dim_line([result.id])] if with_ids else []
    return Text("\n").join(lines)


def _source_event_line(event: SourceEvent) -> Text:
    prefix = f"from {sanitize(event.event_id)} ({sanitize(event.kind)}): "
    return Text.assemble(prefix, excerpt(event.content), style="dim")


def memory_table(items: Sequence[MemoryItemResource]) -> RenderableType:
    """Return a table with strength, type, text, scope, status, time and id of each memory."""
    if not items:
        return Text("No memories.", style="dim")
    table = empty_table()
    table.add_column("strength", style="cyan", no_wrap=True)
    table.add_column(width=8)
    table.add_column("type", no_wrap=True)
    table.add_column("memory", overflow="fold", ratio=1)
    for item in items:
        details = [
            describe_scope(item.scope),
            item.status,
            format_time(item.observed_at),
            item.memory_id,
        ]
        table.add_row(
            f"{item.strength:.2f}",
            ProgressBar(total=_MAX_STRENGTH, completed=item.strength, complete_style="cyan"),
            Text(sanitize(item.type)),
            Text("\n").join([excerpt(item.text), dim_line(details)]),
        )
    return table


def describe_scope(scope: MemoryScopeInfo) -> str:
    """Return a scope as text: `actor cdr`, `team t1` or `org`."""
    return " ".join(filter(None, [scope.level, scope.actor_id, scope.role_id, scope.team_id]))


def actor_table(items: Sequence[ActorResource]) -> RenderableType:
    """Return a table with memory counts, first and last memory of each actor."""
    if not items:
        return Text("No actors.", style="dim")
    table = empty_table()
    table.add_column("actor", overflow="fold", ratio=1)
    table.add_column("memories", justify="right", style="cyan")
    table.add_column("active", justify="right")
    table.add_column("first memory", no_wrap=True)
    table.add_column("last memory", no_wrap=True)
    for item in items:
        table.add_row(
            Text(sanitize(item.actor_id)),
            f"{item.memory_count}",
            f"{item.active_memory_count}",
            Text(format_time(item.first_memory_at)),
            Text(format_time(item.last_memory_at)),
        )
    return table


def page_range(offset: int, count: int, total: int) -> Text:
    """Return the position of a page in its list: `1 to 50 of 322`, or `none of 0`."""
    position = f"{offset + 1} to {offset + count}" if count else "none"
    return Text(f"{position} of {total}", style="dim")


def empty_table() -> Table:
    """Return a table without columns, in the style that all commands share."""
    return Table(
        box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, show_edge=False, expand=True
    )


def dim_line(parts: Iterable[object]) -> Text:
    """Join the parts that are not empty into one dim line."""
    return Text(" · ".join(sanitize(str(part)) for part in parts if part), style="dim")
