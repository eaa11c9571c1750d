"""Event files: open one in its format, check it completely, and read it again."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from gzip import GzipFile
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

import attrs

from memsy._core.extras import install_hint
from memsy._core.interrupts import is_interrupt
from memsy.cli.errors import CommandError
from memsy.cli.event_files.columns import ColumnOptions
from memsy.cli.event_files.csv_rows import CSVReader
from memsy.cli.event_files.formats import FileFormat
from memsy.cli.event_files.json_lines import JSONLinesReader
from memsy.cli.event_files.reader import EventReader, NumberedEvent
from memsy.cli.exit_codes import ExitCode
from memsy.models import EventPayload

_GZIP_START = b"\x1f\x8b"


@attrs.define
class EventFile:
    """
    File of events.

    Attributes:
        path: Path of the file.
        format: Format of the file. JSON Lines and CSV may be compressed by gzip.
        options: Columns of the fields, for CSV and Parquet.
        count: Number of events, known after the check.
        ignored_columns: Columns that become no field of an event, known after the check.
    """

    path: Path
    format: FileFormat = "jsonl"
    options: ColumnOptions = attrs.field(factory=ColumnOptions)
    count: int = attrs.field(default=0, init=False)
    ignored_columns: Sequence[str] = attrs.field(default=(), init=False)
    _kept: list[NumberedEvent] | None = attrs.field(default=None, init=False)

    @property
    def unit(self) -> str:
        """Name of the numbered parts, for messages."""
        return "row" if self.format == "parquet" else "line"

    def check(
        self, max_kept_bytes: int = 0, observe: Callable[[EventPayload], object] | None = None
    ) -> int:
        """
        Check every line or row.

        Args:
            max_kept_bytes: Keep the events in memory for `read` if they have at most this size.
            observe: Function that receives every event.

        Returns:
            The size of the kept events in bytes.

        Raises:
            CommandError: A line or row is not an event, or the file cannot be read.
        """
        kept: list[NumberedEvent] | None = []
        with self._opening() as reader:
            for item in reader:
                self.count += 1
                if observe is not None:
                    observe(item[1])
                if reader.size > max_kept_bytes:
                    kept = None
                if kept is not None:
                    kept.append(item)
        self.ignored_columns = reader.ignored_columns
        self._kept = kept
        return 0 if kept is None else reader.size

    def read(self) -> Iterator[NumberedEvent]:
        """
        Yield the events in order, each with the number of its line or row.

        Raises:
            CommandError: The file cannot be read, or has changed since the check.
        """
        if self._kept is not None:
            yield from self._kept
        else:
            with self._opening() as reader:
                yield from reader

    @contextmanager
    def _opening(self) -> Iterator[EventReader]:
        if self.format == "parquet":
            with _opening_parquet(self.path, self.options) as reader:
                yield reader
            return
        try:
            file = self.path.open("rb")
        except OSError as error:
            if is_interrupt(error):
                raise
            raise CommandError(f"cannot read {self.path}: {error.strerror}") from None
        with file:
            yield lines_reader(str(self.path), file, self.format, self.options)


class StandardInput(EventFile):
    """Events of stdin, which can be read once."""

    @contextmanager
    def _opening(self) -> Iterator[EventReader]:
        yield lines_reader(str(self.path), sys.stdin.buffer, self.format, self.options)


def lines_reader(
    name: str, file: BinaryIO, format_: FileFormat, options: ColumnOptions
) -> EventReader:
    """Return a reader of JSON Lines or CSV, compressed or not."""
    lines = _lines(name, file)
    if format_ == "csv":
        return CSVReader(name, lines, options)
    return JSONLinesReader(name, lines)


def _lines(name: str, file: BinaryIO) -> Iterator[bytes]:
    try:
        is_compressed = isinstance(file, BufferedReader) and file.peek(2).startswith(_GZIP_START)
        # Lines of a `GzipFile` itself take twice as long.
        yield from BufferedReader(GzipFile(fileobj=file)) if is_compressed else file
    except (OSError, EOFError, zlib.error) as error:
        if is_interrupt(error):
            raise
        reason = error.strerror if isinstance(error, OSError) else None
        raise CommandError(
            f"cannot read {name}: {reason or 'the gzip data is damaged or incomplete'}"
        ) from None


@contextmanager
def _opening_parquet(path: Path, options: ColumnOptions) -> Iterator[EventReader]:
    try:
        from memsy.cli.event_files.parquet_rows import (  # noqa: PLC0415 - imports an extra
            opening_parquet,
        )
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "pyarrow":
            raise
        raise CommandError(
            f"{path} is a Parquet file, which needs pyarrow. {install_hint('parquet')}",
            ExitCode.USAGE,
        ) from None
    with opening_parquet(path, options) as reader:
        yield reader
