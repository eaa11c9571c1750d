"""What the scribe does with a memory, whichever client it is given."""

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

_PAGE = 50


@dataclass(frozen=True)
class Report:
    """How far the scribe got: the ids of what is stored, what is left, and why."""

    stored: list[str]
    left: Sequence[EventPayload]
    trouble: str | None = None


class Scribe:
    """
    Writes utterances into a memory, and reads in it.

    *batch* is how many go in one call, *pause* lets seconds pass where it has to wait.
    """

    def __init__(
        self,
        memory: MemsyClientProtocol,
        *,
        batch: int = 100,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._memory = memory
        self._batch = batch
        self._pause = pause

    def write(self, utterances: Sequence[EventPayload]) -> Report:
        """Store *utterances* in their order, and stop where that does not work."""
        stored: list[str] = []
        for batch in _batches(utterances, self._batch):
            try:
                stored += self._memory.ingest(batch).event_ids
            except MemsyError as error:
                stored += error.event_ids  # an ingest of more than one request may do a part
                return Report(stored, utterances[len(stored) :], _trouble(error))
        return Report(stored, [])

    def unsettled(self, event_ids: Sequence[str], *, looks: int = 10) -> list[str]:
        """Wait until the service has done its part; gives what failed, or takes too long."""
        failed: list[str] = []
        pending = event_ids
        for _ in range(looks):
            answers = [self._memory.status(list(batch)) for batch in _batches(pending, 500)]
            failed += [event_id for answer in answers for event_id in answer.failed_ids]
            pending = [event_id for answer in answers for event_id in answer.pending_ids]
            if not pending:
                break
            self._pause(2.0)
        return [*failed, *pending]

    def brief(self, caller: str, about: str, *, desk: str | None = None) -> list[str]:
        """What a caller has said *about* something, and what was said to all at the *desk*."""
        desks = None if desk is None else [desk]
        found = self._memory.search(about, actor_id=caller, role_ids=desks, limit=5)
        return [memory.content for memory in found.results]

    def everything(self, caller: str) -> Iterator[str]:
        """All that is known of a caller, the newest first."""
        offset, total = 0, 1
        while offset < total:
            page = self._memory.memories.list(actor_id=caller, limit=_PAGE, offset=offset)
            yield from (memory.text for memory in page.items)
            offset, total = offset + _PAGE, page.total


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _trouble(error: MemsyError) -> str:
    """What whoever started the scribe can do something with."""
    if isinstance(error, UsageLimitExceeded):
        return f"{error.dimension} is used up, {error.current} of {error.limit}"
    if isinstance(error, AuthenticationError):
        return "the memory does not know our key"
    if isinstance(error, MemsyConnectionError):
        return f"the memory did not answer, attempts: {error.attempts}"
    return str(error)
