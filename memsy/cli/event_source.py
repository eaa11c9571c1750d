"""Source of a load: the events of one file or of stdin."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from memsy.cli.event_files.reader import NumberedEvent


@attrs.frozen
class EventSource:
    """
    Events of one file or of stdin.

    Attributes:
        name: Name of the source, for messages.
        ledger_name: Name of the source in a ledger.
        read: Returns the events in order.
        unit: Name of the numbered parts, for messages: "line" or "row".
        count: Number of events. None if it is not known.
    """

    name: str
    ledger_name: str
    read: Callable[[], Iterable[NumberedEvent]]
    unit: str = "line"
    count: int | None = None
