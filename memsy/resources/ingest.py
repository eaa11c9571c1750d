"""Ingest of events in batches: `POST /ingest`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from attrs import evolve

from memsy._core.batch import Batch
from memsy._core.errors import offset_indices
from memsy._core.http import HTTPResponse
from memsy._core.interrupts import is_interrupt
from memsy._core.json_codec import parse
from memsy._core.json_encoder import encoding_error
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.retry import RetrySafety
from memsy._core.text import MAX_MESSAGE, excerpt
from memsy.exceptions import (
    MemsyConfigurationError,
    MemsyError,
    MemsyResponseError,
    ValidationError,
)
from memsy.models import EventPayload, IngestResponse
from memsy.models.events import check_events
from memsy.resources._metered import decode_with_usage

MAX_EVENTS = 500
"""Maximum number of events in one request (wire contract, sections 4 and 9)."""

MAX_BYTES = 8 * 2**20
"""Maximum size of a request body in bytes. AWS API Gateway rejects more than 10 MB."""


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
    """Build the calls of `POST /ingest` for any number of events."""
    payloads = check_events(events)
    starts = range(0, max(len(payloads), 1), MAX_EVENTS)
    try:
        batches = [
            batch
            for start in starts
            for batch in _split_by_size(payloads[start : start + MAX_EVENTS])
        ]
    except MemsyConfigurationError:
        # The message about one request counts the events of this request, not of the call.
        error = encoding_error(_body(payloads), _INGEST.name)
    else:
        return Batch(batches, _merge_responses, partial(_add_stored_events, len(payloads)))
    raise error


def _split_by_size(payloads: Sequence[EventPayload]) -> Iterator[Operation[IngestResponse]]:
    """Yield one call, or the calls for both halves if the body would be too large."""
    operation = _INGEST.operation(
        json=_body(payloads),
        decode=_decode_with_id_count(len(payloads)),
    )
    half = len(payloads) // 2
    if half and len(operation.request.body or b"") > MAX_BYTES:
        yield from _split_by_size(payloads[:half])
        yield from _split_by_size(payloads[half:])
    else:
        yield operation


def _body(payloads: Sequence[EventPayload]) -> dict[str, object]:
    return {"events": [event.to_dict() for event in payloads]}


def _decode_with_id_count(count: int) -> Callable[[HTTPResponse], IngestResponse]:
    """Return a decoder that raises `MemsyResponseError` if the number of ids is not `count`."""

    def decode(response: HTTPResponse) -> IngestResponse:
        try:
            ingested = _INGEST.decode(response)
        except MemsyResponseError as mismatch:
            mismatch.event_ids = _received_ids(response)
            raise
        if len(ingested.event_ids) != count:
            error = MemsyResponseError(
                f"$.event_ids: expected one id for each of {count} events, "
                f"got {len(ingested.event_ids)}"
            )
            error.event_ids, error.maybe_processed = ingested.event_ids, True
            error.response = response
            raise error
        return ingested

    return decode


def _received_ids(response: HTTPResponse) -> list[str]:
    """Return the ids of a response that is not an `IngestResponse`, such as one with null ids."""
    try:
        body = parse(response.content)
    except ValueError as error:
        if is_interrupt(error):
            raise
        return []
    ids = body.get("event_ids") if isinstance(body, dict) else None
    return [item for item in ids if isinstance(item, str)] if isinstance(ids, list) else []


def _merge_responses(responses: Sequence[IngestResponse]) -> IngestResponse:
    """Return one response with the ids of all responses, and the usage of the last response."""
    return evolve(responses[-1], event_ids=_event_ids(responses))


def _add_stored_events(total: int, error: MemsyError, responses: Sequence[IngestResponse]) -> None:
    """Add the ids of the events that earlier requests stored to the error of a later request."""
    stored = _event_ids(responses)
    if isinstance(error, ValidationError):
        offset_indices(error, "events", len(stored))
    progress = f"the first {len(stored)} of {total} events were stored before"
    end = f" - {progress}; .event_ids has their ids"
    error.args = (excerpt(str(error), MAX_MESSAGE - len(end)) + end,)
    # Replace the ids of a response with the wrong number of ids: they match no known event.
    error.event_ids = stored
    error.maybe_processed = True


def _event_ids(responses: Sequence[IngestResponse]) -> list[str]:
    return [event_id for response in responses for event_id in response.event_ids]
