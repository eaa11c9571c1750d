"""Commands of `memsy memories`: list, get, stats."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Group, RenderableType

from memsy import (
    MemoryItemResource,
    MemoryKind,
    MemoryListResponse,
    MemorySort,
    MemoryStatsResponse,
    MemoryStatus,
    MemoryType,
)
from memsy.cli import tables
from memsy.cli.connection import Connection
from memsy.cli.listing import FieldList
from memsy.cli.options import All, AsJson, any_of, word
from memsy.cli.output import emit, emit_items
from memsy.cli.position import reject_position
from memsy.cli.text import format_time


def list_memories(
    connection: Connection,
    actor: Annotated[
        str | None, typer.Option(metavar="ID", help="List only this actor's memories.")
    ] = None,
    kind: Annotated[
        str | None, word(MemoryKind, f"List only this kind: {any_of(MemoryKind)}.")
    ] = None,
    type_: Annotated[
        str | None,
        word(MemoryType, "List only this type, such as fact or preference.", "--type"),
    ] = None,
    status: Annotated[
        str | None,
        word(MemoryStatus, f"List only this status: {any_of(MemoryStatus)}. Default: active."),
    ] = None,
    sort: Annotated[
        MemorySort, word(MemorySort, f"Order of the list: {any_of(MemorySort)}.")
    ] = "observed_at_desc",
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="List only memories that contain this text.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=200, help="List at most this many memories. Default: 50."),
    ] = None,
    offset: Annotated[int, typer.Option(min=0, help="Skip this many memories.")] = 0,
    all_pages: All = False,
    as_json: AsJson = False,
) -> None:
    """List memories, by default the newest first."""
    with connection.client() as client:
        if all_pages:
            reject_position(limit, offset)
            emit_items(
                client.memories.iterate(
                    actor_id=actor,
                    kind=kind,
                    type=type_,
                    status=status,
                    sort=sort,
                    search=search,
                    page_size=200,
                )
            )
            return
        page = client.memories.list(
            actor_id=actor,
            kind=kind,
            type=type_,
            status=status,
            sort=sort,
            search=search,
            limit=limit or 50,
            offset=offset,
        )
    emit(page, view_page, as_json=as_json)


def get(
    connection: Connection,
    memory_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the memory.")],
    as_json: AsJson = False,
) -> None:
    """Show all fields of one memory."""
    with connection.client() as client:
        emit(client.memories.get(memory_id), view_memory, as_json=as_json)


def stats(connection: Connection, as_json: AsJson = False) -> None:
    """Show the number of memories by type, kind and status, and their average scores."""
    with connection.client() as client:
        emit(client.memories.stats(), view_stats, as_json=as_json)


def view_page(page: MemoryListResponse) -> RenderableType:
    """Return the memories of a page, and the position of the page in the list."""
    return Group(
        tables.memory_table(page.items),
        tables.page_range(page.offset, len(page.items), page.total),
    )


def view_memory(item: MemoryItemResource) -> FieldList:
    """Return a line for each field of a memory."""
    return FieldList(
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
                f"{_times(item.recall_count)} {format_time(item.last_recalled_at)}".rstrip(),
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


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _format_range(bounds: list[str | None]) -> str:
    return " to ".join(filter(None, map(format_time, bounds)))


def view_stats(stats: MemoryStatsResponse) -> FieldList:
    """Return a line for each count and average."""
    return FieldList(
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
