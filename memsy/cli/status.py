"""Command `memsy status`: the processing status of events."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from memsy import MemsyClient, StatusResponse
from memsy.cli import tables
from memsy.cli.error_reporting import CommandError
from memsy.cli.options import ApiKey, AsJson, BaseUrl
from memsy.cli.output import emit
from memsy.cli.text_encoding import remove_bom


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
    ids = _read_ids() if event_ids == ["-"] else event_ids
    with MemsyClient(base_url, api_key) as client:
        emit(client.status(ids), view, as_json=as_json)


def _read_ids() -> list[str]:
    try:
        return remove_bom(sys.stdin.buffer.read()).decode().split()
    except UnicodeDecodeError as error:
        reason = f"byte {error.start + 1} is not UTF-8"
    except ValueError as error:
        reason = str(error)
    except OSError as error:
        reason = f"{error.strerror}"
    raise CommandError(f"cannot read the ids from stdin: {reason}")


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
