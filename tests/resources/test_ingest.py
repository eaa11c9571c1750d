"""Batches of `ingest`: size of a request, event ids, and errors of a later request."""

from __future__ import annotations

import json
from uuid import UUID

import attrs
import pytest
from attrs import define, field

from memsy import (
    EventPayload,
    HTTPResponse,
    IngestResponse,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    UsageLimitExceeded,
    ValidationError,
)
from memsy._core.http import HTTPRequest
from memsy.resources.ingest import MAX_BYTES, ingest
from tests.support.recording_clients import (
    MakeClient,
    Recording,
    in_both_modes,
    ok,
    outcome,
    recording_of,
)


def events(count: int, content: str = "tea") -> list[EventPayload]:
    return [EventPayload("ann", "s-1", "user_message", f"{content} {n}") for n in range(count)]


@define
class NumberingRecord(Recording):
    """Numbered event ids; a request after `limit` events gets the scripted response."""

    limit: int = 10**9
    sizes: list[int] = field(factory=list[int])

    def respond(self, request: HTTPRequest) -> HTTPResponse:
        events = json.loads(request.body or b"")["events"]
        stored = sum(self.sizes)
        if stored >= self.limit:
            return super().respond(request)
        self.requests.append(request)
        self.sizes.append(len(events))
        return ok({"event_ids": [f"e{stored + n}" for n in range(len(events))]})


def numbering(*responses: HTTPResponse | MemsyError, limit: int = 10**9) -> NumberingRecord:
    return NumberingRecord(list(responses), limit=limit)


def ingest_error(make_client: MakeClient, recording: Recording, count: int) -> MemsyError:
    with pytest.raises(MemsyError) as excinfo:
        outcome(make_client, lambda memsy: memsy.ingest(events(count)), recording)
    return excinfo.value


@pytest.mark.covers("Q05")
@in_both_modes
def test_any_number_of_events_is_ingested_and_the_ids_keep_their_order(
    make_client: MakeClient,
) -> None:
    recording = numbering()
    response = outcome(make_client, lambda memsy: memsy.ingest(events(50_000)), recording)
    assert isinstance(response, IngestResponse)
    assert response.event_ids == [f"e{n}" for n in range(50_000)]
    assert recording.sizes == [500] * 100
    assert all(len(request.body or b"") <= MAX_BYTES for request in recording.requests)


@pytest.mark.covers("Q05")
@in_both_modes
def test_long_events_are_sent_in_smaller_requests(make_client: MakeClient) -> None:
    recording = numbering()
    long_events = events(500, "\N{HOT BEVERAGE}" * 31_000)
    response = outcome(make_client, lambda memsy: memsy.ingest(long_events), recording)
    assert isinstance(response, IngestResponse)
    assert response.event_ids == [f"e{n}" for n in range(500)]
    assert sum(recording.sizes) == 500
    assert all(len(request.body or b"") <= MAX_BYTES for request in recording.requests)
    sent = [
        event
        for request in recording.requests
        for event in json.loads(request.body or b"")["events"]
    ]
    assert sent == [event.to_dict() for event in long_events]


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, [0]), (1, [1]), (500, [500]), (501, [500, 1]), (1000, [500, 500])]
)
@in_both_modes
def test_up_to_500_events_are_sent_in_one_request(
    make_client: MakeClient, count: int, sizes: list[int]
) -> None:
    recording = numbering()
    outcome(make_client, lambda memsy: memsy.ingest(events(count)), recording)
    assert recording.sizes == sizes


def test_single_event_is_sent_at_any_size() -> None:
    """The service decides about the size of one event."""
    assert len(ingest(events(1, "x" * MAX_BYTES)).operations) == 1


def test_any_iterable_of_events_is_accepted() -> None:
    """The client iterates once, so that a generator works."""
    (batch,) = ingest(event for event in events(2)).operations
    assert len(json.loads(batch.request.body or b"")["events"]) == 2


@in_both_modes
def test_all_events_are_checked_before_any_is_sent(make_client: MakeClient) -> None:
    recording = numbering()
    invalid = [*events(1200), EventPayload("ann", "s-1", "user_message", "\ud800")]
    message = r"^ingest: events\[1200\]\.content cannot be encoded as JSON: it contains a lone "
    with pytest.raises(MemsyConfigurationError, match=message) as excinfo:
        outcome(make_client, lambda memsy: memsy.ingest(invalid), recording)
    assert recording.requests == []
    assert excinfo.value.__context__ is None


@pytest.mark.parametrize("name", [field.name for field in attrs.fields(EventPayload)])
@pytest.mark.parametrize("position", [0, 3, 499, 500, 999])
def test_error_names_index_and_field_of_the_event(position: int, name: str) -> None:
    """The index counts the events of the call, not of one of its requests."""
    invalid = events(1000)
    invalid[position] = attrs.evolve(invalid[position], metadata="{}", ts="2026-04-14")
    object.__setattr__(invalid[position], name, UUID(int=7))
    message = rf"^ingest: events\[{position}\]\.{name} cannot be encoded as JSON: got UUID\("
    with pytest.raises(MemsyConfigurationError, match=message):
        ingest(invalid)


