"""Count of the events at the service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol


class Message(Protocol):
    """Part of an event that is compared."""

    @property
    def actor_id(self) -> str: ...
    @property
    def session_id(self) -> str: ...
    @property
    def content(self) -> str: ...


@dataclass(frozen=True)
class Verification:
    """Events at the service, beside the events of the history."""

    stored: int
    lost: int
    twice: int
    out_of_order: int

    @property
    def is_complete(self) -> bool:
        """True if each event is there once, in the order of its session."""
        return not (self.lost or self.twice or self.out_of_order)


def verify(events: Iterable[Message], *, expected: int) -> Verification:
    """Count the events that are lost, stored twice, or stored before an earlier event."""
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    stored = 0
    for event in events:
        stored += 1
        numbers[event.actor_id, event.session_id].append(int(event.content.split()[1]))
    distinct = sum(len(set(found)) for found in numbers.values())
    out_of_order = sum(b < a for found in numbers.values() for a, b in pairwise(found))
    return Verification(stored, expected - distinct, stored - distinct, out_of_order)
