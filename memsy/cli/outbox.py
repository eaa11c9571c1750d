"""Commands of `memsy outbox`: state, flush and dead letters of an outbox file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import attrs
import typer
from rich.console import Group, RenderableType
from rich.text import Text

from memsy._core.time_source import SYSTEM_TIME
from memsy.cli import tables
from memsy.cli.connection import Connection
from memsy.cli.errors import CommandError
from memsy.cli.exit_codes import ExitCode
from memsy.cli.listing import FieldList, Listing
from memsy.cli.options import AsJson, FlushTimeout, Yes
from memsy.cli.output import confirm, emit, print_line, print_to_stderr
from memsy.cli.text import excerpt, format_time, sanitize
from memsy.models import EventPayload
from memsy.outbox import DeadLetter, Outbox, OutboxStatus
from memsy.outbox.storage import Storage

OutboxPath = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, metavar="PATH", help="File of an outbox, which exists."
    ),
]
DeadLetterIds = Annotated[
    list[int] | None,
    typer.Argument(
        metavar="ID",
        help="Ids of dead letters, as listed by `memsy outbox dead`. Default: all.",
        show_default=False,
    ),
]


def status(path: OutboxPath, as_json: AsJson = False) -> None:
    """Show the number of pending events and dead letters, and the state of the sender."""
    with _open_storage(path) as storage:
        state = storage.status()
    emit(_to_dict(state), lambda _: view_status(state), as_json=as_json)


def flush(connection: Connection, path: OutboxPath, timeout: FlushTimeout = 30.0) -> None:
    """
    Send the pending events now, also while another process has the outbox open.

    If events are left, they stay in the outbox. The exit status is 3 if the outbox is paused, for
    example by a wrong API key or a used-up quota, and 6 otherwise.
    """
    with connection.client() as client, _open_storage(path) as storage:
        with Outbox(client, path, background=False) as outbox:
            left = outbox.flush(timeout)
            outbox.close(timeout=0.0)
        state = storage.status()
    if left:
        reason = state.paused or state.last_error or f"the timeout of {timeout:g} s passed"
        raise CommandError(
            f"{_count(left, 'event')} left: {reason}",
            ExitCode.REFUSED if state.paused else ExitCode.NETWORK,
        )
    print_line("No events left.")
    if state.dead:
        print_to_stderr(f"{_count(state.dead, 'dead letter')}: see memsy outbox dead {path}")


def dead(
    path: OutboxPath,
    limit: Annotated[int, typer.Option(min=1, help="List at most this many dead letters.")] = 50,
    offset: Annotated[int, typer.Option(min=0, help="Skip this many dead letters.")] = 0,
    as_json: AsJson = False,
) -> None:
    """List the dead letters: events that the service refused, with the reason."""
    with _open_storage(path) as storage:
        letters = storage.dead_letters(limit, offset)
        total = storage.status().dead
    emit(
        [_to_dict(letter) for letter in letters],
        lambda _: view_dead_letters(letters, offset, total),
        as_json=as_json,
    )


def retry(path: OutboxPath, ids: DeadLetterIds = None) -> None:
    """Put dead letters back into the queue, to be sent again by its sender or by a flush."""
    with _open_storage(path) as storage:
        count = storage.retry(ids or None)
        storage.request_attempt()
        has_sender = storage.status().sender_pid is not None
    print_line(f"{_count(count, 'dead letter')} put back into the queue.")
    if count and not has_sender:
        print_to_stderr(f"No process sends the events now: run memsy outbox flush {path}")
    _reject_unknown(ids, count)


def discard(path: OutboxPath, ids: DeadLetterIds = None, yes: Yes = False) -> None:
    """Delete dead letters, with their events."""
    with _open_storage(path) as storage:
        if not yes:
            which = f"all {storage.status().dead}" if not ids else f"{len(ids)}"
            confirm(f"Delete {which} dead letters of {path}?")
        count = storage.discard(ids or None)
    print_line(f"{_count(count, 'dead letter')} deleted.")
    _reject_unknown(ids, count)


def view_status(status: OutboxStatus) -> RenderableType:
    """Return a line for each field of the status that has a value."""
    return FieldList(
        [
            ("pending", f"{status.pending:,}"),
            ("dead", f"{status.dead:,}"),
            ("oldest", _format(status.oldest)),
            ("paused", status.paused),
            ("last error", None if status.paused else status.last_error),
            ("next attempt", _format(status.retry_at)),
            ("sender", f"process {status.sender_pid}" if status.sender_pid else "none"),
        ]
    )


def view_dead_letters(letters: Sequence[DeadLetter], offset: int, total: int) -> RenderableType:
    """Return the dead letters of a page, and the position of the page in the list."""
    return Group(_dead_letter_table(letters), tables.page_range(offset, len(letters), total))


def _dead_letter_table(letters: Sequence[DeadLetter]) -> RenderableType:
    if not letters:
        return Text("No dead letters.", style="dim")
    table = tables.empty_table()
    table.add_column("id", justify="right", style="cyan", no_wrap=True)
    table.add_column("failed", no_wrap=True)
    table.add_column("event", overflow="fold", ratio=1)
    for letter in letters:
        event = letter.event
        lines = [
            excerpt(event.content),
            tables.dim_line([event.actor_id, event.session_id, event.kind]),
            Text(sanitize(letter.reason), style="red"),
        ]
        table.add_row(f"{letter.id}", _format(letter.failed_at), Text("\n").join(lines))
    ids = [id_ for letter in letters for id_ in (letter.event.actor_id, letter.event.session_id)]
    return Listing(table, [_record(letter) for letter in letters], ids)


def _record(letter: DeadLetter) -> FieldList:
    return FieldList(
        [
            ("event", excerpt(letter.event.content)),
            ("reason", letter.reason),
            ("failed", _format(letter.failed_at)),
            ("kind", letter.event.kind),
            ("actor", letter.event.actor_id),
            ("session", letter.event.session_id),
            ("id", letter.id),
        ]
    )


@contextmanager
def _open_storage(path: Path) -> Iterator[Storage]:
    """Open the file of an outbox, which the commands never create."""
    storage = Storage(path, "NORMAL", SYSTEM_TIME, create=False)
    try:
        storage.open()
        yield storage
    finally:
        storage.close()


def _to_dict(value: OutboxStatus | DeadLetter) -> dict[str, Any]:
    names = [field.name for field in attrs.fields(type(value))]
    return {name: _to_json_value(getattr(value, name)) for name in names}


def _to_json_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.to_dict() if isinstance(value, EventPayload) else value


def _reject_unknown(ids: Sequence[int] | None, count: int) -> None:
    unknown = len(set(ids or ())) - count
    if ids and unknown:
        raise CommandError(
            f"{unknown} of {len(set(ids))} ids are not ids of dead letters: see memsy outbox dead"
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _format(time: datetime | None) -> str:
    return "" if time is None else format_time(time.isoformat())
