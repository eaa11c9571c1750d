"""Validation of events, searches, bodies and queries, with the 422 for each error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.service_requests import ServiceClient, event

Error = tuple[list[str | int], str]

INVALID_EVENTS: dict[str, tuple[dict[str, object], str, str]] = {
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
    "an invalid time": ({"ts": "yesterday"}, "ts", "datetime_parsing"),
    "an empty time": ({"ts": ""}, "ts", "datetime_parsing"),
    "a numeric author": ({"source_author_id": 7}, "source_author_id", "string_type"),
}

VALID_EVENTS: dict[str, dict[str, object]] = {
    "an actor of 256": {"actor_id": "x" * 256},
    "an actor with punctuation and emoji": {"actor_id": "slack:T1/U 1 ✨"},
    "a content of 32000": {"content": "x" * 32_000},
    "a content of 32000 and a NUL": {"content": "x" * 32_000 + "\0"},
    "metadata of 4096": {"metadata": "x" * 4096},
    "nulls": dict.fromkeys(("role_id", "team_id", "ts", "metadata", "source_id")),
    "a blank role": {"role_id": "  "},
    "an unknown field": {"importance": 3, "org_id": "org_other"},
}

INVALID_SEARCHES: dict[str, tuple[dict[str, object], list[Error]]] = {
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
    "a session with a space": (
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
    "four errors": (
        {"query": "", "limit": 0, "threshold": -1, "actor_id": ""},
        [
            (["body", "query"], "string_too_short"),
            (["body", "limit"], "greater_than_equal"),
            (["body", "threshold"], "greater_than_equal"),
            (["body", "actor_id"], "string_too_short"),
        ],
    ),
}

VALID_SEARCHES: dict[str, dict[str, object]] = {
    "limit 100": {"limit": 100},
    "a threshold above 1": {"threshold": 1.5},
    "a threshold above the float range": {"threshold": 10**400},
    "blank sessions": {"session_id": " ", "exclude_session_id": ""},
    "a blank session and an excluded session": {"session_id": "", "exclude_session_id": "b"},
    "a session with space around": {"session_id": " tape-1 "},
    "nulls": dict.fromkeys(("actor_id", "session_id", "role_ids", "team_ids", "limit")),
    "unknown fields": {"since": "2026", "include_superseded_annotations": True},
}

INVALID_BODIES: dict[str, tuple[str, object, list[Error]]] = {
    "a list": ("/v1/ingest", [], [(["body"], "model_attributes_type")]),
    "null": ("/v1/ingest", None, [(["body"], "missing")]),
    "a text": ("/v1/search", "tea", [(["body"], "model_attributes_type")]),
    "no events": ("/v1/ingest", {}, [(["body", "events"], "missing")]),
    "null events": ("/v1/ingest", {"events": None}, [(["body", "events"], "list_type")]),
    "an empty batch": ("/v1/ingest", {"events": []}, [(["body", "events"], "too_short")]),
    "501 events": ("/v1/ingest", {"events": [event()] * 501}, [(["body", "events"], "too_long")]),
    "an event that is not an object": (
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

INVALID_QUERIES: dict[str, tuple[str, list[Error]]] = {
    "an unknown parameter": ("/v1/health?verbose=1", [(["query", "verbose"], "extra_forbidden")]),
    "a parameter in another case": (
        "/v1/actors?Limit=1",
        [(["query", "Limit"], "extra_forbidden")],
    ),
    "an unknown sort": ("/v1/actors?sort=memory_count", [(["query", "sort"], "enum")]),
    "a page too large": ("/v1/actors?limit=501", [(["query", "limit"], "less_than_equal")]),
    "a memory page too large": (
        "/v1/console/memories?limit=201",
        [(["query", "limit"], "less_than_equal")],
    ),
    "a negative offset": ("/v1/actors?offset=-1", [(["query", "offset"], "greater_than_equal")]),
    "an offset of 31 digits": (f"/v1/actors?offset={10**30}", [(["query", "offset"], "int_type")]),
    "non-ASCII digits": ("/v1/actors?limit=%D9%A3", [(["query", "limit"], "int_type")]),
    "an empty limit": ("/v1/actors?limit=", [(["query", "limit"], "int_type")]),
    "an empty actor": (
        "/v1/console/memories?actor_id=",
        [(["query", "actor_id"], "string_too_short")],
    ),
    "a missing organisation": ("/v1/roles", [(["query", "org_id"], "missing")]),
    "three errors": (
        "/v1/actors?limit=x&sort=y&z=1",
        [
            (["query", "sort"], "enum"),
            (["query", "limit"], "int_type"),
            (["query", "z"], "extra_forbidden"),
        ],
    ),
}


@pytest.mark.parametrize(
    ("fields", "name", "kind"), INVALID_EVENTS.values(), ids=list(INVALID_EVENTS)
)
def test_invalid_event_is_rejected(
    api: ServiceClient, fields: dict[str, object], name: str, kind: str
) -> None:
    """The error names the position and the field, and no event of the batch is stored."""
    response = api.post("/v1/ingest", {"events": [event(), event(**fields)]})
    assert response.validation_errors == [(["body", "events", 1, name], kind)]
    assert api.service.events == ()


@pytest.mark.parametrize("name", ["actor_id", "session_id", "kind", "content"])
def test_event_field_is_required(api: ServiceClient, name: str) -> None:
    fields = event()
    del fields[name]
    response = api.post("/v1/ingest", {"events": [fields]})
    assert response.validation_errors == [(["body", "events", 0, name], "missing")]


@pytest.mark.parametrize("fields", VALID_EVENTS.values(), ids=list(VALID_EVENTS))
def test_valid_event_is_accepted(api: ServiceClient, fields: dict[str, object]) -> None:
    assert api.post("/v1/ingest", {"events": [event(**fields)]}).status == 200


@pytest.mark.parametrize(("body", "errors"), INVALID_SEARCHES.values(), ids=list(INVALID_SEARCHES))
def test_invalid_search_is_rejected(
    api: ServiceClient, body: dict[str, object], errors: list[Error]
) -> None:
    assert api.post("/v1/search", body).validation_errors == errors


@pytest.mark.parametrize("fields", VALID_SEARCHES.values(), ids=list(VALID_SEARCHES))
def test_valid_search_is_accepted(api: ServiceClient, fields: dict[str, object]) -> None:
    assert api.post("/v1/search", {"query": "tea", **fields}).status == 200


@pytest.mark.parametrize(
    ("path", "body", "errors"), INVALID_BODIES.values(), ids=list(INVALID_BODIES)
)
def test_invalid_body_is_rejected(
    api: ServiceClient, path: str, body: object, errors: list[Error]
) -> None:
    assert api.post(path, body).validation_errors == errors


@pytest.mark.parametrize(("target", "errors"), INVALID_QUERIES.values(), ids=list(INVALID_QUERIES))
def test_invalid_query_is_rejected(api: ServiceClient, target: str, errors: list[Error]) -> None:
    assert api.request("GET", target).validation_errors == errors


def test_response_lists_all_errors_of_a_batch(api: ServiceClient) -> None:
    batch = [event(kind="note"), event(), event("", ts="never"), event(metadata={})]
    assert [loc[2:] for loc, _ in api.post("/v1/ingest", {"events": batch}).validation_errors] == [
        [0, "kind"],
        [2, "content"],
        [2, "ts"],
        [3, "metadata"],
    ]


def test_error_has_a_message(api: ServiceClient) -> None:
    response = api.post("/v1/ingest", {"events": [event(kind="note")]})
    (error,) = response.body["detail"]
    assert error["msg"] == (
        "Input should be 'user_message', 'assistant_message', 'tool_result' or 'app_event'"
    )


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_body_with_another_content_type_is_a_415(api: ServiceClient, content_type: str) -> None:
    response = api.request("POST", "/v1/search", b'{"query": "tea"}', content_type=content_type)
    assert (response.status, response.body["error"]) == (415, "unsupported_media_type")


def test_body_without_content_type_is_a_415(api: ServiceClient) -> None:
    assert api.request("POST", "/v1/search", b'{"query": "tea"}').status == 415


def test_content_type_may_have_a_charset(api: ServiceClient) -> None:
    body = json.dumps({"query": "tea"}).encode()
    response = api.request(
        "POST", "/v1/search", body, content_type="Application/JSON; charset=utf-8"
    )
    assert response.status == 200


def test_get_may_have_any_content_type(api: ServiceClient) -> None:
    """Some clients send a content type with every request."""
    assert api.request("GET", "/v1/health", content_type="text/plain").status == 200


@pytest.mark.parametrize("path", ["/v1/ingest", "/v1/search"])
def test_org_id_in_the_body_is_rejected_on_the_free_plan(api: ServiceClient, path: str) -> None:
    body: dict[str, Any] = {"org_id": "org_local", "events": [event()], "query": "tea"}
    response = api.post(path, body)
    assert (response.status, response.body["error"]) == (400, "org_id_not_allowed")
