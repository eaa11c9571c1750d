"""All that a service holds, as a text that people can read, and that a service can begin with."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import cast

from attrs import frozen

from memsy.exceptions import MemsyConfigurationError
from memsy.local import timestamps
from memsy.local.storage import schema, search_index
from memsy.local.storage.store import Store

_FORMAT = "memsy snapshot"
_PARTS = ("format", "version", "taken_at", "tables")
# What the columns of a type are in JSON: bytes stand there in hexadecimal digits.
_KINDS = {"INTEGER": (int,), "REAL": (float, int), "TEXT": (str,), "BLOB": (str,)}

_CONTRADICTIONS = {
    "counter": "SELECT (SELECT count(*) FROM counter) <> 1",
    "keys": "SELECT count(*) FROM keys LEFT JOIN members USING (org_id, user_id)"
    " WHERE members.role IS NULL OR NOT json_valid(scopes)",
    "events": "SELECT count(*) FROM events WHERE state NOT IN ('pending', 'completed', 'failed')",
    "memories": "SELECT count(*) FROM memories LEFT JOIN events USING (event_id)"
    " WHERE events.seq IS NULL OR level NOT IN ('actor', 'role', 'team', 'org')"
    " OR status NOT IN ('active', 'archived', 'decayed', 'superseded')",
}
"""What no service ever does: the number of times that a table does it all the same."""


def export(store: Store, now: int) -> str:
    """A snapshot of *store*; the same text again as long as nothing changes, time included."""
    said = {
        "format": _FORMAT,
        "version": schema.VERSION,
        "taken_at": timestamps.to_text(now),
        "tables": {name: _rows(store, name, made) for name, made in store.tables().items()},
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


@frozen
class Snapshot:
    """What such a text says."""

    taken_at: datetime
    tables: Mapping[str, object]

    @classmethod
    def read(cls, text: str) -> Snapshot:
        """
        The snapshot in *text*, all of which could be restored.

        Raises:
            MemsyConfigurationError: there is none, or one of another version.
        """
        said = _parsed(text)
        if said.get("format") != _FORMAT:
            raise _no_snapshot(f'it does not say "format": "{_FORMAT}"')
        if said.get("version") != schema.VERSION:
            raise MemsyConfigurationError(
                "this snapshot is of another version of the local service: "
                f"it has version {said.get('version')!r}, not {schema.VERSION}"
            )
        if set(said) != set(_PARTS) or not isinstance(said["tables"], dict):
            raise _no_snapshot(f"it has to have {', '.join(_PARTS)}, and nothing else")
        snapshot = cls(_moment(said["taken_at"]), cast("Mapping[str, object]", said["tables"]))
        with closing(Store(None, str)) as rehearsal, rehearsal.transaction():
            snapshot.restore(rehearsal)
        return snapshot

    def restore(self, store: Store) -> None:
        """
        Let a *store* in which nothing has been stored yet hold what this holds, and nothing else.

        Raises:
            MemsyConfigurationError: these are no rows of its tables.
        """
        names = store.tables()
        if set(self.tables) != set(names):
            raise _no_snapshot(f"its tables have to be {', '.join(names)}")
        for name in names:
            store.write(f"DELETE FROM {name}")  # noqa: S608 - a name of ours
            _fill(store, name, self.tables[name])
        for name, query in _CONTRADICTIONS.items():
            if store.number(query):
                raise _no_snapshot(f"the rows of {name} contradict the others")
        search_index.index_since(store, 0)


def _rows(store: Store, name: str, made: str) -> list[dict[str, object]]:
    """All rows: in the order in which they came, if the table knows it, and else by their keys."""
    keys = [str(column["name"]) for column in _columns(store, name) if column["pk"]]
    order = ", ".join(keys) if made.endswith("WITHOUT ROWID") else "rowid"
    rows = store.rows(f"SELECT * FROM {name} ORDER BY {order}")  # noqa: S608 - as above
    return [{key: _shown(value) for key, value in dict(row).items()} for row in rows]


def _shown(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def _columns(store: Store, name: str) -> list[sqlite3.Row]:
    return store.rows(f"PRAGMA table_info({name})")


def _fill(store: Store, name: str, rows: object) -> None:
    if not isinstance(rows, list):
        raise _no_snapshot(f"$.tables.{name} has to be a list")
    columns = _columns(store, name)
    marks = ", ".join("?" * len(columns))
    read = (
        _row(columns, row, f"$.tables.{name}[{place}]")
        for place, row in enumerate(cast("list[object]", rows))
    )
    try:
        store.write_each(f"INSERT INTO {name} VALUES ({marks})", read)  # noqa: S608 - as above
    except sqlite3.IntegrityError:
        raise _no_snapshot(f"two rows of {name} have the same id") from None
    except (OverflowError, UnicodeEncodeError):
        raise _no_snapshot(f"a row of {name} has what no database can hold") from None


def _row(columns: list[sqlite3.Row], row: object, path: str) -> list[object]:
    """The values of a *row*, in the order of its *columns*."""
    names = [str(column["name"]) for column in columns]
    if not isinstance(row, dict) or set(cast("dict[str, object]", row)) != set(names):
        raise _no_snapshot(f"{path} has to have {', '.join(names)}, and nothing else")
    fields = cast("dict[str, object]", row)
    return [_value(column, fields[column["name"]], path) for column in columns]


def _value(column: sqlite3.Row, value: object, path: str) -> object:
    """What to store of a *value* in JSON."""
    if value is None and not column["notnull"] and not column["pk"]:
        return None
    is_odd = isinstance(value, float) and not math.isfinite(value)
    if is_odd or type(value) not in _KINDS[column["type"]]:
        raise _no_snapshot(f"{path}.{column['name']} cannot be {value!r}")
    if column["type"] != "BLOB":
        return value
    try:
        return bytes.fromhex(str(value))
    except ValueError:
        raise _no_snapshot(f"{path}.{column['name']} has to be hexadecimal") from None


def _parsed(text: str) -> dict[str, object]:
    try:
        said: object = json.loads(text)
    except (ValueError, RecursionError):
        raise _no_snapshot("it is no JSON") from None
    if not isinstance(said, dict):
        raise _no_snapshot("it is no JSON object")
    return cast("dict[str, object]", said)


def _moment(said: object) -> datetime:
    try:
        return timestamps.to_datetime(timestamps.parse(str(said)))
    except ValueError:
        raise _no_snapshot("$.taken_at has to be a moment in ISO 8601") from None


def _no_snapshot(reason: str) -> MemsyConfigurationError:
    return MemsyConfigurationError(f"this is no snapshot of a local service: {reason}")
