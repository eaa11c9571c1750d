"""How what the service knows looks on a terminal of 80 columns or more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from memsy.cli.text import excerpt, moment, printable
from memsy.models import (
    ActorResource,
    MemoryItemResource,
    MemoryScopeInfo,
    SearchResult,
    SourceEvent,
)

_STRONGEST = 5.0


def facts(known: Iterable[tuple[str, object]]) -> Table:
    """What is known of one thing, a line each; what is None, empty or blank is left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in known:
        if value not in (None, "", [], {}):
            grid.add_row(name, Text(printable(str(value))))
    return grid


def results(found: Sequence[SearchResult], query: str, *, with_ids: bool = True) -> RenderableType:
    """What a search found, best first, with the words of *query* in bold."""
    if not found:
        return Text("Nothing found.", style="dim")
    table = empty()
    table.add_column("score", style="cyan", no_wrap=True)
    table.add_column(width=8)
    table.add_column("memory", overflow="fold", ratio=1)
    for result in found:
        table.add_row(
            f"{result.score:.2f}",
            ProgressBar(total=1.0, completed=result.score, complete_style="cyan"),
            _result(result, query, with_ids),
        )
    return table


def _result(result: SearchResult, query: str, with_ids: bool) -> Text:
    actor = (result.metadata or {}).get("actor_id")
    lines = [excerpt(result.content, wanted=query)]
    lines += [aside([actor, result.session_id, moment(result.observed_at)])]
    lines += [_source(event) for event in result.source_events]
    lines += [aside([result.id])] if with_ids else []
    return Text("\n").join(lines)


def _source(event: SourceEvent) -> Text:
    named = f"from {printable(event.event_id)} ({printable(event.kind)}): "
    return Text.assemble(named, excerpt(event.content), style="dim")


def memories(items: Sequence[MemoryItemResource]) -> RenderableType:
    """Memories as they are stored."""
    if not items:
        return Text("No memories.", style="dim")
    table = empty()
    table.add_column("strength", style="cyan", no_wrap=True)
    table.add_column(width=8)
    table.add_column("type", no_wrap=True)
    table.add_column("memory", overflow="fold", ratio=1)
    for item in items:
        origin = [whose(item.scope), item.status, moment(item.observed_at), item.memory_id]
        table.add_row(
            f"{item.strength:.2f}",
            ProgressBar(total=_STRONGEST, completed=item.strength, complete_style="cyan"),
            Text(printable(item.type)),
            Text("\n").join([excerpt(item.text), aside(origin)]),
        )
    return table


def whose(scope: MemoryScopeInfo) -> str:
    """A scope in words: `actor cdr`, `team t1`, `org`."""
    return " ".join(filter(None, [scope.level, scope.actor_id, scope.role_id, scope.team_id]))


def actors(items: Sequence[ActorResource]) -> RenderableType:
    """Who there are memories of."""
    if not items:
        return Text("No actors.", style="dim")
    table = empty()
    table.add_column("actor", overflow="fold", ratio=1)
    table.add_column("memories", justify="right", style="cyan")
    table.add_column("active", justify="right")
    table.add_column("first memory", no_wrap=True)
    table.add_column("last memory", no_wrap=True)
    for item in items:
        table.add_row(
            Text(printable(item.actor_id)),
            f"{item.memory_count}",
            f"{item.active_memory_count}",
            moment(item.first_memory_at),
            moment(item.last_memory_at),
        )
    return table


def page(offset: int, shown: int, total: int) -> Text:
    """Which part of a list is shown."""
    part = f"{offset + 1} to {offset + shown}" if shown else "none"
    return Text(f"{part} of {total}", style="dim")


def empty() -> Table:
    """A table in the style of them all, to be filled."""
    return Table(
        box=box.SIMPLE_HEAD, header_style="dim", pad_edge=False, show_edge=False, expand=True
    )


def aside(parts: Iterable[object]) -> Text:
    """What is said in passing: those of *parts* that are something, in one line."""
    return Text(" · ".join(printable(str(part)) for part in parts if part), style="dim")
