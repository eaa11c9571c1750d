"""Events on their way in: how many go in one request, and what is known when a later one fails."""

from __future__ import annotations

import json

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
class Numbering(Recording):
    """Gives each event a number as its id; the request after *most* events gets the reply."""

    most: int = 10**9
    sizes: list[int] = field(factory=list[int])

    def respond(self, request: HTTPRequest) -> HTTPResponse:
        sent = json.loads(request.body or b"")["events"]
        stored = sum(self.sizes)
        if stored >= self.most:
            return super().respond(request)
        self.requests.append(request)
        self.sizes.append(len(sent))
        return ok({"event_ids": [f"e{stored + n}" for n in range(len(sent))]})


def numbering(*replies: HTTPResponse | MemsyError, most: int = 10**9) -> Numbering:
    return Numbering(list(replies), most=most)


def failing(make_client: MakeClient, record: Recording, count: int) -> MemsyError:
    with pytest.raises(MemsyError) as raised:
        outcome(make_client, lambda memsy: memsy.ingest(events(count)), record)
    return raised.value


@pytest.mark.covers("Q05")
@in_both_modes
def test_any_number_of_events_goes_in_and_the_ids_keep_their_order(make_client: MakeClient) -> None:
    record = numbering()
    answer = outcome(make_client, lambda memsy: memsy.ingest(events(50_000)), record)
    assert isinstance(answer, IngestResponse)
    assert answer.event_ids == [f"e{n}" for n in range(50_000)]
    assert record.sizes == [500] * 100
    assert all(len(request.body or b"") <= MAX_BYTES for request in record.requests)


@pytest.mark.covers("Q05")
@in_both_modes
def test_long_events_go_in_smaller_requests(make_client: MakeClient) -> None:
    record = numbering()
    long = events(500, "\N{HOT BEVERAGE}" * 31_000)
    answer = outcome(make_client, lambda memsy: memsy.ingest(long), record)
    assert isinstance(answer, IngestResponse)
    assert answer.event_ids == [f"e{n}" for n in range(500)]
    assert sum(record.sizes) == 500
    assert all(len(request.body or b"") <= MAX_BYTES for request in record.requests)
    sent = [
        event for request in record.requests for event in json.loads(request.body or b"")["events"]
    ]
    assert sent == [event.to_dict() for event in long]


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, [0]), (1, [1]), (500, [500]), (501, [500, 1]), (1000, [500, 500])]
)
@in_both_modes
def test_what_fits_into_one_request_goes_in_one(
    make_client: MakeClient, count: int, sizes: list[int]
) -> None:
    record = numbering()
    outcome(make_client, lambda memsy: memsy.ingest(events(count)), record)
    assert record.sizes == sizes


def test_one_event_alone_is_sent_however_large_it_is() -> None:
    """What is too much is for the service to say."""
    assert len(ingest(events(1, "x" * MAX_BYTES)).parts) == 1


def test_any_iterable_of_events_will_do() -> None:
    """Read once, so that a generator is as good as a list."""
    (batch,) = ingest(event for event in events(2)).parts
    assert len(json.loads(batch.request.body or b"")["events"]) == 2


@in_both_modes
def test_all_events_are_checked_before_any_is_sent(make_client: MakeClient) -> None:
    record = numbering()
    flawed = [*events(1200), EventPayload("ann", "s-1", "user_message", "\ud800")]
    with pytest.raises(MemsyConfigurationError, match="lone surrogate"):
        outcome(make_client, lambda memsy: memsy.ingest(flawed), record)
    assert record.requests == []


@in_both_modes
def test_the_account_is_that_of_the_last_answer(make_client: MakeClient) -> None:
    last = ok({"event_ids": ["last"]}, **{"x-plan": "pro"})
    answer = outcome(
        make_client, lambda memsy: memsy.ingest(events(501)), numbering(last, most=500)
    )
    assert isinstance(answer, IngestResponse)
    assert answer.usage is not None
    assert answer.usage.plan == "pro"


@in_both_modes
def test_what_was_stored_before_a_failure_is_not_forgotten(make_client: MakeClient) -> None:
    quota = HTTPResponse(429, {}, b'{"error": "usage_limit_exceeded", "detail": "used up"}')
    record = numbering(quota, most=1000)
    error = failing(make_client, record, 1600)
    assert isinstance(error, UsageLimitExceeded)
    assert error.event_ids == [f"e{n}" for n in range(1000)]
    assert error.maybe_processed
    assert str(error) == (
        "Usage limit exceeded: used up - the first 1000 of 1600 events were stored before; "
        ".event_ids has their ids"
    )
    assert len(record.requests) == 3


@in_both_modes
def test_a_lost_connection_does_not_take_the_ids_along(make_client: MakeClient) -> None:
    record = numbering(MemsyConnectionError("refused"), most=500)
    error = failing(make_client, record, 501)
    assert type(error) is MemsyConnectionError
    assert (len(error.event_ids), error.attempts, error.maybe_processed) == (500, 4, True)
    assert str(error).startswith("POST /ingest: refused (4 attempts) - the first 500 of 501 ")


@in_both_modes
def test_what_fails_at_once_has_stored_nothing(make_client: MakeClient) -> None:
    error = failing(make_client, recording_of(HTTPResponse(422, {}, b'{"detail": "no"}')), 501)
    assert (error.event_ids, error.maybe_processed) == ((), False)
    assert str(error) == "Memsy API error 422: no"


@in_both_modes
def test_a_fault_is_told_of_the_event_as_the_caller_counts_it(make_client: MakeClient) -> None:
    faults = [
        {"loc": ["body", "events", 3, "kind"], "msg": "unknown kind", "type": "enum"},
        {"loc": ["body", "org_id"], "msg": "not here", "type": "extra"},
        {"msg": "odd"},
    ]
    record = numbering(HTTPResponse(422, {}, json.dumps({"detail": faults}).encode()), most=500)
    error = failing(make_client, record, 600)
    assert isinstance(error, ValidationError)
    assert [fault.get("loc") for fault in error.errors] == [
        ["body", "events", 503, "kind"],
        ["body", "org_id"],
        None,
    ]
    assert str(error).startswith(
        "Memsy API error 422: events.503.kind: unknown kind; org_id: not here; odd - the first 500"
    )


@pytest.mark.covers("B22")
@in_both_modes
@pytest.mark.parametrize("ids", [[], ["e1"], ["e1", "e2", "e3"]])
def test_an_id_too_few_or_too_many_is_an_error_that_holds_them(
    make_client: MakeClient, ids: list[str]
) -> None:
    """The events are stored, but no one knows which id is whose: it is not asked again."""
    record = recording_of({"event_ids": ids})
    error = failing(make_client, record, 2)
    assert isinstance(error, MemsyResponseError)
    assert error.event_ids == ids
    assert error.maybe_processed
    assert str(error) == (
        f"POST /ingest: $.event_ids: expected one for each of 2 events, got {len(ids)} (1 attempt)"
    )
    assert len(record.requests) == 1


@pytest.mark.parametrize("ids", [[], ["x", "y"]])
@in_both_modes
def test_ids_of_nobody_knows_whom_are_not_counted_on(
    make_client: MakeClient, ids: list[str]
) -> None:
    """Who goes on after as many events as there are ids leaves none out."""
    error = failing(make_client, numbering(ok({"event_ids": ids}), most=500), 501)
    assert isinstance(error, MemsyResponseError)
    assert error.event_ids == [f"e{n}" for n in range(500)]
