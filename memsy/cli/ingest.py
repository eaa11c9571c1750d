"""Command `memsy ingest`: send a file of events in batches, and resume after an interruption."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import attrs
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from memsy import EventPayload, MemsyClientProtocol, MemsyError
from memsy.cli.batch_errors import reporting_line_numbers
from memsy.cli.checkpoint import Checkpoint
from memsy.cli.connection import Connection
from memsy.cli.errors import CommandError, PartlyFailedError
from memsy.cli.event_file import EventFile, EventReader, reading_events
from memsy.cli.exit_codes import ExitCode
from memsy.cli.output import print_line, print_to_stderr

_STDIN = Path("-")
_STREAM_PATHS = ("/dev/stdin", "/dev/fd/", "/proc/")
"""Path prefixes of redirected input, which may look like a regular file."""


def _check_file(file: Path) -> Path:
    # The checks of typer do not know that - is no file, in spite of `allow_dash`.
    if file != _STDIN and not file.exists():
        raise typer.BadParameter(f"file {str(file)!r} does not exist")
    if file.is_dir():
        raise typer.BadParameter(f"{str(file)!r} is a directory")
    return file


def ingest(
    connection: Connection,
    file: Annotated[
        Path,
        typer.Argument(
            callback=_check_file,
            metavar="FILE",
            help="File of events, one JSON object per line; - reads them from stdin. Fields: "
            "actor_id, session_id, kind, content; optional: role_id, team_id, ts, metadata.",
        ),
    ],
    batch: Annotated[
        int, typer.Option(min=1, max=500, help="Send this many events in one request.")
    ] = 100,
    progress: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            metavar="PATH",
            help="Keep the progress file at this path.  [default: FILE.memsy-progress.json]",
            show_default=False,
        ),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Ignore earlier progress, and send the whole file.")
    ] = False,
) -> None:
    """
    Send a file of events to the service.

    The command checks every line before it sends the first event. After each batch, it writes a
    progress file. To resume an interrupted run, run the same command again without --restart: it
    continues after the last batch that the service acknowledged.

    An event counts as deduplicated if the service returned its id before, in this run or in an
    earlier run of the same progress file.

    Events from stdin are sent as they arrive, as soon as a batch is full, without a progress file.
    A line that is not an event ends the command: the batches before it are sent.
    """
    if file == _STDIN:
        _ingest_stdin(connection, batch, has_progress_options=restart or progress is not None)
        return
    if not file.is_file() or str(file.absolute()).startswith(_STREAM_PATHS):
        raise CommandError(
            f"{file} is not a regular file: ingest may read its input again, so save the events to "
            "a file first, or use - to read stdin once"
        )
    progress_path = progress or file.with_name(f"{file.name}.memsy-progress.json")
    with connection.client() as client:
        service = connection.required_url.rstrip("/")
        if restart:
            start = restart_checkpoint(progress_path, service)
        else:
            start = resume_checkpoint(file, progress_path, service)
        events = EventFile(file)
        total = events.check()
        if not total:
            print_line(f"{file} has no events: nothing to do")
        elif total == start.acknowledged:
            print_line(
                f"{file} is already ingested: {_summary(start)}; to send it again, use --restart"
            )
        else:
            end = _send_with_progress_bar(
                client, events, progress_path, start=start, total=total, batch_size=batch
            )
            print_line(_summary(end))


def restart_checkpoint(progress_path: Path, service: str) -> Checkpoint:
    """Return a checkpoint before the first event, with the event ids of earlier runs, if any."""
    try:
        checkpoint = Checkpoint.load(progress_path)
    except CommandError:
        checkpoint = None
    if checkpoint is None or checkpoint.service != service:
        return Checkpoint(service)
    return Checkpoint(service, event_ids=checkpoint.event_ids)


def resume_checkpoint(file: Path, progress_path: Path, service: str) -> Checkpoint:
    """
    Return the checkpoint of an earlier run, or a checkpoint before the first event.

    Raises:
        CommandError: The earlier run used another service, or the ingested events of `file` have
            changed.
    """
    checkpoint = Checkpoint.load(progress_path)
    if checkpoint is None or (checkpoint.service != service and not checkpoint.acknowledged):
        return Checkpoint(service)
    if checkpoint.service != service:
        raise CommandError(
            f"{progress_path} holds the progress with {checkpoint.service}, not {service}: "
            "choose another path with --progress, or start over with --restart"
        )
    with reading_events(file) as reader:
        _skip_events(reader, checkpoint.acknowledged)
        if reader.sha256 != checkpoint.sha256:
            raise CommandError(
                f"the first {checkpoint.acknowledged} events of {file} have changed since they "
                f"were ingested (see {progress_path}): send the whole file with --restart"
            )
    return checkpoint


def send_events(
    client: MemsyClientProtocol, file: EventFile, *, start: Checkpoint, batch_size: int
) -> Iterator[Checkpoint]:
    """
    Ingest the events after `start`, and yield a checkpoint after each acknowledged batch.

    Raises:
        CommandError: The service rejected events; the message names their lines.
    """
    with file.reading() as reader:
        yield from _send_batches(client, reader, start=start, batch_size=batch_size)


def _send_batches(
    client: MemsyClientProtocol, reader: EventReader, *, start: Checkpoint, batch_size: int
) -> Iterator[Checkpoint]:
    checkpoint, known_ids = start, set(start.event_ids)
    events = _skip_events(reader, start.acknowledged)
    while events_by_line := dict(islice(events, batch_size)):
        with reporting_line_numbers(reader.path, list(events_by_line)):
            event_ids = client.ingest(list(events_by_line.values())).event_ids
        new_ids = set(event_ids) - known_ids
        known_ids |= new_ids
        checkpoint = attrs.evolve(
            checkpoint,
            acknowledged=reader.count,
            deduplicated=checkpoint.deduplicated + len(event_ids) - len(new_ids),
            sha256=reader.sha256,
            event_ids=sorted(new_ids),
        )
        yield checkpoint


def _skip_events(reader: EventReader, count: int) -> Iterator[tuple[int, EventPayload]]:
    events = iter(reader)
    deque(islice(events, count), maxlen=0)
    return events


def _send_with_progress_bar(
    client: MemsyClientProtocol,
    file: EventFile,
    progress_path: Path,
    *,
    start: Checkpoint,
    total: int,
    batch_size: int,
) -> Checkpoint:
    start.save(progress_path)  # fails before the first request if the path is not writable
    if start.acknowledged:
        print_to_stderr(f"Resuming after the first {start.acknowledged} of {total} events.")
    acknowledged = recorded = start
    try:
        with _progress_bar() as bar:
            task = bar.add_task("Ingesting", total=total, completed=start.acknowledged)
            for acknowledged in send_events(client, file, start=start, batch_size=batch_size):
                acknowledged.append(progress_path)
                recorded = acknowledged
                bar.update(task, completed=acknowledged.acknowledged)
    except BaseException as error:
        count = min(acknowledged.acknowledged + _acknowledged_of_batch(error), total)
        _print_tally(count, recorded.acknowledged, total)
        if count > start.acknowledged and isinstance(error, (MemsyError, CommandError)):
            raise PartlyFailedError(error) from error
        raise
    return acknowledged


def _ingest_stdin(connection: Connection, batch_size: int, *, has_progress_options: bool) -> None:
    if has_progress_options:
        raise CommandError(
            "stdin can be read only once: leave out --progress and --restart, or save the events "
            "to a file first",
            ExitCode.USAGE,
        )
    if sys.stdin.isatty():
        print_to_stderr("Reading events from the terminal; Ctrl-D ends them.")
    reader = EventReader(Path("stdin"), sys.stdin.buffer)
    with connection.client() as client:
        sent = start = Checkpoint(service="")
        try:
            for checkpoint in _send_batches(client, reader, start=start, batch_size=batch_size):
                sent = checkpoint
        except BaseException as error:
            count = sent.acknowledged + _acknowledged_of_batch(error)
            if not count:
                raise
            print_to_stderr(
                f"{count} events of stdin are acknowledged; to continue, send the events after "
                "these."
            )
            if isinstance(error, (MemsyError, CommandError)):
                raise PartlyFailedError(error) from error
            raise
    print_line(_summary(sent))


def _acknowledged_of_batch(error: BaseException) -> int:
    """Return the number of events that the first requests of a batch stored before `error`."""
    cause = error.__cause__ if isinstance(error, CommandError) else error
    return len(cause.event_ids) if isinstance(cause, MemsyError) else 0


def _print_tally(acknowledged: int, recorded: int, total: int) -> None:
    if acknowledged > recorded:
        print_to_stderr(
            f"{acknowledged} of {total} events are acknowledged, but the progress file records "
            f"{recorded}: the same command without --restart sends the other "
            f"{acknowledged - recorded} again."
        )
    elif acknowledged:
        print_to_stderr(
            f"{acknowledged} of {total} events are acknowledged; "
            "to resume, run the same command without --restart."
        )


def _progress_bar() -> Progress:
    console = Console(stderr=True, highlight=False)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(complete_style="cyan"),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def _summary(checkpoint: Checkpoint) -> str:
    return (
        f"{checkpoint.acknowledged} sent, {checkpoint.acknowledged} acknowledged, "
        f"{checkpoint.deduplicated} of them deduplicated"
    )
