"""What is read of a request, and every fault that is found with it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.service_requests import ServiceClient, event

Fault = tuple[list[str | int], str]

EVENTS: dict[str, tuple[dict[str, object], str, str]] = {
    "an unknown kind": ({"kind": "chat_turn"}, "kind", "enum"),
    "a kind of another type": ({"kind": ["user_message"]}, "kind", "enum"),
    "a blank actor": ({"actor_id": " \t"}, "actor_id", "string_too_short"),
    "an actor of NULs only": ({"actor_id": "\0\0"}, "actor_id", "string_too_short"),
    "a null actor": ({"actor_id": None}, "actor_id", "string_type"),
    "a numeric actor": ({"actor_id": 7}, "actor_id", "string_type"),
    "an actor of 257": ({"actor_id": "x" * 257}, "actor_id", "string_too_long"),
    "a session of 257": ({"session_id": "x" * 257}, "session_id", "string_too_long"),
    "a blank content": ({"content": " \n "}, "content", "string_too_short"),
    "a content of 32001": ({"content": "x" * 32_001}, "content", "string_too_long"),
    "a role of 257": ({"role_id": "x" * 257}, "role_id", "string_too_long"),
    "a numeric team": ({"team_id": 7}, "team_id", "string_type"),
    "metadata as an object": ({"metadata": {"page": 7}}, "metadata", "string_type"),
    "metadata of 4097": ({"metadata": "x" * 4097}, "metadata", "string_too_long"),
    "a time that is none": ({"ts": "yesterday"}, "ts", "datetime_parsing"),
    "an empty time": ({"ts": ""}, "ts", "datetime_parsing"),
    "a numeric author": ({"source_author_id": 7}, "source_author_id", "string_type"),
}

FINE: dict[str, dict[str, object]] = {
    "an actor of 256": {"actor_id": "x" * 256},
    "an actor of odd characters": {"actor_id": "slack:T1/U 1 ✨"},
    "a content of 32000": {"content": "x" * 32_000},
    "a content of 32000 and a NUL": {"content": "x" * 32_000 + "\0"},
    "metadata of 4096": {"metadata": "x" * 4096},
    "nulls": dict.fromkeys(("role_id", "team_id", "ts", "metadata", "source_id")),
    "a blank role": {"role_id": "  "},
    "an unknown field": {"importance": 3, "org_id": "org_other"},
}

SEARCHES: dict[str, tuple[dict[str, object], list[Fault]]] = {
    "no query": ({}, [(["body", "query"], "missing")]),
    "an empty query": ({"query": ""}, [(["body", "query"], "string_too_short")]),
    "a numeric query": ({"query": 7}, [(["body", "query"], "string_type")]),
    "limit 0": ({"query": "x", "limit": 0}, [(["body", "limit"], "greater_than_equal")]),
    "limit 101": ({"query": "x", "limit": 101}, [(["body", "limit"], "less_than_equal")]),
    "limit 1.5": ({"query": "x", "limit": 1.5}, [(["body", "limit"], "int_type")]),
    "limit true": ({"query": "x", "limit": True}, [(["body", "limit"], "int_type")]),
    "threshold -0.1": (
        {"query": "x", "threshold": -0.1},
        [(["body", "threshold"], "greater_than_equal")],
    ),
    "threshold as text": (
        {"query": "x", "threshold": "0"},
        [(["body", "threshold"], "float_type")],
    ),
    "a flag as text": (
        {"query": "x", "include_source_events": "yes"},
        [(["body", "include_source_events"], "bool_type")],
    ),
    "an empty actor": (
        {"query": "x", "actor_id": ""},
        [(["body", "actor_id"], "string_too_short")],
    ),
    "both sessions": (
        {"query": "x", "session_id": "a", "exclude_session_id": "b"},
        [(["body"], "value_error")],
    ),
    "a session of odd characters": (
        {"query": "x", "session_id": "tape one"},
        [(["body", "session_id"], "string_pattern_mismatch")],
    ),
    "a session with a line break": (
        {"query": "x", "session_id": "a\nb"},
        [(["body", "session_id"], "string_pattern_mismatch")],
    ),
    "a list of sessions": (
        {"query": "x", "session_id": ["a"]},
        [(["body", "session_id"], "string_type")],
    ),
    "roles as text": ({"query": "x", "role_ids": "r"}, [(["body", "role_ids"], "list_type")]),
    "a numeric team": (
        {"query": "x", "team_ids": ["t", 7]},
        [(["body", "team_ids", 1], "string_type")],
    ),
    "everything at once": (
        {"query": "", "limit": 0, "threshold": -1, "actor_id": ""},
        [
            (["body", "query"], "string_too_short"),
            (["body", "limit"], "greater_than_equal"),
            (["body", "threshold"], "greater_than_equal"),
            (["body", "actor_id"], "string_too_short"),
        ],
    ),
}

FINE_SEARCHES: dict[str, dict[str, object]] = {
    "limit 100": {"limit": 100},
    "a threshold above 1": {"threshold": 1.5},
    "a threshold beyond any float": {"threshold": 10**400},
    "blank sessions": {"session_id": " ", "exclude_session_id": ""},
    "a blank session beside one": {"session_id": "", "exclude_session_id": "b"},
    "a session with space around": {"session_id": " tape-1 "},
    "nulls": dict.fromkeys(("actor_id", "session_id", "role_ids", "team_ids", "limit")),
    "unknown fields": {"since": "2026", "include_superseded_annotations": True},
}

BODIES: dict[str, tuple[str, object, list[Fault]]] = {
    "a list": ("/v1/ingest", [], [(["body"], "model_attributes_type")]),
    "null": ("/v1/ingest", None, [(["body"], "missing")]),
    "a text": ("/v1/search", "tea", [(["body"], "model_attributes_type")]),
    "no events": ("/v1/ingest", {}, [(["body", "events"], "missing")]),
    "null events": ("/v1/ingest", {"events": None}, [(["body", "events"], "list_type")]),
    "an empty batch": ("/v1/ingest", {"events": []}, [(["body", "events"], "too_short")]),
    "501 events": ("/v1/ingest", {"events": [event()] * 501}, [(["body", "events"], "too_long")]),
    "an event that is none": (
        "/v1/ingest",
        {"events": [event(), "hello", None]},
        [
            (["body", "events", 1], "model_attributes_type"),
            (["body", "events", 2], "model_attributes_type"),
        ],
    ),
    "camel case": (
        "/v1/ingest",
        {"events": [{"actorId": "a", "sessionId": "s", "kind": "app_event", "content": "c"}]},
        [
            (["body", "events", 0, "actor_id"], "missing"),
            (["body", "events", 0, "session_id"], "missing"),
        ],
    ),
    "no ids": ("/v1/status", {"event_ids": []}, [(["body", "event_ids"], "too_short")]),
    "501 ids": ("/v1/status", {"event_ids": ["x"] * 501}, [(["body", "event_ids"], "too_long")]),
    "a numeric id": (
        "/v1/status",
        {"event_ids": ["x", 7]},
        [(["body", "event_ids", 1], "string_type")],
    ),
}

QUERIES: dict[str, tuple[str, list[Fault]]] = {
    "an unknown parameter": ("/v1/health?verbose=1", [(["query", "verbose"], "extra_forbidden")]),
    "a misspelt one": ("/v1/actors?Limit=1", [(["query", "Limit"], "extra_forbidden")]),
    "an order that is none": ("/v1/actors?sort=memory_count", [(["query", "sort"], "enum")]),
    "a page too large": ("/v1/actors?limit=501", [(["query", "limit"], "less_than_equal")]),
    "a memory page too large": (
        "/v1/console/memories?limit=201",
        [(["query", "limit"], "less_than_equal")],
    ),
    "a negative offset": ("/v1/actors?offset=-1", [(["query", "offset"], "greater_than_equal")]),
    "an offset beyond reason": (f"/v1/actors?offset={10**30}", [(["query", "offset"], "int_type")]),
    "other digits": ("/v1/actors?limit=%D9%A3", [(["query", "limit"], "int_type")]),
    "an empty limit": ("/v1/actors?limit=", [(["query", "limit"], "int_type")]),
    "an empty actor": (
        "/v1/console/memories?actor_id=",
        [(["query", "actor_id"], "string_too_short")],
    ),
    "a missing organisation": ("/v1/roles", [(["query", "org_id"], "missing")]),
    "several": (
        "/v1/actors?limit=x&sort=y&z=1",
        [
            (["query", "sort"], "enum"),
            (["query", "limit"], "int_type"),
            (["query", "z"], "extra_forbidden"),
        ],
    ),
}


@pytest.mark.parametrize(("fields", "name", "kind"), EVENTS.values(), ids=list(EVENTS))
def test_a_bad_event_is_refused(
    ask: ServiceClient, fields: dict[str, object], name: str, kind: str
) -> None:
    """Its place in the batch and the field are named, and nothing of the batch is stored."""
    answer = ask.post("/v1/ingest", {"events": [event(), event(**fields)]})
    assert answer.validation_errors == [(["body", "events", 1, name], kind)]
    assert ask.service.events == ()


@pytest.mark.parametrize("name", ["actor_id", "session_id", "kind", "content"])
def test_an_event_must_have_four_fields(ask: ServiceClient, name: str) -> None:
    fields = event()
    del fields[name]
    answer = ask.post("/v1/ingest", {"events": [fields]})
    assert answer.validation_errors == [(["body", "events", 0, name], "missing")]


@pytest.mark.parametrize("fields", FINE.values(), ids=list(FINE))
def test_a_good_event_is_taken(ask: ServiceClient, fields: dict[str, object]) -> None:
    assert ask.post("/v1/ingest", {"events": [event(**fields)]}).status == 200


@pytest.mark.parametrize(("body", "faults"), SEARCHES.values(), ids=list(SEARCHES))
def test_a_bad_search_is_refused(
    ask: ServiceClient, body: dict[str, object], faults: list[Fault]
) -> None:
    assert ask.post("/v1/search", body).validation_errors == faults


@pytest.mark.parametrize("fields", FINE_SEARCHES.values(), ids=list(FINE_SEARCHES))
def test_a_good_search_is_answered(ask: ServiceClient, fields: dict[str, object]) -> None:
    assert ask.post("/v1/search", {"query": "tea", **fields}).status == 200


@pytest.mark.parametrize(("path", "body", "faults"), BODIES.values(), ids=list(BODIES))
def test_a_bad_body_is_refused(
    ask: ServiceClient, path: str, body: object, faults: list[Fault]
) -> None:
    assert ask.post(path, body).validation_errors == faults


@pytest.mark.parametrize(("target", "faults"), QUERIES.values(), ids=list(QUERIES))
def test_a_bad_query_is_refused(ask: ServiceClient, target: str, faults: list[Fault]) -> None:
    assert ask.raw("GET", target).validation_errors == faults


def test_all_faults_of_a_batch_are_told_at_once(ask: ServiceClient) -> None:
    batch = [event(kind="note"), event(), event("", ts="never"), event(metadata={})]
    assert [
        place[2:] for place, _ in ask.post("/v1/ingest", {"events": batch}).validation_errors
    ] == [
        [0, "kind"],
        [2, "content"],
        [2, "ts"],
        [3, "metadata"],
    ]


def test_every_fault_has_a_message(ask: ServiceClient) -> None:
    answer = ask.post("/v1/ingest", {"events": [event(kind="note")]})
    (fault,) = answer.body["detail"]
    assert fault["msg"] == (
        "Input should be 'user_message', 'assistant_message', 'tool_result' or 'app_event'"
    )


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_a_body_that_is_not_called_json_is_a_415(ask: ServiceClient, content_type: str) -> None:
    answer = ask.raw("POST", "/v1/search", b'{"query": "tea"}', content_type=content_type)
    assert (answer.status, answer.body["error"]) == (415, "unsupported_media_type")


def test_a_body_without_a_content_type_is_a_415(ask: ServiceClient) -> None:
    assert ask.raw("POST", "/v1/search", b'{"query": "tea"}').status == 415


def test_json_may_have_a_charset(ask: ServiceClient) -> None:
    body = json.dumps({"query": "tea"}).encode()
    answer = ask.raw("POST", "/v1/search", body, content_type="Application/JSON; charset=utf-8")
    assert answer.status == 200


def test_a_get_may_have_any_content_type(ask: ServiceClient) -> None:
    """Some clients send one with every request."""
    assert ask.raw("GET", "/v1/health", content_type="text/plain").status == 200


@pytest.mark.parametrize("path", ["/v1/ingest", "/v1/search"])
def test_an_organisation_in_the_body_is_refused_on_the_free_plan(
    ask: ServiceClient, path: str
) -> None:
    body: dict[str, Any] = {"org_id": "org_local", "events": [event()], "query": "tea"}
    answer = ask.post(path, body)
    assert (answer.status, answer.body["error"]) == (400, "org_id_not_allowed")
