"""Columns of a table that become fields of events: `--column` and `--set`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from memsy._core import encode
from memsy._core.text import excerpt
from memsy.cli.errors import CommandError
from memsy.cli.exit_codes import ExitCode
from memsy.exceptions import MemsyConfigurationError
from memsy.models import EventPayload
from memsy.models.events import EVENT_KINDS

_FIELDS = attrs.fields_dict(EventPayload)
REQUIRED = tuple(name for name, field in _FIELDS.items() if field.default is attrs.NOTHING)
"""Fields that every event has."""

_COLUMN = "--column"

_MAX_LENGTH = 300
"""Characters of a list of columns in a message."""


@attrs.frozen
class ColumnOptions:
    """Values of `--column` and `--set`: column and constant of a field."""

    columns: Mapping[str, str] = attrs.field(factory=dict[str, str])
    constants: Mapping[str, str] = attrs.field(factory=dict[str, str])

    @classmethod
    def parse(cls, columns: Iterable[str], constants: Iterable[str]) -> ColumnOptions:
        """
        Return the options for values such as `content=text`.

        Raises:
            CommandError: A value is not `FIELD=...`, or two options name one field.
            MemsyConfigurationError: A field or a kind of events is unknown.
        """
        options = cls(_pairs(_COLUMN, "COLUMN", columns), _pairs("--set", "VALUE", constants))
        for name in options.columns.keys() & options.constants.keys():
            raise _usage_error(f"--column and --set both name the field {name}: leave out one")
        if "kind" in options.constants:
            encode.choice("--set kind", options.constants["kind"], EVENT_KINDS)
        return options

    def __bool__(self) -> bool:
        return bool(self.columns or self.constants)

    def apply(self, file: str, columns: Sequence[str]) -> TableLayout:
        """
        Return the layout of a table that has these columns.

        Raises:
            CommandError: A column is missing, or two have the same name.
        """
        used: dict[str, str] = {}
        for field in _FIELDS:
            column = self.columns.get(field, field)
            if field not in self.constants and (
                column in columns or field in REQUIRED or field in self.columns
            ):
                used[field] = column
        self._check(file, used, columns)
        return TableLayout(
            used,
            {field: value or None for field, value in self.constants.items()},
            [column for column in columns if column not in used.values()],
        )

    def _check(self, file: str, used: Mapping[str, str], columns: Sequence[str]) -> None:
        missing = {field: column for field, column in used.items() if column not in columns}
        for field in missing:
            names = ", ".join(map(repr, missing.values()))
            fix = f"--column {field}=COLUMN names another column"
            if field not in self.columns:
                fix = f"{fix}, and --set {field}=VALUE gives all events one value"
            raise _usage_error(
                f"{file} has no column {names}. Its columns are "
                f"{excerpt(', '.join(map(repr, columns)), _MAX_LENGTH)}: {fix}"
            )
        for column in used.values():
            if columns.count(column) > 1:
                raise _usage_error(f"{file} has more than one column {column!r}: rename one")


@attrs.frozen
class TableLayout:
    """
    Columns and constants of the fields of events in one table.

    Attributes:
        columns: Column of each field that the table gives, in the order of the fields.
        constants: Value of each field that is the same in all events.
        ignored: Columns that become no field.
    """

    columns: Mapping[str, str]
    constants: Mapping[str, str | None]
    ignored: Sequence[str]

    def event(self, values: Iterable[object]) -> EventPayload:
        """
        Return the event of one row.

        Args:
            values: One value for each item of `columns`.

        Raises:
            ValueError: A required value is empty, or a value is not the one of an event.
        """
        fields: dict[str, Any] = dict(self.constants)
        for name, value in zip(self.columns, values, strict=True):
            fields[name] = None if value == "" else value
        for name in REQUIRED:
            if fields[name] is None:
                raise ValueError(f"{name} is empty")
        try:
            return EventPayload(**fields)
        except MemsyConfigurationError as error:
            raise ValueError(str(error).removeprefix(f"{EventPayload.__name__}: ")) from None


def _pairs(option: str, right_side: str, values: Iterable[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for item in values:
        field, separator, value = item.partition("=")
        if not separator:
            raise _usage_error(f"{option} {item!r} has no '=': write {option} FIELD={right_side}")
        if not value and option == _COLUMN:
            raise _usage_error(f"{option} {item!r} names no column: write {option} FIELD=COLUMN")
        name = encode.choice(f"the field of {option}", field, list(_FIELDS))
        if name in pairs:
            raise _usage_error(f"{option} names the field {name} twice: leave out one")
        pairs[name] = value
    return pairs


def _usage_error(message: str) -> CommandError:
    return CommandError(message, ExitCode.USAGE)
