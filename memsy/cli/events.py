"""`memsy events`: the events themselves, as they were ingested."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from memsy import EventItemResponse, EventListResponse, MemsyControlClient
from memsy.cli import tables
from memsy.cli.options import ApiKey, AsJson, ControlUrl
from memsy.cli.output import emit
from memsy.cli.text import excerpt, moment, printable


def events(
    actor: Annotated[str | None, typer.Option(help="Only this actor's.")] = None,
    session: Annotated[str | None, typer.Option(help="Only this conversation.")] = None,
    kind: Annotated[
        str | None, typer.Option(help="Only this kind, such as user_message or tool_result.")
    ] = None,
    sort: Annotated[
        Literal["ts_desc", "ts_asc"], typer.Option(help="The newest or the oldest first.")
    ] = "ts_desc",
    limit: Annotated[int, typer.Option(min=1, max=200, help="The most events.")] = 50,
    offset: Annotated[int, typer.Option(min=0, help="How many to skip.")] = 0,
    as_json: AsJson = False,
    base_url: ControlUrl = None,
    api_key: ApiKey = None,
) -> None:
    """List the events that were ingested, the newest first."""
    with MemsyControlClient(base_url, api_key) as client:
        page = client.events.list(
            actor_id=actor, session_id=session, kind=kind, sort=sort, limit=limit, offset=offset
        )
    emit(page, view, as_json=as_json)


def view(page: EventListResponse) -> RenderableType:
    """A table, and which part of the whole it is."""
    return Group(_table(page.items), tables.page(page.offset, len(page.items), page.total))


def _table(items: Sequence[EventItemResponse]) -> RenderableType:
    if not items:
        return Text("No events.", style="dim")
    table = tables.empty()
    table.add_column("time", style="cyan", no_wrap=True)
    table.add_column("kind", no_wrap=True)
    table.add_column("event", overflow="fold", ratio=1)
    for item in items:
        origin = tables.aside([item.actor_id, item.session_id, item.event_id])
        table.add_row(
            moment(item.ts),
            Text(printable(item.kind)),
            Text("\n").join([excerpt(item.content), origin]),
        )
    return table
