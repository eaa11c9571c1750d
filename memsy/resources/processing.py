"""Wait for the processing of events, by polling `POST /status`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve

from memsy._core import encode
from memsy._core.operation import Operation
from memsy._core.poll import Polling
from memsy.exceptions import MemsyTimeoutError
from memsy.models import StatusResponse
from memsy.resources.client_operations import status


def wait_until_processed(
    *, event_ids: Iterable[str], timeout: float, poll_interval: float
) -> Polling[StatusResponse]:
    """Build the wait for any number of events."""
    ids = encode.identifiers("event_ids", event_ids)
    return _ProcessingPolling(ids, timeout=timeout, poll_interval=poll_interval)


class _ProcessingPolling(Polling[StatusResponse]):
    """Wait for the events of one call. Each poll asks for the pending events only."""

    def __init__(self, event_ids: Iterable[str], *, timeout: float, poll_interval: float) -> None:
        super().__init__(timeout, poll_interval)
        self._ids = list(dict.fromkeys(event_ids))
        self._completed: set[str] = set()
        self._failed: set[str] = set()
        self._latest = StatusResponse([], [], [], 0)

    def is_finished(self) -> bool:
        return not self._pending_ids()

    def operations(self) -> Sequence[Operation[StatusResponse]]:
        operations = status(self._pending_ids()).operations
        return [evolve(operation, name="wait_until_processed") for operation in operations]

    def receive(self, response: StatusResponse) -> None:
        self._completed.update(response.completed_ids)
        self._failed.update(response.failed_ids)
        self._latest, self.request_id = response, response.request_id

    def result(self) -> StatusResponse:
        completed = [id_ for id_ in self._ids if id_ in self._completed]
        failed = [id_ for id_ in self._ids if id_ in self._failed]
        return evolve(
            self._latest,
            completed_ids=completed,
            failed_ids=failed,
            pending_ids=[],
            total=len(self._ids),
            statuses=dict.fromkeys(completed, "completed") | dict.fromkeys(failed, "failed"),
        )

    @property
    def unfinished(self) -> str:
        return f"{len(self._pending_ids())} of {len(self._ids)} events are still pending"

    def on_timeout(self, error: MemsyTimeoutError) -> None:
        error.pending_ids = self._pending_ids()

    def _pending_ids(self) -> list[str]:
        """Return the ids in no final state. An unknown id counts as pending."""
        finished = self._completed | self._failed
        return [id_ for id_ in self._ids if id_ not in finished]
