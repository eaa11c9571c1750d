"""Snapshots: export of all stored data as JSON text, and restore into an empty store."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import cast

from attrs import frozen

from memsy._core.interrupts import is_interrupt
from memsy._core.text import preview
from memsy.exceptions import MemsyConfigurationError
from memsy.local import timestamps
from memsy.local.storage import schema, search_index, validation
from memsy.local.storage.store import Store
from memsy.local.storage.validation import InvalidValue

_FORMAT = "memsy snapshot"
_KEYS = ("format", "version", "taken_at", "tables")
# The JSON types of each SQLite column type; a BLOB is text in hexadecimal digits.
_JSON_TYPES = {"INTEGER": (int,), "REAL": (float, int), "TEXT": (str,), "BLOB": (str,)}


def export(store: Store, now: int) -> str:
    """Return a snapshot of `store`. Equal data at an equal time gives an equal text."""
    document = {
        "format": _FORMAT,
        "version": schema.VERSION,
        "taken_at": timestamps.to_text(now),
        "tables": {name: _export_rows(store, name, sql) for name, sql in store.tables().items()},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


@frozen
class Snapshot:
    """Valid content of a snapshot text."""

    taken_at: datetime
    tables: Mapping[str, object]

    @classmethod
    def read(cls, text: str) -> Snapshot:
        """
        Parse a snapshot, and restore it to a temporary store to validate it.

        Raises:
            MemsyConfigurationError: `text` is not a snapshot, or a snapshot of another version.
        """
        document = _parse(text)
        if document.get("format") != _FORMAT:
            raise _snapshot_error(f'it lacks "format": "{_FORMAT}"')
        version = document.get("version")
        if type(version) is not int or version != schema.VERSION:
            raise MemsyConfigurationError(
                "not a snapshot of this version of the local service: "
                f"it has version {preview(version)}, not {schema.VERSION}; take a new snapshot"
            )
        if set(document) != set(_KEYS) or not isinstance(document["tables"], dict):
            raise _snapshot_error(f"it must have exactly {', '.join(_KEYS)}")
        tables = cast("Mapping[str, object]", document["tables"])
        snapshot = cls(_parse_time(document["taken_at"]), tables)
        with closing(Store(None, str)) as temporary, temporary.transaction():
            snapshot.restore(temporary)
        return snapshot

    def restore(self, store: Store) -> None:
        """
        Write the tables of this snapshot to a `store` without data.

        Raises:
            MemsyConfigurationError: The rows do not fit the tables of the store.
        """
        names = schema.TABLE_NAMES
        if set(self.tables) != set(names):
            raise _snapshot_error(f"its tables must be {', '.join(names)}")
        for name in names:
            store.write(f"DELETE FROM {name}")  # noqa: S608 - a constant name
            _insert_rows(store, name, self.tables[name])
        store.cache.clear()
        invalid = validation.find_invalid_value(store.rows)
        if invalid is not None:
            raise _snapshot_error(self._describe(invalid))
        search_index.index_since(store, 0)

    def _describe(self, invalid: InvalidValue) -> str:
        """Return the path of an invalid value, and the reason."""
        rows = cast("list[dict[str, object]]", self.tables[invalid.table])
        indexes = (
            index
            for index, row in enumerate(rows)
            if all(row[key] == invalid.row[key] for key in invalid.keys)
        )
        index = next(indexes, 0)  # the row of an empty counter is missing
        return f"$.tables.{invalid.table}[{index}].{invalid.column} {invalid.reason}"


def _export_rows(store: Store, name: str, sql: str) -> list[dict[str, object]]:
    """Return all rows in order of insertion; a table without row ids is in order of its keys."""
    keys = [str(column["name"]) for column in _columns(store, name) if column["pk"]]
    order = ", ".join(keys) if sql.endswith("WITHOUT ROWID") else "rowid"
    rows = store.rows(f"SELECT * FROM {name} ORDER BY {order}")  # noqa: S608 - as above
    return [{key: _to_json(value) for key, value in dict(row).items()} for row in rows]


def _to_json(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def _columns(store: Store, name: str) -> list[sqlite3.Row]:
    return store.rows(f"PRAGMA table_info({name})")


def _insert_rows(store: Store, name: str, rows: object) -> None:
    if not isinstance(rows, list):
        raise _snapshot_error(f"$.tables.{name} must be a list")
    columns = _columns(store, name)
    placeholders = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {name} VALUES ({placeholders})"  # noqa: S608 - as above
    for index, row in enumerate(cast("list[object]", rows)):
        path = f"$.tables.{name}[{index}]"
        values = _row_values(columns, row, path)
        try:
            store.write(statement, values)
        except sqlite3.IntegrityError as error:
            if is_interrupt(error):
                raise
            raise _snapshot_error(f"{path} has the id of another row") from None
        except (OverflowError, UnicodeEncodeError) as error:
            if is_interrupt(error):
                raise
            raise _snapshot_error(f"{path} has a value that SQLite cannot store") from None


def _row_values(columns: list[sqlite3.Row], row: object, path: str) -> list[object]:
    """Return the values of a JSON row in the order of `columns`."""
    names = [str(column["name"]) for column in columns]
    if not isinstance(row, dict) or set(cast("dict[str, object]", row)) != set(names):
        raise _snapshot_error(f"{path} must have exactly {', '.join(names)}")
    fields = cast("dict[str, object]", row)
    return [_stored_value(column, fields[column["name"]], path) for column in columns]


def _stored_value(column: sqlite3.Row, value: object, path: str) -> object:
    """Return the value to store for a JSON value."""
    if value is None and not column["notnull"] and not column["pk"]:
        return None
    is_non_finite = isinstance(value, float) and not math.isfinite(value)
    if is_non_finite or type(value) not in _JSON_TYPES[column["type"]]:
        raise _snapshot_error(f"{path}.{column['name']} must not be {preview(value)}")
    if column["type"] != "BLOB":
        return value
    try:
        return bytes.fromhex(str(value))
    except ValueError as error:
        if is_interrupt(error):
            raise
        raise _snapshot_error(f"{path}.{column['name']} must be hexadecimal digits") from None


def _parse(text: str) -> dict[str, object]:
    if not isinstance(text, str):
        raise _snapshot_error(f"it must be a text, got {preview(text)}")
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        if is_interrupt(error):
            raise
        raise _snapshot_error("it is not JSON") from None
    if not isinstance(document, dict):
        raise _snapshot_error("it is not a JSON object")
    return cast("dict[str, object]", document)


def _parse_time(value: object) -> datetime:
    try:
        # A number is not a time, although ISO 8601 has times of eight digits.
        return timestamps.to_datetime(timestamps.parse(value if isinstance(value, str) else ""))
    except ValueError as error:
        if is_interrupt(error):
            raise
        raise _snapshot_error("$.taken_at must be a time in ISO 8601") from None


def _snapshot_error(reason: str) -> MemsyConfigurationError:
    return MemsyConfigurationError(f"not a snapshot of a local service: {reason}")
