"""Worker that ingests events, waits for their processing, and searches memories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from memsy import (
    AuthenticationError,
    EventPayload,
    MemsyClientProtocol,
    MemsyConnectionError,
    MemsyError,
    MemsyTimeoutError,
    UsageLimitExceeded,
)


@dataclass(frozen=True)
class IngestReport:
    """Result of an ingest: ids of the stored events, the remaining events, and the error."""

    stored_ids: Sequence[str]
    remaining: Sequence[EventPayload]
    error: str | None = None


class TranscriptWorker:
    """Worker on a memory client, real or fake."""

    def __init__(self, memory: MemsyClientProtocol) -> None:
        self._memory = memory

    def ingest(self, events: Sequence[EventPayload]) -> IngestReport:
        """Store any number of events in order, until an error."""
        if not events:
            return IngestReport([], [])  # the service refuses an empty list
        try:
            return IngestReport(self._memory.ingest(events).event_ids, [])
        except MemsyError as error:
            # Many events take several requests: the first ones may be stored.
            stored_ids = error.event_ids
            return IngestReport(stored_ids, events[len(stored_ids) :], _describe(error))

    def wait_until_processed(
        self, event_ids: Sequence[str], *, timeout: float = 60.0
    ) -> Sequence[str]:
        """Return the ids of the events that failed, or that are pending at the end of `timeout`."""
        try:
            return self._memory.wait_until_processed(event_ids, timeout=timeout).failed_ids
        except MemsyTimeoutError as error:
            return error.pending_ids

    def search(self, caller: str, query: str, *, role: str | None = None) -> list[str]:
        """Search the memories of a caller, and those of a role if one is given."""
        role_ids = None if role is None else [role]
        response = self._memory.search(query, actor_id=caller, role_ids=role_ids, limit=5)
        return [result.content for result in response.results]

    def list_memories(self, caller: str) -> Iterator[str]:
        """Return the texts of all memories of a caller, newest first."""
        return (memory.text for memory in self._memory.memories.iterate(actor_id=caller))


def _describe(error: MemsyError) -> str:
    if isinstance(error, UsageLimitExceeded):
        return f"quota exhausted: {error.dimension}, {error.current} of {error.limit}"
    if isinstance(error, AuthenticationError):
        return "the memory service rejected the API key"
    if isinstance(error, MemsyConnectionError):
        return f"no response from the memory service, attempts: {error.attempts}"
    return str(error)
