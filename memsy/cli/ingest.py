"""Command `memsy ingest`: send files of events, or stdin, in parallel batches."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from memsy import EventPayload
from memsy._core.text import excerpt
from memsy.cli.connection import Connection
from memsy.cli.errors import CommandError
from memsy.cli.event_files.columns import ColumnOptions
from memsy.cli.event_files.event_file import EventFile, StandardInput
from memsy.cli.event_files.formats import FileFormat, file_format
from memsy.cli.event_source import EventSource
from memsy.cli.exit_codes import ExitCode
from memsy.cli.load_progress import LoadProgress
from memsy.cli.options import any_of, word
from memsy.cli.output import print_line, print_to_stderr

MAX_KEPT_BYTES = 32 * 2**20
"""
Size of the events that are kept in memory after their check, of all files together.

An event takes four to five times the size of its line. A larger file is read again.
"""

_STDIN = Path("-")
_STREAM_PATHS = ("/dev/stdin", "/dev/fd/", "/proc/")
"""Path prefixes of redirected input, which may look like a regular file."""

_TABLE = "CSV and Parquet"
_MAX_COLUMNS = 300
"""Characters of a list of columns in a message."""


# Not a callback of the argument: releases of typer for Python 3.10 take no `list[...]` there.
def _check_files(files: list[Path]) -> None:
    for file in files:
        # The checks of typer do not know that - is no file, in spite of `allow_dash`.
        if file != _STDIN and not file.exists():
            raise _files_error(f"file {str(file)!r} does not exist")
        if file.is_dir():
            raise _files_error(f"{str(file)!r} is a directory")
    if _STDIN in files and len(files) > 1:
        raise _files_error("- reads stdin alone: leave out the other files")


def _files_error(message: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint="'FILE...'")


def ingest(
    connection: Connection,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Files of events: .jsonl, .ndjson or .json with one JSON object per line, .csv "
            "with a header, each also as .gz, or .parquet; - reads JSON Lines from stdin. Fields: "
            "actor_id, session_id, kind, content; optional: role_id, team_id, ts, metadata.",
        ),
    ],
    batch: Annotated[
        int, typer.Option(min=1, max=500, help="Send at most this many events in one request.")
    ] = 500,
    max_in_flight: Annotated[
        int,
        typer.Option(
            min=1, max=256, metavar="N", help="Send at most this many requests at the same time."
        ),
    ] = 8,
    ledger: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Record stored events in this file. The same command sends only the rest, "
            "whenever it runs again. Use one ledger for one service.",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Name of the events in the ledger. Default: the absolute path of the file.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check and count the events, and send nothing.")
    ] = False,
    format_name: Annotated[
        str | None,
        word(
            FileFormat,
            f"Format of the files, in place of the suffix: {any_of(FileFormat)}.",
            "--format",
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=COLUMN",
            help=f"{_TABLE}: take a field from this column. Default: the column with the name of "
            "the field. Other columns are ignored.",
        ),
    ] = None,
    constant: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help=f"{_TABLE}: give a field one value in all events."
        ),
    ] = None,
) -> None:
    """
    Send events to the service, in several requests at the same time.

    The command checks all files completely before it sends the first event. The events of each
    session arrive in their order.

    With --ledger, the command records each event that the service acknowledged. To resume an
    interrupted run, run the same command again. Without a ledger, it sends all events again: the
    service recognises a repeated event for 60 s only.

    Events from stdin are sent as they arrive, as soon as a batch is full. A line that is not an
    event ends the command after the events before it.
    """
    _check_files(files)
    options = ColumnOptions.parse(column or [], constant or [])
    _check_ledger_options(files, source, has_ledger=ledger is not None)
    if files == [_STDIN]:
        inputs = [_standard_input(format_name, options)]
    else:
        inputs = [_event_file(file, format_name, options) for file in _distinct(files)]
    if dry_run:
        print_line(_dry_run(inputs))
        return
    # Imported late: these take half of the start-up time of all commands.
    from memsy.bulk import Ledger  # noqa: PLC0415
    from memsy.cli.event_load import LoadOptions, load_events  # noqa: PLC0415

    with (
        connection.client() as client,
        nullcontext() if ledger is None else Ledger(ledger) as opened,
        LoadProgress(is_visible=not _is_typed(inputs)) as progress,
    ):
        sources = list(_checked_sources(inputs, source, progress))
        load = LoadOptions(batch, max_in_flight, opened)
        tally = load_events(client, sources, load, progress)
    if any(item.count != 0 for item in sources):
        print_line(_summary(tally.stored, tally.skipped, ledger))
    else:
        print_line(f"{', '.join(map(str, files))} has no events: nothing to do")


def _check_ledger_options(files: list[Path], source: str | None, *, has_ledger: bool) -> None:
    if source is not None and (not has_ledger or len(files) > 1):
        raise _usage_error(
            "--source names the events of one file in a ledger: use it with --ledger and one file"
        )
    if source == "":
        raise _usage_error("--source is empty: give the events a name, or leave the option out")
    if has_ledger and source is None and files == [_STDIN]:
        raise _usage_error("stdin has no path: name its events in the ledger with --source NAME")


def _distinct(files: list[Path]) -> list[Path]:
    resolved = [file.resolve() for file in files]
    for file, path in zip(files, resolved, strict=True):
        if resolved.count(path) > 1:
            raise _usage_error(f"{file} is named more than once: name each file once")
    return files


def _event_file(file: Path, format_name: str | None, options: ColumnOptions) -> EventFile:
    if not file.is_file() or str(file.absolute()).startswith(_STREAM_PATHS):
        raise CommandError(
            f"{file} is not a regular file: ingest may read its input again, so save the events to "
            "a file first, or use - to read stdin once"
        )
    return _with_options(EventFile, file, file_format(file, format_name), options)


def _standard_input(format_name: str | None, options: ColumnOptions) -> EventFile:
    format_ = "jsonl" if format_name is None else file_format(_STDIN, format_name)
    if format_ == "parquet":
        raise _usage_error("Parquet cannot be read from stdin: save it to a file first")
    return _with_options(StandardInput, Path("stdin"), format_, options)


def _with_options(
    cls: type[EventFile], path: Path, format_: FileFormat, options: ColumnOptions
) -> EventFile:
    if options and format_ == "jsonl":
        raise _usage_error(f"--column and --set are for {_TABLE}, but {path} is JSON Lines")
    return cls(path, format_, options)


def _is_typed(inputs: list[EventFile]) -> bool:
    """Return True if the events come from a terminal."""
    is_typed = isinstance(inputs[0], StandardInput) and sys.stdin.isatty()
    if is_typed:
        print_to_stderr("Reading events from the terminal; Ctrl-D ends them.")
    return is_typed


def _checked_sources(
    inputs: list[EventFile], name: str | None, progress: LoadProgress
) -> Iterator[EventSource]:
    """Yield the sources of a load, after a complete check of all files."""
    room = MAX_KEPT_BYTES
    for file in inputs:
        path = str(file.path)
        if isinstance(file, StandardInput):
            yield EventSource(path, name or "", file.read)
            continue
        progress.show(f"Checking {file.path.name}")
        room -= file.check(room)
        _print_ignored_columns(file)
        ledger_name = name or _ledger_name(file.path)
        yield EventSource(path, ledger_name, file.read, file.unit, file.count)


def _ledger_name(path: Path) -> str:
    """Return the absolute path. The name of a file may have bytes that are not UTF-8."""
    return os.fsencode(path.resolve()).decode("utf-8", "backslashreplace")


def _print_ignored_columns(file: EventFile) -> None:
    if file.ignored_columns:
        names = excerpt(", ".join(map(repr, file.ignored_columns)), _MAX_COLUMNS)
        print_to_stderr(f"{file.path}: columns that are not sent: {names}")


def _dry_run(inputs: list[EventFile]) -> str:
    """Check all files, and return the numbers of their events, actors and sessions."""
    # Hashes, because a set of ids may take gigabytes.
    actors, sessions = set[int](), set[int]()

    def observe(event: EventPayload) -> None:
        actors.add(hash(event.actor_id))
        sessions.add(hash((event.actor_id, event.session_id)))

    with LoadProgress(is_visible=not _is_typed(inputs)) as progress:
        for file in inputs:
            progress.show(f"Checking {file.path.name}")
            file.check(observe=observe)
            _print_ignored_columns(file)
    count = sum(file.count for file in inputs)
    return f"{count:,} events, {len(actors):,} actors, {len(sessions):,} sessions; nothing was sent"


def _summary(stored: int, skipped: int, ledger: Path | None) -> str:
    numbers = f"{stored:,} events sent, {stored:,} stored"
    if ledger is None:
        return numbers
    return f"{numbers}, {skipped:,} skipped: {ledger} records them"


def _usage_error(message: str) -> CommandError:
    return CommandError(message, ExitCode.USAGE)
