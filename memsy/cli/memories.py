"""Commands of `memsy memories`: list, get, stats."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table

from memsy import (
    MemoryItemResource,
    MemoryListResponse,
    MemorySort,
    MemoryStatsResponse,
    MemsyClient,
)
from memsy.cli import tables
from memsy.cli.options import ApiKey, AsJson, BaseUrl
from memsy.cli.output import emit
from memsy.cli.text import format_time


def list_memories(
    actor: Annotated[
        str | None, typer.Option(metavar="ID", help="List only this actor's memories.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="List only this kind: semantic, episodic or procedural.")
    ] = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="List only this type, such as fact or preference.")
    ] = None,
    status: Annotated[
        str | None,
        typer.Option(
            help="List only this status: active, archived, decayed or superseded. Default: active."
        ),
    ] = None,
    sort: Annotated[MemorySort, typer.Option(help="Order of the list.")] = "observed_at_desc",
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="List only memories that contain this text.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=200, help="List at most this many memories.")
    ] = 50,
    offset: Annotated[int, typer.Option(min=0, help="Skip this many memories.")] = 0,
    as_json: AsJson = False,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
) -> None:
    """List memories, by default the newest first."""
    with MemsyClient(base_url, api_key) as client:
        page = client.memories.list(
            actor_id=actor,
            kind=kind,
            type=type_,
            status=status,
            sort=sort,
            search=search,
            limit=limit,
            offset=offset,
        )
    emit(page, view_page, as_json=as_json)


def get(
    memory_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the memory.")],
    as_json: AsJson = False,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Show all fields of one memory."""
    with MemsyClient(base_url, api_key) as client:
        emit(client.memories.get(memory_id), view_memory, as_json=as_json)


def stats(as_json: AsJson = False, base_url: BaseUrl = None, api_key: ApiKey = None) -> None:
    """Show the number of memories by type, kind and status, and their average scores."""
    with MemsyClient(base_url, api_key) as client:
        emit(client.memories.stats(), view_stats, as_json=as_json)


def view_page(page: MemoryListResponse) -> RenderableType:
    """Return the memories of a page, and the position of the page in the list."""
    return Group(
        tables.memory_table(page.items),
        tables.page_range(page.offset, len(page.items), page.total),
    )


def view_memory(item: MemoryItemResource) -> Table:
    """Return a line for each field of a memory."""
    return tables.field_table(
        [
            ("text", item.text),
            ("summary", item.summary),
            ("id", item.memory_id),
            ("scope", tables.describe_scope(item.scope)),
            ("type", item.type),
            ("kind", item.memory_kind or item.kind),
            ("status", item.status),
            ("strength", f"{item.strength:.2f} of 5"),
            ("confidence", f"{item.confidence:.2f}"),
            (
                "recalled",
                f"{item.recall_count} times {format_time(item.last_recalled_at)}".rstrip(),
            ),
            ("half-life", f"{item.decay_half_life_days:g} days"),
            ("pinned", "yes" if item.pinned else None),
            ("tags", ", ".join(item.tags)),
            ("observed", format_time(item.observed_at)),
            ("created", format_time(item.created_at)),
            ("updated", format_time(item.updated_at)),
            ("effective", _format_range([item.effective_from, item.effective_to])),
            ("events", ", ".join(item.source_event_ids)),
            ("sources", ", ".join(item.source_urls)),
        ]
    )


def _format_range(bounds: list[str | None]) -> str:
    return " to ".join(filter(None, map(format_time, bounds)))


def view_stats(stats: MemoryStatsResponse) -> Table:
    """Return a line for each count and average."""
    return tables.field_table(
        [
            ("memories", f"{stats.total_memories}, {stats.active_memories} of them active"),
            ("by type", _format_counts(stats.by_type)),
            ("by kind", _format_counts(stats.by_kind)),
            ("by status", _format_counts(stats.by_status)),
            ("confidence", f"{stats.avg_confidence:.2f} on average"),
            ("strength", f"{stats.avg_strength:.2f} on average"),
            ("observed", " to ".join(map(format_time, (stats.date_range or {}).values()))),
        ]
    )


def _format_counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())
