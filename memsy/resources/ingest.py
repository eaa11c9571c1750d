"""Ingest of events, in as many batches as needed: `POST /ingest`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from attrs import evolve

from memsy._core.batch import Batch
from memsy._core.errors import offset_indices
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.retry import RetrySafety
from memsy.exceptions import (
    MemsyConfigurationError,
    MemsyError,
    MemsyResponseError,
    ValidationError,
)
from memsy.models import EventPayload, IngestResponse
from memsy.resources._metered import decode_with_usage

if TYPE_CHECKING:
    from memsy._core.http import HTTPResponse

MAX_EVENTS = 500
"""Events in one request: no one has seen the service take more (section 4 of the wire contract)."""

MAX_BYTES = 8 * 2**20
"""Bytes of one body, well below the 10 MB at which gateways like the service's turn it away."""


_INGEST = Endpoint(
    name="ingest",
    plane=Plane.DATA,
    method="POST",
    path="/ingest",
    response=IngestResponse,
    body=("events",),
    decode=decode_with_usage(IngestResponse),
    retry_safety=RetrySafety.WITHIN_WINDOW,
)


def ingest(events: Iterable[EventPayload]) -> Batch[IngestResponse]:
    payloads = check_events(events)
    starts = range(0, max(len(payloads), 1), MAX_EVENTS)
    batches = [
        batch for start in starts for batch in _batches(payloads[start : start + MAX_EVENTS])
    ]
    return Batch(batches, _joined, partial(_cut_short, len(payloads)))


def check_events(events: object) -> list[EventPayload]:
    """
    *events*, which are to be a list of `EventPayload`, or any other iterable of them.

    Raises:
        MemsyConfigurationError: they are not; the message says which of them.
    """
    if isinstance(events, (str, bytes, dict)) or not isinstance(events, Iterable):
        raise MemsyConfigurationError(
            f"ingest takes a list of EventPayload, got {type(events).__name__}"
        )
    payloads: list[EventPayload] = []
    for i, event in enumerate(events):
        if not isinstance(event, EventPayload):
            raise MemsyConfigurationError(
                f"events[{i}] must be an EventPayload, got {type(event).__name__}"
            )
        payloads.append(event)
    return payloads


def _batches(payloads: Sequence[EventPayload]) -> Iterator[Operation[IngestResponse]]:
    """One request; or, if its body would be too large, those for both halves."""
    batch = _INGEST.operation(
        json={"events": [event.to_dict() for event in payloads]},
        decode=_one_id_each(len(payloads)),
    )
    half = len(payloads) // 2
    if half and len(batch.request.body or b"") > MAX_BYTES:
        yield from _batches(payloads[:half])
        yield from _batches(payloads[half:])
    else:
        yield batch


def _one_id_each(events: int) -> Callable[[HTTPResponse], IngestResponse]:
    def decode(response: HTTPResponse) -> IngestResponse:
        answer = _INGEST.decode(response)
        if len(answer.event_ids) != events:
            error = MemsyResponseError(
                f"$.event_ids: expected one for each of {events} events, "
                f"got {len(answer.event_ids)}"
            )
            error.event_ids, error.maybe_processed = answer.event_ids, True
            raise error
        return answer

    return decode


def _joined(answers: Sequence[IngestResponse]) -> IngestResponse:
    return evolve(answers[-1], event_ids=_ids(answers))


def _cut_short(total: int, error: MemsyError, answers: Sequence[IngestResponse]) -> None:
    stored = _ids(answers)
    if isinstance(error, ValidationError):
        offset_indices(error, "events", len(stored))
    before = f"the first {len(stored)} of {total} events were stored before"
    error.args = (f"{error} - {before}; .event_ids has their ids",)
    error.event_ids = stored  # and not what an answer of a wrong number says: nobody can go by it
    error.maybe_processed = True


def _ids(answers: Sequence[IngestResponse]) -> list[str]:
    return [event_id for answer in answers for event_id in answer.event_ids]