def test_error_of_a_long_event_names_its_index() -> None:
    """The client splits these events into smaller requests before it reaches the last one."""
    invalid = [*events(10, "x" * 2_000_000), EventPayload("ann", "s", "app_event", "\ud800")]
    with pytest.raises(MemsyConfigurationError, match=r"^ingest: events\[10\]\.content "):
        ingest(invalid)


@in_both_modes
def test_usage_comes_from_the_last_response(make_client: MakeClient) -> None:
    last = ok({"event_ids": ["last"]}, **{"x-plan": "pro"})
    response = outcome(
        make_client, lambda memsy: memsy.ingest(events(501)), numbering(last, limit=500)
    )
    assert isinstance(response, IngestResponse)
    assert response.usage is not None
    assert response.usage.plan == "pro"


@in_both_modes
def test_error_has_the_ids_of_the_events_stored_before(make_client: MakeClient) -> None:
    quota = HTTPResponse(429, {}, b'{"error": "usage_limit_exceeded", "detail": "used up"}')
    recording = numbering(quota, limit=1000)
    error = ingest_error(make_client, recording, 1600)
    assert isinstance(error, UsageLimitExceeded)
    assert error.event_ids == [f"e{n}" for n in range(1000)]
    assert error.maybe_processed
    assert str(error) == (
        "Usage limit exceeded: used up (POST /ingest, 1 attempt) "
        "- the first 1000 of 1600 events were stored before; .event_ids has their ids"
    )
    assert len(recording.requests) == 3


@in_both_modes
def test_connection_error_has_the_ids_of_the_events_stored_before(
    make_client: MakeClient,
) -> None:
    recording = numbering(MemsyConnectionError("refused"), limit=500)
    error = ingest_error(make_client, recording, 501)
    assert type(error) is MemsyConnectionError
    assert (len(error.event_ids), error.attempts, error.maybe_processed) == (500, 4, True)
    assert str(error).startswith("POST /ingest: refused (4 attempts) - the first 500 of 501 ")


@in_both_modes
def test_error_of_the_first_request_has_no_event_ids(make_client: MakeClient) -> None:
    error = ingest_error(make_client, recording_of(HTTPResponse(422, {}, b'{"detail": "no"}')), 501)
    assert (error.event_ids, error.maybe_processed) == ((), False)
    assert str(error) == "Memsy API error 422: no (POST /ingest, 1 attempt)"


@in_both_modes
def test_validation_error_has_index_of_event_in_call(make_client: MakeClient) -> None:
    items = [
        {"loc": ["body", "events", 3, "kind"], "msg": "unknown kind", "type": "enum"},
        {"loc": ["body", "org_id"], "msg": "not here", "type": "extra"},
        {"msg": "odd"},
    ]
    recording = numbering(HTTPResponse(422, {}, json.dumps({"detail": items}).encode()), limit=500)
    error = ingest_error(make_client, recording, 600)
    assert isinstance(error, ValidationError)
    assert [item.get("loc") for item in error.errors] == [
        ["body", "events", 503, "kind"],
        ["body", "org_id"],
        None,
    ]
    assert str(error).startswith(
        "Memsy API error 422: events.503.kind: unknown kind; org_id: not here; odd "
        "(POST /ingest, 1 attempt) - the first 500"
    )


@pytest.mark.covers("B22")
@in_both_modes
@pytest.mark.parametrize("ids", [[], ["e1"], ["e1", "e2", "e3"]])
def test_wrong_number_of_ids_is_an_error_with_these_ids(
    make_client: MakeClient, ids: list[str]
) -> None:
    """The events are stored, so the client does not retry."""
    recording = recording_of({"event_ids": ids})
    error = ingest_error(make_client, recording, 2)
    assert isinstance(error, MemsyResponseError)
    assert error.event_ids == ids
    assert error.maybe_processed
    assert str(error) == (
        "POST /ingest: $.event_ids: expected one id for each of 2 events, "
        f"got {len(ids)} (1 attempt)"
    )
    assert len(recording.requests) == 1


@pytest.mark.parametrize("ids", [[], ["x", "y"]])
@in_both_modes
def test_ids_of_response_with_wrong_number_of_ids_are_not_in_later_error(
    make_client: MakeClient, ids: list[str]
) -> None:
    """A caller that continues after `len(error.event_ids)` events skips none."""
    error = ingest_error(make_client, numbering(ok({"event_ids": ids}), limit=500), 501)
    assert isinstance(error, MemsyResponseError)
    assert error.event_ids == [f"e{n}" for n in range(500)]
