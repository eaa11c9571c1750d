"""Command `memsy status`: the processing status of events."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from memsy import MemsyClient, MemsyClientProtocol, StatusResponse
from memsy.cli import tables
from memsy.cli.options import ApiKey, AsJson, BaseUrl
from memsy.cli.output import emit

_MAX_IDS = 500
"""Largest number of ids that the service accepts in one request."""


def status(
    event_ids: Annotated[
        list[str],
        typer.Argument(metavar="EVENT_ID", help="Ids of events; - reads them from stdin."),
    ],
    as_json: AsJson = False,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Show the processing status of events: pending, completed (searchable) or failed."""
    ids = sys.stdin.read().split() if event_ids == ["-"] else event_ids
    with MemsyClient(base_url, api_key) as client:
        emit(fetch_status(client, ids), view, as_json=as_json)


def fetch_status(client: MemsyClientProtocol, event_ids: Sequence[str]) -> StatusResponse:
    """Return the status of any number of events, in as many requests as necessary."""
    starts = range(0, max(len(event_ids), 1), _MAX_IDS)
    responses = [client.status(list(event_ids[start : start + _MAX_IDS])) for start in starts]
    return StatusResponse(
        completed_ids=[id_ for response in responses for id_ in response.completed_ids],
        failed_ids=[id_ for response in responses for id_ in response.failed_ids],
        pending_ids=[id_ for response in responses for id_ in response.pending_ids],
        total=sum(response.total for response in responses),
        statuses={
            id_: state for response in responses for id_, state in (response.statuses or {}).items()
        },
        usage=responses[-1].usage,
        rate_limit=responses[-1].rate_limit,
    )


def view(response: StatusResponse) -> RenderableType:
    """Return a line for each event, and a line of totals."""
    states = {
        **(response.statuses or {}),
        **dict.fromkeys(response.completed_ids, "completed"),
        **dict.fromkeys(response.failed_ids, "failed"),
        **dict.fromkeys(response.pending_ids, "pending"),
    }
    return Group(
        tables.field_table(states.items()),
        Text(
            f"{len(response.completed_ids)} completed, {len(response.failed_ids)} failed, "
            f"{len(response.pending_ids)} pending, of {response.total}"
        ),
    )
