"""Conversion of the columns of a block to events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import field, fields, frozen

from memsy._core.text import preview
from memsy.exceptions import MemsyConfigurationError
from memsy.models import EventPayload

Block: TypeAlias = Iterable[Mapping[str, Sequence[Any]]]
"""Slices of a block: the values of each column. None is a null. It can be iterated again."""

_FIELDS = tuple(attribute.name for attribute in fields(EventPayload))
_REQUIRED = ("actor_id", "session_id", "kind", "content")
_TYPES: Mapping[str, tuple[type, ...]] = {"metadata": (str, Mapping)}
"""Types of the fields that are not texts alone. `EventPayload` checks `ts`."""


def _checked_columns(columns: Mapping[str, str]) -> Mapping[str, str]:
    for name, column in columns.items():
        _check_field("columns", name)
        if not isinstance(column, str):
            raise MemsyConfigurationError(
                f"columns[{name!r}] must be the name of a column, got {type(column).__name__}"
            )
    return dict(columns)


def _checked_constants(constants: Mapping[str, Any]) -> Mapping[str, Any]:
    for name, value in constants.items():
        _check_field("constants", name)
        if value is None and name in _REQUIRED:
            raise MemsyConfigurationError(f"constants[{name!r}] must not be None")
    return dict(constants)


def _check_field(argument: str, name: object) -> None:
    if name not in _FIELDS:
        raise MemsyConfigurationError(
            f"{argument}: {preview(name)} is not a field of EventPayload: use {', '.join(_FIELDS)}"
        )


@frozen
class EventColumns:
    """
    Mapping from the columns of a dataset to the fields of `EventPayload`.

    A field without an entry takes the column with its own name. Optional fields without such a
    column are None.

    Args:
        columns: Name of the column of a field.
        constants: Value of a field for all events.

    Raises:
        MemsyConfigurationError: An entry is not a field, or a field has two entries.
    """

    columns: Mapping[str, str] = field(converter=_checked_columns)
    constants: Mapping[str, Any] = field(converter=_checked_constants)

    def __attrs_post_init__(self) -> None:
        both = sorted(self.columns.keys() & self.constants.keys())
        if both:
            raise MemsyConfigurationError(
                f"{both[0]} has a column and a constant: remove one of the two entries"
            )

    def source_columns(self, names: Sequence[str]) -> dict[str, str]:
        """
        Return the column of each field, for a dataset with the columns `names`.

        Raises:
            MemsyConfigurationError: A column is missing.
        """
        found: dict[str, str] = {}
        for name in _FIELDS:
            if name in self.constants:
                continue
            column = self.columns.get(name, name)
            if column in names:
                found[name] = column
            elif name in self.columns or name in _REQUIRED:
                raise MemsyConfigurationError(
                    f"the dataset has no column {column!r} for {name}: its columns are "
                    f"{', '.join(names) or 'none'}; set columns or constants"
                )
        return found

    def to_events(self, block: Block, place: str) -> Iterator[EventPayload]:
        """
        Yield an event for each row of a block.

        Args:
            block: Slices of the block.
            place: Description of the block, for errors.

        Raises:
            MemsyConfigurationError: A column is missing, or a value does not fit its field. The
                message has the row, counted from 0, and never the content.
        """
        row = 0
        for part in block:
            sources = self.source_columns(list(part))
            length = max((len(values) for values in part.values()), default=0)
            columns = [
                part[sources[name]] if name in sources else [self.constants.get(name)] * length
                for name in _FIELDS
            ]
            for values in zip(*columns, strict=True):
                yield _to_event(values, f"row {row} of {place}")
                row += 1


def _to_event(values: Sequence[Any], place: str) -> EventPayload:
    arguments = dict(zip(_FIELDS, values, strict=True))
    _check_types(arguments, place)
    try:
        return EventPayload(**arguments)
    except MemsyConfigurationError as error:
        raise MemsyConfigurationError(f"{place}: {error}") from error


def _check_types(arguments: Mapping[str, Any], place: str) -> None:
    """Check what `EventPayload` accepts, or reports with the content."""
    for name, value in arguments.items():
        if value is None:
            if name in _REQUIRED:
                raise MemsyConfigurationError(f"{place}: {name} must be text, got null")
        elif name != "ts" and not isinstance(value, _TYPES.get(name, str)):
            expected = "JSON text or a struct" if name in _TYPES else "text"
            raise MemsyConfigurationError(
                f"{place}: {name} must be {expected}, got {type(value).__name__}"
            )
