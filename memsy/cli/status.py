"""Command `memsy status`: the processing status of events."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from memsy import StatusResponse
from memsy.cli.connection import Connection
from memsy.cli.errors import CommandError
from memsy.cli.exit_codes import ExitCode
from memsy.cli.listing import FieldList
from memsy.cli.options import AsJson, WaitTimeout
from memsy.cli.output import emit, print_to_stderr
from memsy.cli.text_encoding import remove_bom


def status(
    connection: Connection,
    event_ids: Annotated[
        list[str],
        typer.Argument(metavar="EVENT_ID", help="Ids of events; - reads them from stdin."),
    ],
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait until no event is pending or unknown.")
    ] = False,
    wait_timeout: WaitTimeout = 300.0,
    as_json: AsJson = False,
) -> None:
    """
    Show the processing status of events: pending, completed (searchable) or failed.

    With --wait, the exit status is 7 if an event failed, and 6 if events are still pending at the
    end of the wait.
    """
    ids = _read_ids() if event_ids == ["-"] else event_ids
    if not ids:
        raise CommandError("stdin has no event ids", ExitCode.USAGE)
    with connection.client() as client:
        if not wait:
            emit(client.status(ids), view, as_json=as_json)
            return
        with _showing_wait(len(ids), wait_timeout):
            response = client.wait_until_processed(ids, timeout=wait_timeout)
    emit(response, view, as_json=as_json)
    if response.failed_ids:
        raise CommandError(
            f"{len(response.failed_ids)} of {response.total} events failed", ExitCode.PARTLY_FAILED
        )


@contextmanager
def _showing_wait(count: int, timeout: float) -> Iterator[None]:
    console = Console(stderr=True, highlight=False)
    message = f"Waiting for {count} event{'s' if count > 1 else ''}, at most {timeout:g} s"
    if not console.is_terminal:
        print_to_stderr(message)
        yield
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        progress.add_task(message, total=None)
        yield


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
        FieldList(states.items()),
        Text(
            f"{len(response.completed_ids)} completed, {len(response.failed_ids)} failed, "
            f"{len(response.pending_ids)} pending, of {response.total}"
        ),
    )
