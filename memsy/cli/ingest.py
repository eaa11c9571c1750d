"""`memsy ingest`: a file of events goes in, batch by batch, and can go on where it was cut off."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import attrs
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from memsy import EventPayload, MemsyClient, MemsyClientProtocol, MemsyError
from memsy.cli.batch_errors import reporting_line_numbers
from memsy.cli.checkpoint import Checkpoint
from memsy.cli.error_reporting import CommandError
from memsy.cli.event_file import EventReader
from memsy.cli.options import ApiKey, BaseUrl

_STREAMS = ("/dev/stdin", "/dev/fd/", "/proc/")
"""Where what a process was given to read looks like a regular file."""


def ingest(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            metavar="FILE",
            help="JSON lines, each with the fields of an event: actor_id, session_id, kind, "
            "content, and, where wanted, role_id, team_id, ts, metadata.",
        ),
    ],
    batch: Annotated[int, typer.Option(min=1, max=500, help="How many events a call.")] = 100,
    progress: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            metavar="PATH",
            help="Where to note how far it got.  [default: FILE.memsy-progress.json]",
            show_default=False,
        ),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Forget how far it got, and send everything.")
    ] = False,
    base_url: BaseUrl = None,
    api_key: ApiKey = None,
) -> None:
    """
    Send a file of events to the service.

    Every line is read before anything is sent, and what is no event is refused; the rest is
    the service's to judge. If it is interrupted, the same command (without --restart) goes on
    after the last batch that the service acknowledged.

    An event counts as de-duplicated if its id came before, in this run or in one that the
    progress file tells of.
    """
    if not file.is_file() or str(file.absolute()).startswith(_STREAMS):
        raise CommandError(f"{file} is no regular file, and it is read twice: once to check it")
    place = progress or file.with_name(f"{file.name}.memsy-progress.json")
    with MemsyClient(base_url, api_key) as client:
        service = (base_url or "").rstrip("/")
        start = anew(place, service) if restart else resume(file, place, service)
        total = count(file)
        if not total:
            typer.echo(f"{file} has no events: nothing to do")
        elif total == start.acknowledged:
            typer.echo(f"{file} is ingested already: {_tally(start)}; --restart sends it again")
        else:
            typer.echo(_tally(_send(client, file, place, start, total, batch)))


def count(file: Path) -> int:
    """
    How many events *file* has.

    Raises:
        Failure: it has something else, too.
    """
    with file.open("rb") as opened:
        return sum(1 for _ in EventReader(file, opened))


def anew(place: Path, service: str) -> Checkpoint:
    """The beginning, with the ids that came in the earlier runs that *place* tells of, if any."""
    try:
        found = Checkpoint.load(place)
    except CommandError:
        found = None
    if found is None or found.service != service:
        return Checkpoint(service)
    return Checkpoint(service, event_ids=found.event_ids)


def resume(file: Path, place: Path, service: str) -> Checkpoint:
    """
    What *place* says of an earlier run, or the beginning if there was none.

    Raises:
        Failure: that was with another service, or *file* had another beginning then.
    """
    found = Checkpoint.load(place)
    if found is None or (found.service != service and not found.acknowledged):
        return Checkpoint(service)
    if found.service != service:
        raise CommandError(
            f"{place} is about {found.service}, not {service}: "
            "name another with --progress, or begin anew with --restart"
        )
    with file.open("rb") as opened:
        reader = EventReader(file, opened)
        _skip(reader, found.acknowledged)
        if reader.sha256 != found.sha256:
            raise CommandError(
                f"{file} has changed in its first {found.acknowledged} events, which were "
                f"ingested already ({place} says so): --restart sends everything"
            )
    return found


def send(
    client: MemsyClientProtocol, file: Path, start: Checkpoint, batch: int
) -> Iterator[Checkpoint]:
    """
    Ingest what *start* does not cover; a bookmark comes after each acknowledged batch.

    Raises:
        Failure: the service finds fault with events; the message names their lines.
    """
    mark, known = start, set(start.event_ids)
    with file.open("rb") as opened:
        reader = EventReader(file, opened)
        events = _skip(reader, start.acknowledged)
        while by_line := dict(islice(events, batch)):
            with reporting_line_numbers(file, list(by_line)):
                event_ids = client.ingest(list(by_line.values())).event_ids
            fresh = set(event_ids) - known
            known |= fresh
            mark = attrs.evolve(
                mark,
                acknowledged=reader.count,
                deduplicated=mark.deduplicated + len(event_ids) - len(fresh),
                sha256=reader.sha256,
                event_ids=sorted(fresh),
            )
            yield mark


def _skip(reader: EventReader, events: int) -> Iterator[tuple[int, EventPayload]]:
    rest = iter(reader)
    deque(islice(rest, events), maxlen=0)
    return rest


def _send(
    client: MemsyClientProtocol, file: Path, place: Path, start: Checkpoint, total: int, batch: int
) -> Checkpoint:
    """Ingest the rest of *file* while a bar shows it, and *place* keeps it."""
    mark = start
    mark.save(place)  # or nothing is sent that could not be noted
    console = Console(stderr=True, highlight=False)
    if mark.acknowledged:
        console.print(f"Going on after the first {mark.acknowledged} of {total} events.")
    try:
        with _bar(console) as bar:
            task = bar.add_task("Ingesting", total=total, completed=mark.acknowledged)
            for reached in send(client, file, start, batch):
                reached.add(place)
                mark = reached
                bar.update(task, completed=mark.acknowledged)
    except (MemsyError, CommandError, KeyboardInterrupt):
        if mark.acknowledged:
            console.print(
                f"{mark.acknowledged} of {total} events are acknowledged; "
                "the same command without --restart goes on after them."
            )
        raise
    return mark


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(complete_style="cyan"),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def _tally(mark: Checkpoint) -> str:
    return (
        f"{mark.acknowledged} sent, {mark.acknowledged} acknowledged, "
        f"{mark.deduplicated} of them de-duplicated"
    )
