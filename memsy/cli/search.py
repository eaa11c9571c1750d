"""`memsy search`: the memories nearest in meaning to a question."""

from __future__ import annotations

from typing import Annotated

import typer

from memsy import MemsyClient
from memsy.cli import tables
from memsy.cli.options import ApiKey, AsJson, BaseUrl
from memsy.cli.output import emit


def search(
    query: Annotated[str, typer.Argument(help="What you want to know, in plain words.")],
    actor: Annotated[
        str | None, typer.Option(help="Only this actor's memories; else everybody's.")
    ] = None,
    session: Annotated[str | None, typer.Option(help="Only this conversation.")] = None,
    exclude_session: Annotated[str | None, typer.Option(help="All but this conversation.")] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(help="Also what was promoted to this role; may be repeated."),
    ] = None,
    team: Annotated[
        list[str] | None,
        typer.Option(help="Also what was promoted to this team; may be repeated."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="The most results.")] = 10,
    threshold: Annotated[float, typer.Option(min=0.0, help="The lowest score wanted.")] = 0.0,
    source_events: Annotated[
        bool, typer.Option("--source-events", help="With the events each memory is drawn from.")
    ] = False,
    as_json: AsJson = False,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Find the memories nearest in meaning to a question, best first."""
    with MemsyClient(base_url, api_key) as client:
        found = client.search(
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
    emit(found, lambda answer: tables.results(answer.results, query), as_json=as_json)
