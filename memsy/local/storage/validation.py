"""Validation of stored rows: the values and references that a local service writes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import get_args

from attrs import frozen

from memsy._core.text import preview
from memsy.local.config import DIMENSIONS
from memsy.local.domain.providers import PROVIDERS
from memsy.local.storage import schema
from memsy.models.events import EventKind

Query = Callable[[str], Iterable[sqlite3.Row]]

_TIMESTAMP = "{} BETWEEN -62135596800000000 AND 253402300799999999"  # the years 1 to 9999
_FLAG = "{} IN (0, 1)"
# Below the maximum of SQLite, so that sums and increments are integers, too.
_COUNT = "{} BETWEEN 0 AND 1000000000000000"


def _one_of(values: Iterable[str]) -> str:
    return "{} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


_RULES_BY_COLUMN = {
    **dict.fromkeys(
        (
            "ts",
            "hour",
            "created_at",
            "expires_at",
            "expressed_at",
            "ingested_at",
            "last_recalled_at",
            "last_sync_at",
            "last_used_at",
            "observed_at",
            "updated_at",
        ),
        _TIMESTAMP,
    ),
    **dict.fromkeys(("is_session", "has_seat", "is_authorized"), _FLAG),
    **dict.fromkeys(("quantity", "recall_count"), _COUNT),
    "seq": "{} BETWEEN 1 AND 1000000000000000",
}
"""SQL condition of all columns with a name."""

_UUID = "-".join("[0-9a-f]" * length for length in (8, 4, 4, 4, 12))

_RULES: Mapping[tuple[str, str], str] = {
    ("counter", "value"): """
        {} BETWEEN (SELECT count(*) FROM events) AND 1000000000000000
        AND (SELECT count(*) FROM counter) = 1
        AND NOT EXISTS (
            SELECT 1 FROM events
            WHERE event_id GLOB '01K*' AND length(event_id) = 26
            AND event_id > printf('01K%023d', {})
        )
    """,
    ("keys", "digest"): "length({}) = 32",
    ("keys", "scopes"): _one_of(
        json.dumps(scopes) for scopes in ([], ["read"], ["write"], ["read", "write"])
    ),
    ("signups", "digest"): "length({}) = 32",
    ("signups", "status"): "CASE {} WHEN 'pending' THEN 1 WHEN 'refused' THEN error IS NOT NULL"
    " WHEN 'approved' THEN inbox IS NOT NULL WHEN 'issued' THEN inbox IS NOT NULL"
    " AND org_id IS NOT NULL AND user_id IS NOT NULL AND key_id IS NOT NULL END",
    ("members", "role"): _one_of(("org:admin", "org:member")),
    ("usage", "dimension"): _one_of(DIMENSIONS),
    ("connectors", "provider"): _one_of(PROVIDERS),
    ("connectors", "status"): _one_of(("pending", "active", "error")),
    ("hierarchy", "noun"): _one_of(("org", "role", "team")),
    ("hierarchy", "prompt_meta"): "CASE WHEN json_valid({}) THEN json_type({}) = 'object' END",
    ("events", "kind"): _one_of(get_args(EventKind)),
    ("events", "state"): _one_of(("pending", "completed", "failed")),
    ("memories", "memory_id"): f"{{}} GLOB '{_UUID}'",
    ("memories", "status"): _one_of(("active", "archived", "decayed", "superseded")),
    ("memories", "level"): "CASE {} WHEN 'actor' THEN actor_id IS NOT NULL"
    " WHEN 'role' THEN role_id IS NOT NULL WHEN 'team' THEN team_id IS NOT NULL"
    " ELSE {} = 'org' END",
    ("memories", "confidence"): "{} BETWEEN 0 AND 1",
    ("memories", "strength"): "{} BETWEEN 0 AND 5",
    ("memories", "half_life_days"): "{} > 0 AND {} < 1e9",
}
"""SQL condition by table and column."""

_REFERENCES: Mapping[tuple[str, str], str] = {
    ("keys", "user_id"): "(keys.org_id, {}) IN (SELECT org_id, user_id FROM members)",
    ("offers", "connector_id"): "{} IN (SELECT connector_id FROM connectors)",
    ("selections", "connector_id"): "{} IN (SELECT connector_id FROM connectors)",
    ("memories", "event_id"): "{} IN (SELECT event_id FROM events)",
}
"""SQL condition by table and column, for ids of other rows."""


@frozen
class InvalidValue:
    """Value that a local service never writes."""

    table: str
    column: str
    row: Mapping[str, object]
    keys: tuple[str, ...]
    """Columns of the primary key."""

    @property
    def reason(self) -> str:
        """Words that follow the name of the column in an error message."""
        value = self.row[self.column]
        if isinstance(value, str) and (self.table, self.column) in _REFERENCES:
            return f"must be the id of another row, got {preview(value)}"
        return f"must not be {preview(value)}"


def find_invalid_value(query: Query) -> InvalidValue | None:
    """
    Read all rows, and return the first invalid value.

    Args:
        query: Executes a query on a database with the tables of the schema.

    Raises:
        sqlite3.OperationalError: A text of the database is not UTF-8.
    """
    if not list(query("SELECT value FROM counter")):
        return InvalidValue("counter", "value", {"value": None}, ())
    for table in schema.TABLE_NAMES:
        columns = list(query(f"PRAGMA table_info({table})"))
        conditions = " ".join(
            f"WHEN NOT coalesce({_condition(table, column)}, 0) THEN '{column['name']}'"
            for column in columns
        )
        # The query returns all rows, valid ones too: reading a text checks that it is UTF-8.
        rows = query(f"SELECT CASE {conditions} END, * FROM {table}")  # noqa: S608 - constants
        for row in rows:
            if row[0] is not None:
                keys = tuple(str(column["name"]) for column in columns if column["pk"])
                return InvalidValue(table, row[0], dict(row), keys)
    return None


def _condition(table: str, column: sqlite3.Row) -> str:
    """Return the SQL condition of a column."""
    name, type_ = str(column["name"]), str(column["type"])
    value = f"{table}.{name}"
    # The type of a column is a preference: SQLite keeps a value that it cannot convert.
    condition = f"typeof({value}) = '{type_.lower()}'"
    key = table, name
    for rule in (_RULES_BY_COLUMN.get(name), _RULES.get(key), _REFERENCES.get(key)):
        if rule is not None:
            condition += f" AND ({rule.replace('{}', value)})"
    is_nullable = not column["notnull"] and not column["pk"]
    return f"({value} IS NULL OR {condition})" if is_nullable else f"({condition})"
