"""Command `memsy actors`: the actors that have memories, with counts."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from memsy import ActorListResponse, ActorSort, MemsyClient
from memsy.cli import tables
from memsy.cli.options import ApiKey, AsJson, BaseUrl
from memsy.cli.output import emit


def actors(
    q: Annotated[
        str | None,
        typer.Option(
            "-q", "--query", metavar="TEXT", help="List only actors whose id contains this text."
        ),
    ] = None,
    sort: Annotated[ActorSort, typer.Option(help="Order of the list.")] = "first_memory_desc",
    limit: Annotated[
        int, typer.Option(min=1, max=500, help="List at most this many actors.")
    ] = 100,
    offset: Annotated[int, typer.Option(min=0, help="Skip this many actors.")] = 0,
    as_json: AsJson = False,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
) -> None:
    """List the actors that have memories."""
    with MemsyClient(base_url, api_key) as client:
        page = client.actors.list(limit=limit, offset=offset, sort=sort, q=q)
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
