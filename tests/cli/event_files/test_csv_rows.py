"""CSV: rows, cells, and errors with line numbers."""

from __future__ import annotations

import codecs
import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy import EventPayload
from memsy.cli.errors import CommandError
from memsy.cli.event_files.columns import ColumnOptions
from memsy.cli.event_files.csv_rows import CSVReader

HEADER = b"actor_id,session_id,kind,content"
ROW = b"ann,s-1,user_message,tea"


def reader(*lines: bytes) -> CSVReader:
    return CSVReader("tea.csv", io.BytesIO(b"\n".join(lines)), ColumnOptions())


def test_row_becomes_an_event() -> None:
    lines = [HEADER + b",id,role_id,metadata", ROW + b',7,,"{""page"":1}"']
    rows = reader(*lines)
    event = EventPayload("ann", "s-1", "user_message", "tea", metadata='{"page":1}')
    assert list(rows) == [(2, event)]
    assert rows.ignored_columns == ["id"]
    assert rows.size == len(b"\n".join(lines))


def test_rows_are_numbered_by_their_first_line() -> None:
    """Line breaks within cells and empty lines count."""
    rows = reader(HEADER, ROW.replace(b"tea", b'"tea\nor\r\nmate"'), b"", ROW, b"")
    assert [(number, event.content) for number, event in rows] == [
        (2, "tea\nor\r\nmate"),
        (6, "tea"),
    ]


@pytest.mark.parametrize("lines", [[], [b""], [HEADER], [codecs.BOM_UTF8]])
def test_file_without_rows_has_no_events(lines: list[bytes]) -> None:
    assert list(reader(*lines)) == []


def test_byte_order_mark_and_windows_line_ends_are_skipped() -> None:
    marked = reader(codecs.BOM_UTF8 + HEADER + b"\r", ROW + b"\r", b"")
    assert list(marked) == list(reader(HEADER, ROW))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"ann,s-1,user_message", "3 cells, but the header has 4"),
        (ROW + b",or mate", "5 cells, but the header has 4"),
        (ROW.replace(b"tea", b'"tea'), "not CSV: unexpected end of data"),
        (ROW.replace(b"tea", b'"tea"s'), "not CSV: ',' expected after '\"'"),
        (ROW.replace(b"tea", b'"' + b"t" * 140_000), "not CSV: field larger than field limit"),
        (ROW.replace(b"tea", b"\xff"), "not UTF-8 (byte 22)"),
        (ROW.replace(b"tea", b""), "content is empty"),
        (ROW.replace(b"user", b"usr"), "kind must be 'user_message', "),
    ],
)
def test_invalid_row_is_an_error(line: bytes, message: str) -> None:
    with pytest.raises(CommandError, match=re.escape(f"tea.csv, line 4: {message}")):
        list(reader(HEADER, ROW, b"", line))


@pytest.mark.parametrize(
    ("separator", "name"), [(b";", "semicolons"), (b"\t", "tabs"), (b"|", "vertical bars")]
)
def test_other_separator_is_an_error_that_names_the_fix(separator: bytes, name: str) -> None:
    message = f"line 2: the columns are separated by {name}: separate them by commas"
    with pytest.raises(CommandError, match=message):
        list(reader(b"", HEADER.replace(b",", separator), ROW.replace(b",", separator)))


def test_column_of_an_option_may_have_another_separator_in_its_name() -> None:
    names = {"actor_id": "ann", "session_id": "s-1", "kind": "user_message"}
    options = ColumnOptions({"content": "tea;mate"}, names)
    rows = CSVReader("tea.csv", io.BytesIO(b"tea;mate\ngreen;black\n"), options)
    assert [event.content for _, event in rows] == ["green;black"]


def test_utf_16_is_an_error_that_names_the_fix() -> None:
    with pytest.raises(CommandError, match="line 1: the text is UTF-16 or UTF-32: save it"):
        list(reader(HEADER.decode().encode("utf-16")))


def test_missing_column_is_an_error_before_the_first_row() -> None:
    with pytest.raises(CommandError, match=r"tea\.csv has no column 'kind'"):
        next(iter(reader(HEADER.replace(b"kind", b"type"), ROW)))


@given(st.lists(st.tuples(*[st.text(st.characters(codec="utf-8", exclude_characters="\0"))] * 2)))
def test_written_texts_are_read(texts: list[tuple[str, str]]) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["actor_id", "session_id", "kind", "content", "role_id"])
    for content, role_id in texts:
        writer.writerow(["ann", "s-1", "app_event", f"tea {content}", role_id])
    lines = io.BytesIO(file.getvalue().encode())
    events = [event for _, event in CSVReader("tea.csv", lines, ColumnOptions())]
    assert [(event.content, event.role_id) for event in events] == [
        (f"tea {content}", role_id or None) for content, role_id in texts
    ]
