"""Command `memsy search`: the memories closest in meaning to a query."""

from __future__ import annotations

from typing import Annotated

import typer

from memsy.cli import tables
from memsy.cli.connection import Connection
from memsy.cli.options import AsJson
from memsy.cli.output import emit


def search(
    connection: Connection,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="Question or keywords, in natural language.")
    ],
    actor: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Search this actor's memories. Default: the whole organisation."
        ),
    ] = None,
    session: Annotated[
        str | None, typer.Option(metavar="ID", help="Search only this session.")
    ] = None,
    exclude_session: Annotated[
        str | None, typer.Option(metavar="ID", help="Leave out this session.")
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Include the memories of this role; repeatable."),
    ] = None,
    team: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Include the memories of this team; repeatable."),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=100, help="Return at most this many memories.")
    ] = 10,
    threshold: Annotated[
        float, typer.Option(min=0.0, help="Leave out memories with a lower score.")
    ] = 0.0,
    source_events: Annotated[
        bool, typer.Option("--source-events", help="Show the source events of each memory.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Search memories by meaning, best match first."""
    with connection.client() as client:
        response = client.search(
            query,
            actor_id=actor,
            session_id=session,
            exclude_session_id=exclude_session,
            limit=limit,
            threshold=threshold,
            include_source_events=source_events,
            role_ids=role,
            team_ids=team,
        )
    emit(
        response,
        lambda response: tables.search_result_table(response.results, query),
        as_json=as_json,
    )
