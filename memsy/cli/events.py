"""Command `memsy events`: the ingested events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from memsy import EventItemResponse, EventKind, EventListResponse, EventSort
from memsy.cli import tables
from memsy.cli.connection import Connection
from memsy.cli.listing import FieldList, Listing
from memsy.cli.options import All, AsJson, any_of, word
from memsy.cli.output import emit, emit_items
from memsy.cli.position import reject_position
from memsy.cli.text import excerpt, format_time, sanitize


def list_events(
    connection: Connection,
    actor: Annotated[
        str | None, typer.Option(metavar="ID", help="List only this actor's events.")
    ] = None,
    session: Annotated[
        str | None, typer.Option(metavar="ID", help="List only events of this session.")
    ] = None,
    kind: Annotated[
        EventKind | None,
        word(EventKind, f"List only this kind: {any_of(EventKind)}."),
    ] = None,
    sort: Annotated[
        EventSort,
        word(EventSort, "Order of the list: newest (ts_desc) or oldest (ts_asc) first."),
    ] = "ts_desc",
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=200, help="List at most this many events. Default: 50."),
    ] = None,
    offset: Annotated[int, typer.Option(min=0, help="Skip this many events.")] = 0,
    all_pages: All = False,
    as_json: AsJson = False,
) -> None:
    """List the ingested events, by default the newest first."""
    with connection.control_client() as client:
        if all_pages:
            reject_position(limit, offset)
            emit_items(
                client.events.iterate(
                    actor_id=actor, session_id=session, kind=kind, sort=sort, page_size=200
                )
            )
            return
        page = client.events.list(
            actor_id=actor,
            session_id=session,
            kind=kind,
            sort=sort,
            limit=limit or 50,
            offset=offset,
        )
    emit(page, view, as_json=as_json)


def view(page: EventListResponse) -> RenderableType:
    """Return the events of a page, and the position of the page in the list."""
    return Group(
        _event_table(page.items),
        tables.page_range(page.offset, len(page.items), page.total),
    )


def _event_table(items: Sequence[EventItemResponse]) -> RenderableType:
    if not items:
        return Text("No events.", style="dim")
    table = tables.empty_table()
    table.add_column("time", style="cyan", no_wrap=True)
    table.add_column("kind", no_wrap=True)
    table.add_column("event", overflow="fold", ratio=1)
    for item in items:
        origin = tables.dim_line([item.actor_id, item.session_id, item.event_id])
        table.add_row(
            Text(format_time(item.ts)),
            Text(sanitize(item.kind)),
            Text("\n").join([excerpt(item.content), origin]),
        )
    ids = [id_ for item in items for id_ in (item.actor_id, item.session_id, item.event_id)]
    return Listing(table, [_record(item) for item in items], ids)


def _record(item: EventItemResponse) -> FieldList:
    return FieldList(
        [
            ("event", excerpt(item.content)),
            ("time", format_time(item.ts)),
            ("kind", item.kind),
            ("actor", item.actor_id),
            ("session", item.session_id),
            ("id", item.event_id),
        ]
    )
