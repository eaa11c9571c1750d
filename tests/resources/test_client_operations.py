"""`search`, `status`, `health` and `clear` of the client: every byte, sync and async."""

from __future__ import annotations

import pytest

from memsy import (
    ClearResponse,
    EventPayload,
    HealthResponse,
    HTTPResponse,
    IngestResponse,
    MemsyConfigurationError,
    RateLimitInfo,
    SearchResponse,
    SearchResult,
    ServerError,
    SourceEvent,
    StatusResponse,
    UsageInfo,
)
from tests.support.recording_clients import (
    Client,
    ClientCall,
    MakeClient,
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
    "ingest with everything": WireCase(
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
    "ingest nothing": WireCase(
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
    "search with everything": WireCase(
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
    "status by name": WireCase(
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
ANSWERS = (IngestResponse, SearchResponse, StatusResponse, HealthResponse, ClearResponse)
EVERY_VERB: dict[str, ClientCall] = {
    "ingest": lambda memsy: memsy.ingest([]),
    "search": lambda memsy: memsy.search("tea"),
    "status": lambda memsy: memsy.status([]),
    "health": lambda memsy: memsy.health(),
    "clear": lambda memsy: memsy.clear("tag"),
}


@in_both_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_verb_says_this_and_no_more(make_client: MakeClient, case: WireCase) -> None:
    case.check(make_client)


@in_both_modes
@pytest.mark.parametrize("call", EVERY_VERB.values(), ids=EVERY_VERB)
def test_what_the_headers_say_of_the_account_is_in_the_answer(
    make_client: MakeClient, call: ClientCall
) -> None:
    answer = result(make_client, call, ok({"event_ids": []}, **ACCOUNT))
    assert isinstance(answer, ANSWERS)
    assert answer.usage == UsageInfo(api_calls=7, plan="free")
    assert answer.rate_limit == RateLimitInfo(1000, 993)


@in_both_modes
def test_the_events_of_a_memory_come_with_it(make_client: MakeClient) -> None:
    event = {"event_id": "e1", "kind": "user_message", "content": "tea", "ts": None}
    found = {"id": "m1", "content": "x", "score": 0.07, "metadata": {"source_events": [event]}}
    answer = result(
        make_client,
        lambda memsy: memsy.search("tea", include_source_events=True),
        {"results": [found]},
    )
    assert isinstance(answer, SearchResponse)
    assert answer.results[0].source_events == [SourceEvent("e1", "user_message", "tea")]


@in_both_modes
def test_clearing_is_not_implemented_and_says_so(make_client: MakeClient) -> None:
    record = recording_of(
        HTTPResponse(501, {}, b'{"error": "not_implemented", "message": "not yet"}')
    )
    with pytest.raises(ServerError) as raised:
        outcome(make_client, lambda memsy: memsy.clear("tag"), record)
    assert (raised.value.status_code, raised.value.error_code) == (501, "not_implemented")
    assert len(record.requests) == 1


UNSENDABLE: dict[str, tuple[ClientCall, str]] = {
    "no actor": (lambda memsy: memsy.search("x", actor_id=""), "actor_id is empty"),
    "no session": (lambda memsy: memsy.search("x", session_id=" "), "session_id is empty"),
    "no other session": (
        lambda memsy: memsy.search("x", exclude_session_id=""),
        "exclude_session_id is empty",
    ),
    "no role": (lambda memsy: memsy.search("x", role_ids=["r", ""]), r"role_ids\[1\] is empty"),
    "NaN": (lambda memsy: memsy.search("x", threshold=float("nan")), "search cannot be encoded"),
    "surrogate": (lambda memsy: memsy.search("\ud800"), "query must not contain a lone surrogate"),
    "no event id": (lambda memsy: memsy.status(["e1", ""]), r"event_ids\[1\] is empty"),
    "no tag": (lambda memsy: memsy.clear(""), "container_tag is empty"),
    "dots": (lambda memsy: memsy.clear(".."), "container_tag cannot be part of a URL path"),
    "surrogate in an event": (
        lambda memsy: memsy.ingest([EventPayload("u", "s", "app_event", "\udfff")]),
        "ingest cannot be encoded as JSON: it contains a lone surrogate",
    ),
}


@in_both_modes
@pytest.mark.parametrize(("call", "message"), UNSENDABLE.values(), ids=UNSENDABLE)
def test_what_cannot_be_meant_is_not_sent(
    make_client: MakeClient, call: ClientCall, message: str
) -> None:
    record = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{message}") as raised:
        outcome(make_client, call, record)
    assert record.requests == []
    assert raised.value.attempts == 0


def careless(memsy: Client, method: str, *values: object, **named: object) -> object:
    """A call as untyped code may make it."""
    return getattr(memsy, method)(*values, **named)


@in_both_modes
@pytest.mark.parametrize("method", ["ingest", "status"])
@pytest.mark.parametrize("values", ["text", b"bytes", None, 7, EVENT], ids=repr)
def test_a_single_thing_is_no_list(make_client: MakeClient, method: str, values: object) -> None:
    with pytest.raises(MemsyConfigurationError):
        result(make_client, lambda memsy: careless(memsy, method, values), {})


@in_both_modes
@pytest.mark.parametrize("event", [{"actor_id": "u"}, "text", None], ids=repr)
def test_an_event_is_an_event_payload(make_client: MakeClient, event: object) -> None:
    with pytest.raises(MemsyConfigurationError, match=r"^events\[1\] must be an EventPayload"):
        result(make_client, lambda memsy: careless(memsy, "ingest", [EVENT, event]), {})


@in_both_modes
@pytest.mark.parametrize(
    "named",
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
def test_an_argument_of_another_type_is_named(
    make_client: MakeClient, named: dict[str, object]
) -> None:
    given = {"query": "x", **named}
    with pytest.raises(MemsyConfigurationError, match=f"^{next(iter(named))} must be"):
        result(make_client, lambda memsy: careless(memsy, "search", **given), {})
