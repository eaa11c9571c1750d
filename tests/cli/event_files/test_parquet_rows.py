"""Parquet: rows, types of columns, and errors with row numbers."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pytest
from pyarrow import parquet

from memsy import EventPayload
from memsy.cli.errors import CommandError
from memsy.cli.event_files.columns import ColumnOptions
from memsy.cli.event_files.event_file import EventFile

TIME = datetime(2024, 2, 29, 12, 30, 15, 250_000, timezone.utc)
ROW = {"actor_id": "ann", "session_id": "s-1", "kind": "user_message", "content": "tea"}

Columns = dict[str, "pa.Array[Any]"]


def write(path: Path, **columns: pa.Array[Any]) -> Path:
    """Write a table with the required columns and `columns`."""
    rows = len(next(iter(columns.values())))
    required: Columns = {name: pa.array([value] * rows) for name, value in ROW.items()}
    parquet.write_table(pa.table({**required, **columns}), path)
    return path


def read(path: Path, options: ColumnOptions | None = None) -> list[tuple[int, EventPayload]]:
    return list(EventFile(path, "parquet", options or ColumnOptions()).read())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tea.parquet"


def test_rows_become_events_in_order(path: Path) -> None:
    """More rows than are in memory at a time."""
    contents = [f"tea number {number}" for number in range(2_500)]
    write(path, content=pa.array(contents))
    file = EventFile(path, "parquet")
    file.check()
    assert file.count == 2_500
    assert list(file.read()) == [
        (number, EventPayload("ann", "s-1", "user_message", content))
        for number, content in enumerate(contents, start=1)
    ]


def test_file_without_rows_has_no_events(path: Path) -> None:
    assert read(write(path, role_id=pa.array([], pa.string()))) == []


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["mate"], pa.large_string()),
        pa.array(["mate"], pa.string_view()),
        pa.array(["mate"]).dictionary_encode(),
    ],
    ids=lambda column: str(column.type),
)
def test_texts_of_all_types_are_read(path: Path, column: pa.Array[Any]) -> None:
    try:
        write(path, content=column)
    except pa.ArrowNotImplementedError:
        pytest.skip("older releases of pyarrow do not write this type")
    ((_, event),) = read(path)
    assert event.content == "mate"


def test_null_of_an_optional_field_is_none(path: Path) -> None:
    null = pa.array([None])
    columns: Columns = {"role_id": null, "ts": null, "metadata": null, "team_id": pa.array([""])}
    assert read(write(path, **columns)) == [(1, EventPayload("ann", "s-1", "user_message", "tea"))]


def times(unit: Literal["ms", "us", "ns"], tz: str | None) -> pa.Array[Any]:
    return pa.array([TIME.replace(tzinfo=None)], pa.timestamp(unit)).cast(pa.timestamp(unit, tz))


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pa.array(["2024-02-29"]), "2024-02-29"),
        (times("ms", "UTC"), "2024-02-29T12:30:15.250000Z"),
        (times("us", "Europe/Berlin"), "2024-02-29T12:30:15.250000Z"),
        (times("ns", "+05:30"), "2024-02-29T12:30:15.250000Z"),
        (times("us", "Atlantis/Tea"), "2024-02-29T12:30:15.250000Z"),
        (times("us", None), "2024-02-29T12:30:15.250000"),
        (times("ns", None), "2024-02-29T12:30:15.250000"),
        (pa.array([0], pa.timestamp("s")), "1970-01-01T00:00:00"),
        (pa.array([1_999], pa.timestamp("ns", "UTC")), "1970-01-01T00:00:00.000001Z"),
    ],
    ids=str,
)
def test_timestamps_become_iso_8601(path: Path, column: pa.Array[Any], text: str) -> None:
    ((_, event),) = read(write(path, ts=column))
    assert event.ts is not None
    assert event.ts.replace("+00:00", "Z") == text


def test_structs_and_maps_become_json(path: Path) -> None:
    by = pa.struct([("name", pa.string())])
    fields = pa.struct([("page", pa.int64()), ("tags", pa.list_(pa.string())), ("by", by)])
    struct = pa.array([{"page": 1, "tags": ["a"], "by": {"name": None}}], fields)
    ((_, event),) = read(write(path, metadata=struct))
    assert event.metadata == '{"page":1,"tags":["a"],"by":{"name":null}}'
    nested = pa.map_(pa.string(), pa.map_(pa.string(), pa.int64()))
    ((_, event),) = read(write(path, metadata=pa.array([[("page", [("n", 1)])]], nested)))
    assert event.metadata == '{"page":{"n":1}}'


def test_json_text_stays_as_it_is(path: Path) -> None:
    ((_, event),) = read(write(path, metadata=pa.array(['{ "page": 1}'])))
    assert event.metadata == '{ "page": 1}'


def test_options_name_columns_and_constants(path: Path) -> None:
    others: Columns = {"number": pa.array([7]), "a.b": pa.array(["dotted"])}
    write(path, text=pa.array(["mate"]), **others)
    file = EventFile(
        path, "parquet", ColumnOptions.parse(["content=text", "role_id=a.b"], ["kind=app_event"])
    )
    file.check()
    assert file.ignored_columns == ["kind", "content", "number"]
    event = EventPayload("ann", "s-1", "app_event", "mate", role_id="dotted")
    assert list(file.read()) == [(1, event)]


@pytest.mark.parametrize(
    ("field", "column", "message"),
    [
        ("content", pa.array([7]), "column 'content' has the type int64, but content needs text"),
        ("content", pa.array([b"tea"]), "has the type binary, but content needs text"),
        ("ts", pa.array([date(2024, 2, 29)]), "type date32[day], but ts needs text or timestamps"),
        ("metadata", pa.array([["tea"]]), "but metadata needs text, structs or maps"),
    ],
)
def test_column_of_another_type_is_an_error(
    path: Path, field: str, column: pa.Array[Any], message: str
) -> None:
    with pytest.raises(CommandError, match=re.escape(message)) as excinfo:
        read(write(path, **{field: column}))
    assert str(excinfo.value).startswith(f"{path}: column '{field}' has the type ")


MAP = pa.map_(pa.string(), pa.int64())


@pytest.mark.parametrize(
    ("field", "column", "message"),
    [
        ("kind", pa.array(["app_event", "tea"]), "kind must be 'user_message', "),
        ("content", pa.array(["tea", None]), "content is empty"),
        ("content", pa.array([b"tea", b"\xff"]).view(pa.string()), "column 'content' cannot be"),
        ("ts", pa.array([0, 2**60], pa.timestamp("ms", "UTC")), "column 'ts' cannot be read"),
        ("metadata", pa.array([{"a": Decimal(0)}, {"a": Decimal(1)}]), "metadata.a cannot be"),
        ("metadata", pa.array([[("a", 1)], [("a", 1), ("a", 2)]], MAP), "column 'metadata' cannot"),
    ],
    ids=str,
)
def test_value_that_is_not_one_of_an_event_is_an_error(
    path: Path, field: str, column: pa.Array[Any], message: str
) -> None:
    row = 1 if "Decimal" in str(column) or message.startswith("metadata.a") else 2
    with pytest.raises(CommandError) as excinfo:
        read(write(path, **{field: column}))
    assert str(excinfo.value).startswith(f"{path}, row {row}: {message}")


def test_file_of_another_format_is_an_error(path: Path) -> None:
    path.write_text("actor_id,session_id\n" * 10, encoding="utf-8")
    with pytest.raises(CommandError, match=r"cannot read .*: Parquet magic bytes not found"):
        read(path)


def test_damaged_file_is_an_error(path: Path) -> None:
    write(path, content=pa.array([f"tea {number}" for number in range(5_000)]))
    data = bytearray(path.read_bytes())
    data[200 : len(data) // 2] = bytes(len(data) // 2 - 200)
    path.write_bytes(data)
    with pytest.raises(CommandError, match="cannot read "):
        read(path)


def test_file_that_is_not_there_is_an_error(path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot read .*\.parquet: No such file or directory$"):
        read(path)


def test_time_zone_of_a_timestamp_does_not_change_the_instant(path: Path) -> None:
    zone = timezone(timedelta(hours=2))
    column = pa.array([TIME.replace(tzinfo=zone)], pa.timestamp("us", "+02:00"))
    ((_, event),) = read(write(path, ts=column))
    assert event == EventPayload("ann", "s-1", "user_message", "tea", ts=TIME.replace(tzinfo=zone))
