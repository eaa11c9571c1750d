"""CSV in UTF-8 with a header: one event a row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from memsy.cli.event_files.columns import ColumnOptions
from memsy.cli.event_files.reader import EventReader, NumberedEvent
from memsy.cli.text_encoding import remove_bom

_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


class CSVReader(EventReader):
    """
    Reader of rows, numbered by their first line. Empty cells of optional fields are None.

    It skips empty lines, and a byte order mark at the start.
    """

    def __init__(self, name: str, lines: Iterable[bytes], options: ColumnOptions) -> None:
        super().__init__(name)
        self._lines = lines
        self._options = options

    def __iter__(self) -> Iterator[NumberedEvent]:
        rows = self._rows()
        number, header = next(rows, (1, None))
        if header is None:
            return
        self._check_separator(number, header)
        layout = self._options.apply(self.name, header)
        self.ignored_columns: Sequence[str] = layout.ignored
        places = [header.index(column) for column in layout.columns.values()]
        for number, row in rows:
            if len(row) != len(header):
                raise self.error(number, f"{len(row)} cells, but the header has {len(header)}")
            try:
                event = layout.event(row[place] for place in places)
            except ValueError as error:
                raise self.error(number, error) from None
            yield number, event

    def _check_separator(self, number: int, header: Sequence[str]) -> None:
        if len(header) == 1 and header[0] not in self._options.columns.values():
            for separator, name in _OTHER_SEPARATORS.items():
                if separator in header[0]:
                    raise self.error(
                        number, f"the columns are separated by {name}: separate them by commas"
                    )

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        rows = csv.reader(self._texts(), strict=True)
        while True:
            number = rows.line_num + 1
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                raise self.error(number, f"not CSV: {error}") from None
            if row:
                yield number, row

    def _texts(self) -> Iterator[str]:
        for number, line in enumerate(self._lines, start=1):
            try:
                text = (remove_bom(line) if number == 1 else line).decode("utf-8")
            except UnicodeDecodeError as error:
                raise self.error(number, f"not UTF-8 (byte {error.start + 1})") from None
            except ValueError as error:
                raise self.error(number, error) from None
            self._advance(len(line))
            yield text
