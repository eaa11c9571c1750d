"""Worker that ingests events, waits for their processing, and searches memories."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from memsy import (
    AuthenticationError,
    EventPayload,
    MemsyClientProtocol,
    MemsyConnectionError,
    MemsyError,
    UsageLimitExceeded,
)

T = TypeVar("T")

_PAGE_SIZE = 50
_STATUS_BATCH_SIZE = 500
_POLL_SECONDS = 2.0


@dataclass(frozen=True)
class IngestReport:
    """Result of an ingest: ids of the stored events, the remaining events, and the error."""

    stored_ids: list[str]
    remaining: Sequence[EventPayload]
    error: str | None = None


class TranscriptWorker:
    """
    Worker on a memory client, real or fake.

    Args:
        memory: Client of the memory service.
        batch_size: Number of events in one request.
        sleep: Waits for a number of seconds; tests pass the `sleep` of a test clock.
    """

    def __init__(
        self,
        memory: MemsyClientProtocol,
        *,
        batch_size: int = 100,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._memory = memory
        self._batch_size = batch_size
        self._sleep = sleep

    def ingest(self, events: Sequence[EventPayload]) -> IngestReport:
        """Store events in order, and stop at the first error."""
        stored_ids: list[str] = []
        for batch in _batches(events, self._batch_size):
            try:
                stored_ids += self._memory.ingest(batch).event_ids
            except MemsyError as error:
                # A large batch takes several requests: some of its events may be stored.
                stored_ids += error.event_ids
                return IngestReport(stored_ids, events[len(stored_ids) :], _describe(error))
        return IngestReport(stored_ids, [])

    def wait_until_processed(self, event_ids: Sequence[str], *, max_polls: int = 10) -> list[str]:
        """Poll until no event is pending; return the ids that failed or are still pending."""
        failed: list[str] = []
        pending = event_ids
        for _ in range(max_polls):
            batches = _batches(pending, _STATUS_BATCH_SIZE)
            responses = [self._memory.status(list(batch)) for batch in batches]
            failed += [event_id for response in responses for event_id in response.failed_ids]
            pending = [event_id for response in responses for event_id in response.pending_ids]
            if not pending:
                break
            self._sleep(_POLL_SECONDS)
        return [*failed, *pending]

    def search(self, caller: str, query: str, *, role: str | None = None) -> list[str]:
        """Search the memories of a caller, and those of a role if one is given."""
        role_ids = None if role is None else [role]
        response = self._memory.search(query, actor_id=caller, role_ids=role_ids, limit=5)
        return [result.content for result in response.results]

    def list_memories(self, caller: str) -> Iterator[str]:
        """Yield all memories of a caller, newest first."""
        offset, total = 0, 1
        while offset < total:
            page = self._memory.memories.list(actor_id=caller, limit=_PAGE_SIZE, offset=offset)
            yield from (memory.text for memory in page.items)
            offset, total = offset + _PAGE_SIZE, page.total


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _describe(error: MemsyError) -> str:
    if isinstance(error, UsageLimitExceeded):
        return f"quota exhausted: {error.dimension}, {error.current} of {error.limit}"
    if isinstance(error, AuthenticationError):
        return "the memory service rejected the API key"
    if isinstance(error, MemsyConnectionError):
        return f"no response from the memory service, attempts: {error.attempts}"
    return str(error)
