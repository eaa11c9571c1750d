"""Command `memsy actors`: the actors that have memories, with counts."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from memsy import ActorListResponse, ActorSort
from memsy.cli import tables
from memsy.cli.connection import Connection
from memsy.cli.options import All, AsJson, any_of, word
from memsy.cli.output import emit, emit_items
from memsy.cli.position import reject_position


def list_actors(
    connection: Connection,
    q: Annotated[
        str | None,
        typer.Option(
            "-q", "--query", metavar="TEXT", help="List only actors whose id contains this text."
        ),
    ] = None,
    sort: Annotated[
        ActorSort, word(ActorSort, f"Order of the list: {any_of(ActorSort)}.")
    ] = "first_memory_desc",
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=500, help="List at most this many actors. Default: 100."),
    ] = None,
    offset: Annotated[int, typer.Option(min=0, help="Skip this many actors.")] = 0,
    all_pages: All = False,
    as_json: AsJson = False,
) -> None:
    """List the actors that have memories."""
    with connection.client() as client:
        if all_pages:
            reject_position(limit, offset)
            emit_items(client.actors.iterate(sort=sort, q=q, page_size=500))
            return
        page = client.actors.list(limit=limit or 100, offset=offset, sort=sort, q=q)
    emit(page, view, as_json=as_json)


def view(page: ActorListResponse) -> RenderableType:
    """Return the actors of a page, the position of the page, and a note if counts are partial."""
    parts = [
        tables.actor_table(page.items),
        tables.page_range(page.offset, len(page.items), page.total),
    ]
    if page.truncated:
        parts.append(Text("The service did not scan all memories: counts may be too low."))
    return Group(*parts)
