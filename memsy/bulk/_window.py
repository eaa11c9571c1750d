"""Window of the events that a load has read: waiting or in flight, ordered within sessions."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TypeAlias

from attrs import define, field

from memsy.bulk._event import ReadEvent

Session: TypeAlias = tuple[str, str]


@define(eq=False)
class Window:
    """
    Events that were read from the source and have no result.

    Events of one session are in at most one batch in flight, so their order is kept.

    Args:
        batch_size: Maximum number of events of a batch.
        capacity: Maximum number of events, waiting and in flight together.
    """

    batch_size: int
    capacity: int
    _count: int = field(default=0, init=False)
    _free_count: int = field(default=0, init=False)
    """Number of waiting events of free sessions."""
    _waiting: dict[Session, deque[ReadEvent]] = field(factory=dict, init=False)
    _in_flight: set[Session] = field(factory=set, init=False)
    _oldest: list[tuple[int, Session]] = field(factory=list, init=False)
    """Heap of the free sessions by the position of their first waiting event."""

    @property
    def is_full(self) -> bool:
        """True if no further event may be read."""
        return self._count >= self.capacity

    @property
    def waiting_count(self) -> int:
        """Number of events that are in no batch."""
        return sum(map(len, self._waiting.values()))

    def add(self, event: ReadEvent) -> None:
        """Add the next event of the source."""
        session = event.session
        waiting = self._waiting.get(session)
        self._count += 1
        is_free = session not in self._in_flight
        self._free_count += is_free
        if waiting is not None:
            waiting.append(event)
            return
        self._waiting[session] = deque((event,))
        if is_free:
            heappush(self._oldest, (event.position, session))

    def next_batch(self, *, is_last: bool) -> list[ReadEvent]:
        """
        Move the events of the next batch from waiting to in flight.

        Args:
            is_last: The source has ended, so that an incomplete batch is sent, too.

        Returns:
            The events: whole sessions, or the first events of one long session. Empty if the batch
            would be too small, or if all sessions with waiting events are in flight.
        """
        if self._free_count < self.batch_size and not (is_last or self.is_full):
            return []
        batch: list[ReadEvent] = []
        while self._oldest:
            session = self._oldest[0][1]
            waiting = self._waiting[session]
            if batch and len(batch) + len(waiting) > self.batch_size:
                break
            heappop(self._oldest)
            self._free_count -= len(waiting)
            self._in_flight.add(session)
            batch += [waiting.popleft() for _ in range(min(len(waiting), self.batch_size))]
            if not waiting:
                del self._waiting[session]
        return batch

    def finish(self, batch: list[ReadEvent]) -> None:
        """Remove the events of a batch that has its results. Their sessions are free again."""
        self._count -= len(batch)
        sessions = {event.session for event in batch}
        self._in_flight -= sessions
        for session in sessions & self._waiting.keys():
            waiting = self._waiting[session]
            self._free_count += len(waiting)
            heappush(self._oldest, (waiting[0].position, session))
