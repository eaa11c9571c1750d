"""Requests of the benchmarks, and the responses of the static server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

API_KEY = "msy_local"

RESULTS = 10
EVENTS = 50

SEARCH_BODY: Mapping[str, Any] = {
    "query": "tea",
    "limit": RESULTS,
    "threshold": 0.0,
    "include_source_events": False,
}
INGEST_BODY: Mapping[str, Any] = {
    "events": [
        {
            "actor_id": "ann",
            "session_id": "chat-1",
            "kind": "user_message",
            "content": f"I take my tea without sugar, and with a slice of lemon on day {number}",
        }
        for number in range(EVENTS)
    ]
}


def _event_id(number: int) -> str:
    return f"01K5Z3N8Q2V7R4T6W8X0Y2{number:04}"


def _result(number: int) -> Mapping[str, Any]:
    """Return a result as the local service writes it."""
    text = f"I take my tea without sugar, and with a slice of lemon on day {number}"
    return {
        "id": f"0b0c0192-68ce-5662-b217-20e4a0e3a7{number:02}",
        "content": text,
        "score": 0.8275575243227206 - number / 100,
        "metadata": {
            "title": text,
            "type": "preference",
            "kind": "semantic",
            "tags": [],
            "entities": [],
            "strength": 1.0,
            "confidence": 0.9,
            "observed_at": "2026-11-27T07:11:39.030000Z",
            "source_event_ids": [_event_id(number)],
            "source_metadata": [{"event_id": _event_id(number), "metadata": {"lang": "en"}}],
            "actor_id": "ann",
            "session_id": "chat-1",
        },
    }


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


SEARCH_RESPONSE = _text({"results": [_result(number) for number in range(RESULTS)]})
INGEST_RESPONSE = _text({"event_ids": [_event_id(number) for number in range(EVENTS)]})

RESPONSES: Mapping[str, str] = {"/v1/search": SEARCH_RESPONSE, "/v1/ingest": INGEST_RESPONSE}
"""JSON text of the response, by path."""


def request(operation: str) -> Mapping[str, Any]:
    """Return the part of a task that describes the request, `search` or `ingest`."""
    is_search = operation == "search"
    return {
        "api_key": API_KEY,
        "operation": operation,
        "body": SEARCH_BODY if is_search else INGEST_BODY,
        "items": RESULTS if is_search else EVENTS,
    }


HEADERS: Mapping[str, str] = {
    "X-Plan": "free",
    "X-Usage-ApiCalls": "1",
    "X-Usage-ApiCalls-Limit": "10000000",
    "X-Usage-EventsIngested": "3",
    "X-Usage-EventsIngested-Limit": "10000000",
    "X-Usage-MemoriesStored": "3",
    "X-Usage-MemoriesStored-Limit": "10000000",
    "X-Usage-LlmTokens": "0",
    "X-Usage-LlmTokens-Limit": "10000000",
    "X-Usage-SearchQueries": "0",
    "X-Usage-SearchQueries-Limit": "10000000",
    "X-RateLimit-Limit": "10000000",
    "X-RateLimit-Remaining": "9999999",
    "X-RateLimit-Reset": "1796083200",
    "Apigw-Requestid": "req_1",
}
"""Headers of each response, those of the Memsy service."""
