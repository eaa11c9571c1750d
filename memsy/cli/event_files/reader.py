"""Base class of the readers, one for each format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from memsy.cli.errors import CommandError
from memsy.models import EventPayload

NumberedEvent: TypeAlias = tuple[int, EventPayload]
"""Number of a line or row, from 1, and its event."""


class EventReader(ABC):
    """
    Iterator over the events of an open file, with the number of their line or row.

    Attributes:
        name: Name of the file, for messages.
        unit: Name of the numbered parts: "line" or "row".
        size: Bytes of the events read so far, decompressed.
        ignored_columns: Columns that become no field of an event, known from the first event on.

    Raises:
        CommandError: A line or row is not an event, or cannot be read; the message names it.
    """

    unit: str = "line"

    def __init__(self, name: str) -> None:
        self.name: str = name
        self.size: int = 0
        self.ignored_columns: Sequence[str] = ()

    @abstractmethod
    def __iter__(self) -> Iterator[NumberedEvent]: ...

    def _advance(self, size: int) -> None:
        self.size += size

    def error(self, number: int, message: object) -> CommandError:
        """Return an error about one line or row."""
        return CommandError(f"{self.name}, {self.unit} {number}: {message}")
