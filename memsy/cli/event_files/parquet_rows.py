"""Parquet: one event a row. Needs the extra `parquet`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import types
from pyarrow.parquet import ParquetFile

from memsy._core.interrupts import is_interrupt
from memsy.cli.errors import CommandError
from memsy.cli.event_files.columns import ColumnOptions
from memsy.cli.event_files.reader import EventReader, NumberedEvent

_ROWS = 1_000
"""Rows that are in memory at a time."""

_BUFFER_SIZE = 2**20
"""Bytes that are read of a column at a time. Without it, a whole row group is in memory."""


@contextmanager
def opening_parquet(path: Path, options: ColumnOptions) -> Iterator[ParquetReader]:
    """
    Open a Parquet file.

    Raises:
        CommandError: The file cannot be opened, or is not a Parquet file.
    """
    try:
        file = ParquetFile(path, pre_buffer=False, buffer_size=_BUFFER_SIZE)
    except (OSError, pa.ArrowException) as error:
        if is_interrupt(error):
            raise
        raise _unreadable(str(path), error) from None
    with file:
        yield ParquetReader(str(path), file, options)


def _unreadable(name: str, error: Exception) -> CommandError:
    # The errors of pyarrow have the path in their `strerror`.
    number = error.errno if isinstance(error, OSError) else None
    return CommandError(f"cannot read {name}: {os.strerror(number) if number else error}")


class ParquetReader(EventReader):
    """
    Reader of rows, some at a time.

    Text fields take columns of text, also as dictionaries. `ts` takes timestamps, too; one without
    a time zone becomes text without an offset. `metadata` takes structs and maps, too.
    """

    unit = "row"

    def __init__(self, name: str, file: ParquetFile, options: ColumnOptions) -> None:
        super().__init__(name)
        self._file = file
        self._options = options

    def __iter__(self) -> Iterator[NumberedEvent]:
        schema = self._file.schema_arrow
        layout = self._options.apply(self.name, schema.names)
        self.ignored_columns: Sequence[str] = layout.ignored
        for field, column in layout.columns.items():
            self._check_type(field, column, schema.field(column).type)
        number = 0
        for batch in self._batches(sorted(set(layout.columns.values()))):
            self._advance(_size(batch))
            columns = [
                self._values(batch.column(column), column, number)
                for column in layout.columns.values()
            ]
            rows = zip(*columns, strict=True) if columns else [()] * batch.num_rows
            for values in rows:
                number += 1
                try:
                    event = layout.event(values)
                except ValueError as error:
                    raise self.error(number, error) from None
                yield number, event

    def _check_type(self, field: str, column: str, type_: pa.DataType) -> None:
        expected, accepts = _EXPECTED.get(field, ("text", _is_text))
        if not accepts(type_):
            raise CommandError(
                f"{self.name}: column {column!r} has the type {type_}, but {field} needs {expected}"
            )

    def _batches(self, columns: list[str]) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._file.iter_batches(_ROWS, columns=columns, use_threads=False)
        except (OSError, pa.ArrowException) as error:
            if is_interrupt(error):
                raise
            raise _unreadable(self.name, error) from None

    def _values(self, column: pa.Array[Any], name: str, rows_before: int) -> list[object]:
        try:
            return _to_python(column)
        except (ValueError, OverflowError, KeyError, pa.ArrowException) as error:
            if is_interrupt(error):
                raise
            if len(column) > 1:
                for index in range(len(column)):
                    self._values(column.slice(index, 1), name, rows_before + index)
            raise self.error(rows_before + 1, f"column {name!r} cannot be read") from None


def _size(batch: pa.RecordBatch) -> int:
    try:
        return batch.nbytes
    except pa.ArrowTypeError:  # views, before pyarrow 24
        return batch.get_total_buffer_size()


def _to_python(column: pa.Array[Any]) -> list[Any]:
    if not types.is_timestamp(column.type):
        return column.to_pylist(maps_as_pydicts="strict")
    unit, tz = column.type.unit, column.type.tz
    # Python has no nanoseconds. The instants stay the same in another time zone.
    type_ = pa.timestamp("us" if unit == "ns" else unit, tz and "UTC")
    times: list[Any] = column.cast(type_, safe=False).to_pylist()
    return times if tz else [time and time.isoformat() for time in times]


def _is_text(type_: pa.DataType) -> bool:
    if types.is_dictionary(type_):
        type_ = type_.value_type
    return any(
        accepts(type_)
        for accepts in (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    )


def _is_text_or_timestamp(type_: pa.DataType) -> bool:
    return _is_text(type_) or types.is_timestamp(type_)


def _is_text_or_mapping(type_: pa.DataType) -> bool:
    return _is_text(type_) or types.is_struct(type_) or types.is_map(type_)


_EXPECTED: dict[str, tuple[str, Callable[[pa.DataType], bool]]] = {
    "ts": ("text or timestamps", _is_text_or_timestamp),
    "metadata": ("text, structs or maps", _is_text_or_mapping),
}
