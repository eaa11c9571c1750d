"""`memsy status`: what became of events."""

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

_MOST = 500
"""How many ids the service takes at a time."""


def status(
    event_ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Ids of events; - reads them from stdin.")
    ],
    as_json: AsJson = False,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Say what became of events: completed (searchable now), failed, or pending."""
    asked = sys.stdin.read().split() if event_ids == ["-"] else event_ids
    with MemsyClient(base_url, api_key) as client:
        emit(whole_status(client, asked), view, as_json=as_json)


def whole_status(client: MemsyClientProtocol, event_ids: Sequence[str]) -> StatusResponse:
    """The status of any number of events, in as many calls as that takes."""
    starts = range(0, max(len(event_ids), 1), _MOST)
    answers = [client.status(list(event_ids[start : start + _MOST])) for start in starts]
    return StatusResponse(
        completed_ids=[id_ for answer in answers for id_ in answer.completed_ids],
        failed_ids=[id_ for answer in answers for id_ in answer.failed_ids],
        pending_ids=[id_ for answer in answers for id_ in answer.pending_ids],
        total=sum(answer.total for answer in answers),
        statuses={id_: word for answer in answers for id_, word in (answer.statuses or {}).items()},
        usage=answers[-1].usage,
        rate_limit=answers[-1].rate_limit,
    )


def view(answer: StatusResponse) -> RenderableType:
    """A line for each event, and the sum."""
    words = {
        **(answer.statuses or {}),
        **dict.fromkeys(answer.completed_ids, "completed"),
        **dict.fromkeys(answer.failed_ids, "failed"),
        **dict.fromkeys(answer.pending_ids, "pending"),
    }
    return Group(
        tables.facts(words.items()),
        Text(
            f"{len(answer.completed_ids)} completed, {len(answer.failed_ids)} failed, "
            f"{len(answer.pending_ids)} pending, of {answer.total}"
        ),
    )
