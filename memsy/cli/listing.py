"""Lists and fields of a terminal, whose ids are never broken or shortened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import attrs
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from memsy.cli.text import sanitize

_MIN_TABLE_WIDTH = 80
_MIN_VALUE_WIDTH = 20

Field = tuple[str, object]
"""Name and value. A `Text` keeps its style; any other value is printed as text."""


class FieldList:
    """
    Lines of names and values, without the values that are None or empty.

    Words that are wider than the terminal are not broken: the terminal wraps them.
    """

    def __init__(self, fields: Iterable[Field]) -> None:
        self.fields: list[tuple[str, Text]] = [
            (sanitize(name), value if isinstance(value, Text) else Text(sanitize(str(value))))
            for name, value in fields
            if value not in (None, "", [], {}, Text())
        ]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        label_width = max((cell_len(name) for name, _ in self.fields), default=0) + 2
        width = max(options.max_width - label_width, _MIN_VALUE_WIDTH)
        for name, value in self.fields:
            label = name + " " * (label_width - cell_len(name))
            for line in _wrap(value, width):
                yield Text.assemble((label, "dim"), line, no_wrap=True, overflow="ignore")
                label = " " * label_width


def _wrap(text: Text, width: int) -> Iterator[Text]:
    """Wrap a text between its words. The wrapping of rich breaks or shortens wide words."""
    for line in text.split("\n", allow_blank=True):
        for part in line.divide(_break_offsets(line.plain, width)):
            part.rstrip()
            yield part


def _break_offsets(line: str, width: int) -> Iterator[int]:
    column = 0
    for word in re.finditer(r"\S+\s*", line):
        if column and column + cell_len(word[0].rstrip()) > width:
            yield word.start()
            column = 0
        column += cell_len(word[0])


@attrs.frozen
class Listing:
    """
    Table of a wide terminal, or records: the fields of each item on lines of their own.

    Attributes:
        table: Table with a row for each item.
        records: Fields of each item.
        ids: Texts that the table must show unbroken. Otherwise, the records are printed.
    """

    table: Table
    records: Sequence[FieldList]
    ids: Sequence[str | None]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width >= _MIN_TABLE_WIDTH and self._is_complete(console, options):
            yield self.table
            return
        for number, record in enumerate(self.records):
            if number:
                yield Text()
            yield record

    def _is_complete(self, console: Console, options: ConsoleOptions) -> bool:
        lines = console.render_lines(self.table, options, pad=False)
        texts = ["".join(segment.text for segment in line) for line in lines]
        return all(any(sanitize(id_) in text for text in texts) for id_ in self.ids if id_)
