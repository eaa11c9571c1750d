"""`memsy actors`: whoever there are memories of."""

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
        typer.Option("-q", "--query", metavar="TEXT", help="Only those whose id contains this."),
    ] = None,
    sort: Annotated[ActorSort, typer.Option(help="In which order.")] = "first_memory_desc",
    limit: Annotated[int, typer.Option(min=1, max=500, help="The most actors.")] = 100,
    offset: Annotated[int, typer.Option(min=0, help="How many to skip.")] = 0,
    as_json: AsJson = False,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
) -> None:
    """List whoever there are memories of."""
    with MemsyClient(base_url, api_key) as client:
        page = client.actors.list(limit=limit, offset=offset, sort=sort, q=q)
    emit(page, view, as_json=as_json)


def view(page: ActorListResponse) -> RenderableType:
    """A table, and which part of the whole it is."""
    shown = [tables.actors(page.items), tables.page(page.offset, len(page.items), page.total)]
    if page.truncated:
        shown.append(Text("The service did not look at every memory: counts may be too low."))
    return Group(*shown)
