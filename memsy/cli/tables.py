"""Terminal tables of the data plane, and the parts that the tables of all commands share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from memsy.cli.listing import FieldList, Listing
from memsy.cli.text import excerpt, format_time, sanitize
from memsy.models import (
    ActorResource,
    MemoryItemResource,
    MemoryScopeInfo,
    SearchResult,
    SourceEvent,
)

_MAX_STRENGTH = 5.0


def search_result_table(
    results: Sequence[SearchResult], query: str, *, with_ids: bool = True
) -> RenderableType:
    """Return a list of the results, with the words of `query` in bold."""
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
    records = [_search_result_record(result, query, with_ids=with_ids) for result in results]
    ids = [id_ for result in results for id_ in _search_result_ids(result, with_ids=with_ids)]
    return Listing(table, records, ids)


def _search_result_record(result: SearchResult, query: str, *, with_ids: bool) -> FieldList:
    return FieldList(
        [
            ("memory", excerpt(result.content, highlight=query)),
            ("score", f"{result.score:.2f}"),
            ("actor", _actor_id(result)),
            ("session", result.session_id),
            ("observed", format_time(result.observed_at)),
            *(("source", _source_event_line(event)) for event in result.source_events),
            ("id", result.id if with_ids else None),
        ]
    )


def _search_result_ids(result: SearchResult, *, with_ids: bool) -> list[str | None]:
    sources = [event.event_id for event in result.source_events]
    return [_actor_id(result), result.session_id, *sources, result.id if with_ids else None]


def _actor_id(result: SearchResult) -> str | None:
    actor_id = (result.metadata or {}).get("actor_id")
    return None if actor_id is None else str(actor_id)


def _search_result_cell(result: SearchResult, query: str, *, with_ids: bool) -> Text:
    lines = [excerpt(result.content, highlight=query)]
    lines += [dim_line([_actor_id(result), result.session_id, format_time(result.observed_at)])]
    lines += [_source_event_line(event) for event in result.source_events]
    lines += [dim_line([result.id])] if with_ids else []
    return Text("\n").join(lines)


def _source_event_line(event: SourceEvent) -> Text:
    prefix = f"from {sanitize(event.event_id)} ({sanitize(event.kind)}): "
    return Text.assemble(prefix, excerpt(event.content), style="dim")


def memory_table(items: Sequence[MemoryItemResource]) -> RenderableType:
    """Return a list with strength, type, text, scope, status, time and id of each memory."""
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
    ids = [id_ for item in items for id_ in (item.memory_id, *_scope_ids(item.scope))]
    return Listing(table, [_memory_record(item) for item in items], ids)


def _memory_record(item: MemoryItemResource) -> FieldList:
    return FieldList(
        [
            ("memory", excerpt(item.text)),
            ("strength", f"{item.strength:.2f}"),
            ("type", item.type),
            ("scope", describe_scope(item.scope)),
            ("status", item.status),
            ("observed", format_time(item.observed_at)),
            ("id", item.memory_id),
        ]
    )


def _scope_ids(scope: MemoryScopeInfo) -> list[str | None]:
    return [scope.actor_id, scope.role_id, scope.team_id]


def describe_scope(scope: MemoryScopeInfo) -> str:
    """Return a scope as text: `actor cdr`, `team t1` or `org`."""
    return " ".join(filter(None, [scope.level, scope.actor_id, scope.role_id, scope.team_id]))


def actor_table(items: Sequence[ActorResource]) -> RenderableType:
    """Return a list with memory counts, first and last memory of each actor."""
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
    return Listing(
        table, [_actor_record(item) for item in items], [item.actor_id for item in items]
    )


def _actor_record(item: ActorResource) -> FieldList:
    return FieldList(
        [
            ("actor", item.actor_id),
            ("memories", item.memory_count),
            ("active", item.active_memory_count),
            ("first memory", format_time(item.first_memory_at)),
            ("last memory", format_time(item.last_memory_at)),
        ]
    )


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
