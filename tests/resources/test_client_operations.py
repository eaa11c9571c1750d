"""Requests and results of `ingest`, `search`, `status`, `health` and `clear`, sync and async."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from attrs import define, field

from memsy import (
    ClearResponse,
    EventPayload,
    HealthResponse,
    HTTPResponse,
    IngestResponse,
    MemsyConfigurationError,
    MemsyError,
    RateLimitInfo,
    SearchResponse,
    SearchResult,
    ServerError,
    SourceEvent,
    StatusResponse,
    UsageInfo,
    ValidationError,
)
from memsy._core.http import HTTPRequest
from tests.support.recording_clients import (
    Client,
    ClientCall,
    MakeClient,
    Recording,
    WireCase,
    in_both_modes,
    ok,
    outcome,
    recording_of,
    result,
)

EVENT = EventPayload("u7", "chat-1", "user_message", "I take tea without sugar")
TAGGED = EventPayload(
    *("u7", "chat-1", "tool_result", "茶"), "r1", "t1", "2026-09-20T10:00:00Z", {"lang": "en"}
)

CASES = {
    "ingest": WireCase(
        lambda memsy: memsy.ingest([EVENT]),
        "POST",
        "/ingest",
        '{"events":[{"actor_id":"u7","session_id":"chat-1","kind":"user_message",'
        '"content":"I take tea without sugar"}]}',
        {"event_ids": ["01K5Z3N8Q2V7R4T6W8X0Y2A4B6"]},
        IngestResponse(["01K5Z3N8Q2V7R4T6W8X0Y2A4B6"]),
    ),
    "ingest with all fields": WireCase(
        lambda memsy: memsy.ingest((EVENT, TAGGED)),
        "POST",
        "/ingest",
        '{"events":[{"actor_id":"u7","session_id":"chat-1","kind":"user_message",'
        '"content":"I take tea without sugar"},'
        '{"actor_id":"u7","session_id":"chat-1","kind":"tool_result","content":"茶",'
        '"role_id":"r1","team_id":"t1","ts":"2026-09-20T10:00:00Z",'
        '"metadata":"{\\"lang\\":\\"en\\"}"}]}',
        {"event_ids": ["e1", "e1"]},
        IngestResponse(["e1", "e1"]),
    ),
    "ingest no event": WireCase(
        lambda memsy: memsy.ingest([]),
        "POST",
        "/ingest",
        '{"events":[]}',
        {"event_ids": []},
        IngestResponse([]),
    ),
    "search": WireCase(
        lambda memsy: memsy.search("tea"),
        "POST",
        "/search",
        '{"query":"tea","limit":10,"threshold":0.0,"include_source_events":false}',
        {"results": []},
        SearchResponse([]),
    ),
    "search with all arguments": WireCase(
        lambda memsy: memsy.search(
            "tea",
            actor_id="u7",
            session_id="s1",
            exclude_session_id="s2",
            limit=3,
            threshold=0.25,
            include_source_events=True,
            role_ids=["r1", "r2"],
            team_ids=["t1"],
        ),
        "POST",
        "/search",
        '{"query":"tea","limit":3,"threshold":0.25,"include_source_events":true,"actor_id":"u7",'
        '"session_id":"s1","exclude_session_id":"s2","role_ids":["r1","r2"],"team_ids":["t1"]}',
        {"results": [{"id": "m1", "content": "Drinks tea", "score": 1}]},
        SearchResponse([SearchResult("m1", "Drinks tea", 1.0)]),
    ),
    "search with empty lists": WireCase(
        lambda memsy: memsy.search("tea", role_ids=[], team_ids=[]),
        "POST",
        "/search",
        '{"query":"tea","limit":10,"threshold":0.0,"include_source_events":false}',
        {},
        SearchResponse([]),
    ),
    "status": WireCase(
        lambda memsy: memsy.status(["e1", "nope"]),
        "POST",
        "/status",
        '{"event_ids":["e1","nope"]}',
        {
            "completedIds": ["e1"],
            "failedIds": [],
            "pendingIds": None,
            "unknownIds": ["nope"],
            "total": 2,
            "statuses": {"e1": "completed", "nope": "unknown"},
        },
        StatusResponse(["e1"], [], [], 2, {"e1": "completed", "nope": "unknown"}),
    ),
    "status by keyword": WireCase(
        lambda memsy: memsy.status(event_ids=["e1"]),
        "POST",
        "/status",
        '{"event_ids":["e1"]}',
        {},
        StatusResponse([], [], [], 0),
    ),
    "health": WireCase(
        lambda memsy: memsy.health(),
        "GET",
        "/health",
        None,
        {"status": "ok", "version": "2.1.0", "components": {"async_memsy": "ok"}},
        HealthResponse("ok", "2.1.0", None, {"async_memsy": "ok"}),
    ),
    "clear": WireCase(
        lambda memsy: memsy.clear("tag/1"),
        "DELETE",
        "/clear/tag%2F1",
        None,
        {"deleted": 3},
        ClearResponse(3),
    ),
}

ACCOUNT = {
    "X-Usage-ApiCalls": "7",
    "X-Plan": "free",
    "X-RateLimit-Limit": "1000",
    "X-RateLimit-Remaining": "993",
}
RESPONSES = (IngestResponse, SearchResponse, StatusResponse, HealthResponse, ClearResponse)
EVERY_METHOD: dict[str, ClientCall] = {
    "ingest": lambda memsy: memsy.ingest([]),
    "search": lambda memsy: memsy.search("tea"),
    "status": lambda memsy: memsy.status([]),
    "health": lambda memsy: memsy.health(),
    "clear": lambda memsy: memsy.clear("tag"),
}


@in_both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_method_sends_the_request_and_returns_the_result(
    make_client: MakeClient, case: WireCase
) -> None:
    case.check(make_client)


@in_both_modes
@pytest.mark.parametrize("call", EVERY_METHOD.values(), ids=EVERY_METHOD)
def test_usage_and_rate_limit_of_the_headers_are_in_the_response(
    make_client: MakeClient, call: ClientCall
) -> None:
    response = result(make_client, call, ok({"event_ids": []}, **ACCOUNT))
    assert isinstance(response, RESPONSES)
    assert response.usage == UsageInfo(api_calls=7, plan="free")
    assert response.rate_limit == RateLimitInfo(1000, 993)


@in_both_modes
def test_search_returns_the_source_events_of_a_memory(make_client: MakeClient) -> None:
    event = {"event_id": "e1", "kind": "user_message", "content": "tea", "ts": None}
    memory = {"id": "m1", "content": "x", "score": 0.07, "metadata": {"source_events": [event]}}
    response = result(
        make_client,
        lambda memsy: memsy.search("tea", include_source_events=True),
        {"results": [memory]},
    )
    assert isinstance(response, SearchResponse)
    assert response.results[0].source_events == [SourceEvent("e1", "user_message", "tea")]


@in_both_modes
def test_clear_raises_server_error_501_without_a_retry(make_client: MakeClient) -> None:
    recording = recording_of(
        HTTPResponse(501, {}, b'{"error": "not_implemented", "message": "not yet"}')
    )
    with pytest.raises(ServerError) as excinfo:
        outcome(make_client, lambda memsy: memsy.clear("tag"), recording)
    assert (excinfo.value.status_code, excinfo.value.error_code) == (501, "not_implemented")
    assert len(recording.requests) == 1


INVALID_ARGUMENTS: dict[str, tuple[ClientCall, str]] = {
    "empty actor_id": (lambda memsy: memsy.search("x", actor_id=""), "actor_id is empty"),
    "blank session_id": (lambda memsy: memsy.search("x", session_id=" "), "session_id is empty"),
    "empty exclude_session_id": (
        lambda memsy: memsy.search("x", exclude_session_id=""),
        "exclude_session_id is empty",
    ),
    "empty role id": (
        lambda memsy: memsy.search("x", role_ids=["r", ""]),
        r"role_ids\[1\] is empty",
    ),
    "NaN threshold": (
        lambda memsy: memsy.search("x", threshold=float("nan")),
        "threshold must be a finite number, 0 or more, got nan",
    ),
    "lone surrogate in query": (
        lambda memsy: memsy.search("\ud800"),
        "query must not contain a lone surrogate",
    ),
    "empty event id": (lambda memsy: memsy.status(["e1", ""]), r"event_ids\[1\] is empty"),
    "empty container_tag": (lambda memsy: memsy.clear(""), "container_tag is empty"),
    "container_tag of dots": (
        lambda memsy: memsy.clear(".."),
        "container_tag cannot be part of a URL path",
    ),
    "lone surrogate in an event": (
        lambda memsy: memsy.ingest([EventPayload("u", "s", "app_event", "\udfff")]),
        r"ingest: events\[0\]\.content cannot be encoded as JSON: it contains a lone surrogate",
    ),
}


@in_both_modes
@pytest.mark.parametrize(("call", "message"), INVALID_ARGUMENTS.values(), ids=INVALID_ARGUMENTS)
def test_invalid_argument_is_rejected_before_a_request(
    make_client: MakeClient, call: ClientCall, message: str
) -> None:
    recording = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{message}") as excinfo:
        outcome(make_client, call, recording)
    assert recording.requests == []
    assert excinfo.value.attempts == 0


def untyped_call(memsy: Client, method: str, *args: object, **kwargs: object) -> object:
    """Call a method with arguments of any type."""
    return getattr(memsy, method)(*args, **kwargs)


@pytest.mark.wrong_types
@in_both_modes
@pytest.mark.parametrize("method", ["ingest", "status"])
@pytest.mark.parametrize("values", ["text", b"bytes", None, 7, EVENT], ids=repr)
def test_value_that_is_not_a_list_is_rejected(
    make_client: MakeClient, method: str, values: object
) -> None:
    with pytest.raises(MemsyConfigurationError):
        result(make_client, lambda memsy: untyped_call(memsy, method, values), {})


@pytest.mark.wrong_types
@in_both_modes
@pytest.mark.parametrize("event", [{"actor_id": "u"}, "text", None], ids=repr)
def test_event_that_is_not_an_event_payload_is_rejected(
    make_client: MakeClient, event: object
) -> None:
    with pytest.raises(MemsyConfigurationError, match=r"^events\[1\] must be an EventPayload"):
        result(make_client, lambda memsy: untyped_call(memsy, "ingest", [EVENT, event]), {})


@pytest.mark.wrong_types
@in_both_modes
@pytest.mark.parametrize(
    "kwargs",
    [
        {"limit": "10"},
        {"limit": True},
        {"threshold": "0"},
        {"include_source_events": 1},
        {"role_ids": "r1"},
        {"query": None},
    ],
    ids=repr,
)
def test_argument_of_a_wrong_type_is_named_in_the_error(
    make_client: MakeClient, kwargs: dict[str, object]
) -> None:
    every = {"query": "x", **kwargs}
    with pytest.raises(MemsyConfigurationError, match=f"^{next(iter(kwargs))} must be"):
        result(make_client, lambda memsy: untyped_call(memsy, "search", **every), {})


@define
class StatusRecord(Recording):
    """States by number of the id; a request after `limit` ids gets the scripted response."""

    limit: int = 10**9
    sizes: list[int] = field(factory=list[int])

    def respond(self, request: HTTPRequest) -> HTTPResponse:
        ids = json.loads(request.body or b"")["event_ids"]
        if sum(self.sizes) >= self.limit:
            return super().respond(request)
        self.requests.append(request)
        self.clock.advance(self.latency)
        self.sizes.append(len(ids))
        body = {
            "completedIds": [id_ for id_ in ids if int(id_) % 3 == 0],
            "failedIds": [id_ for id_ in ids if int(id_) % 3 == 1],
            "pendingIds": [id_ for id_ in ids if int(id_) % 3 == 2],
            "total": len(ids),
            "statuses": {id_: ("completed", "failed", "pending")[int(id_) % 3] for id_ in ids},
        }
        return ok(body, **{"x-plan": f"plan {len(self.sizes)}"})


def numbers(count: int) -> list[str]:
    return list(map(str, range(count)))


def status_error(make_client: MakeClient, recording: Recording, count: int) -> MemsyError:
    with pytest.raises(MemsyError) as excinfo:
        outcome(make_client, lambda memsy: memsy.status(numbers(count)), recording)
    return excinfo.value


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (0, [0]),
        (1, [1]),
        (500, [500]),
        (501, [500, 1]),
        (1000, [500, 500]),
        (1999, [500] * 3 + [499]),
    ],
)
@in_both_modes
def test_status_sends_at_most_500_ids_in_one_request(
    make_client: MakeClient, count: int, sizes: list[int]
) -> None:
    recording = StatusRecord([])
    response = outcome(make_client, lambda memsy: memsy.status(numbers(count)), recording)
    assert recording.sizes == sizes
    assert isinstance(response, StatusResponse)
    lists = response.completed_ids, response.failed_ids, response.pending_ids
    assert lists == tuple(numbers(count)[state::3] for state in range(3))
    assert (response.total, list(response.statuses or {})) == (count, numbers(count))
    assert response.usage is not None
    assert response.usage.plan == f"plan {len(sizes)}"


@in_both_modes
def test_repeated_ids_count_as_often_as_they_are_sent(make_client: MakeClient) -> None:
    ids = ["0"] * 300 + ["1", "0"] * 200
    response = outcome(make_client, lambda memsy: memsy.status(ids), StatusRecord([]))
    assert isinstance(response, StatusResponse)
    assert (response.total, len(response.completed_ids), len(response.failed_ids)) == (
        700,
        500,
        200,
    )
    assert response.statuses == {"0": "completed", "1": "failed"}


@in_both_modes
def test_status_joins_the_states_that_the_service_names(make_client: MakeClient) -> None:
    """`statuses` may be null (wire contract, section 5.3)."""
    parts = [
        {"total": 500, "statuses": None},
        {"total": 500, "statuses": {"x": "unknown"}},
        {"total": 1},
    ]
    response = result(make_client, lambda memsy: memsy.status(numbers(1001)), *parts)
    assert response == StatusResponse([], [], [], 1001, {"x": "unknown"})
    response = result(make_client, lambda memsy: memsy.status(numbers(501)), {"total": 1})
    assert response == StatusResponse([], [], [], 2, None)


@in_both_modes
def test_every_id_is_checked_before_a_status_is_sent(make_client: MakeClient) -> None:
    recording = StatusRecord([])
    with pytest.raises(MemsyConfigurationError, match=r"^event_ids\[700\] must be a str"):
        outcome(
            make_client,
            lambda memsy: untyped_call(memsy, "status", [*numbers(700), UUID(int=1)]),
            recording,
        )
    assert recording.requests == []


@in_both_modes
def test_error_of_a_later_request_ends_a_status(make_client: MakeClient) -> None:
    recording = StatusRecord([HTTPResponse(404, {}, b'{"detail": "gone"}')], limit=500)
    error = status_error(make_client, recording, 1600)
    assert str(error) == "Memsy API error 404: gone (POST /status, 1 attempt)"
    assert (error.event_ids, error.maybe_processed, len(recording.requests)) == ((), False, 2)


@in_both_modes
def test_validation_error_of_a_status_has_index_of_id_in_call(make_client: MakeClient) -> None:
    item = {"loc": ["body", "event_ids", 3], "msg": "too long", "type": "string_too_long"}
    refusal = HTTPResponse(422, {}, json.dumps({"detail": [item]}).encode())
    error = status_error(make_client, StatusRecord([refusal], limit=1000), 1600)
    assert isinstance(error, ValidationError)
    assert error.errors[0]["loc"] == ["body", "event_ids", 1003]
    assert str(error) == ("Memsy API error 422: event_ids.1003: too long (POST /status, 1 attempt)")


@in_both_modes
def test_all_requests_of_a_status_share_a_deadline(make_client: MakeClient) -> None:
    """The recording clients have a timeout of 100 s, so no retry follows at 120 s."""
    refusal = HTTPResponse(503, {}, b"{}")
    recording = StatusRecord([refusal], limit=1500, latency=30.0)
    error = status_error(make_client, recording, 5000)
    assert isinstance(error, ServerError)
    assert (error.attempts, len(recording.requests)) == (1, 4)


@in_both_modes
def test_later_request_of_a_status_is_retried(make_client: MakeClient) -> None:
    refusal = HTTPResponse(503, {"retry-after": "1"}, b"{}")
    found = ok({"completedIds": ["500"], "total": 1})
    recording = StatusRecord([refusal, found], limit=500)
    response = outcome(make_client, lambda memsy: memsy.status(numbers(501)), recording)
    assert isinstance(response, StatusResponse)
    assert (response.total, len(recording.requests)) == (501, 3)
