"""Lines that docs/migration.md gives to users of the official dataclasses."""

from __future__ import annotations

import copy
import dataclasses

import attrs
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from memsy import EventPayload, SearchResponse, SearchResult, StatusResponse, UsageInfo

RESULT = SearchResult("m1", "I like tea", 0.8)


def test_functions_of_dataclasses_have_equivalents_in_attrs() -> None:
    fields = [field.name for field in attrs.fields(type(RESULT))]
    assert fields == ["id", "content", "score", "metadata"]
    assert attrs.has(type(RESULT))
    assert not dataclasses.is_dataclass(RESULT)
    response = SearchResponse([RESULT], UsageInfo(api_calls=1))
    as_dict = attrs.asdict(response)
    assert as_dict.keys() == {"results", "usage", "rate_limit", "request_id"}
    assert as_dict["usage"]["api_calls"] == 1


def test_copies_and_match_statements_work() -> None:
    assert copy.copy(RESULT) == RESULT
    match RESULT:
        case SearchResult(_, content, score=score):
            assert (content, score) == ("I like tea", 0.8)
        case _:
            pytest.fail("no match")


def test_attrs_class_extends_a_payload() -> None:
    @attrs.frozen
    class Note(EventPayload):
        page: int = 0

    note = Note("ann", "chat-1", "user_message", "I like tea", page=3)
    assert note.page == 3
    assert note.to_dict() == {
        "actor_id": "ann",
        "session_id": "chat-1",
        "kind": "user_message",
        "content": "I like tea",
    }


def test_tuples_compare_values_from_headers() -> None:
    a, b = SearchResponse([RESULT], UsageInfo(api_calls=1)), SearchResponse([RESULT])
    assert a == b
    assert (a, a.usage, a.rate_limit) != (b, b.usage, b.rate_limit)


def test_fastapi_endpoint_without_annotation_returns_the_fields() -> None:
    app = FastAPI()

    async def status():  # type: ignore[no-untyped-def] # noqa: ANN202 - under test
        return StatusResponse(["e1"], [], [], 1)

    app.get("/python")(status)
    app.get("/wire", response_model=StatusResponse)(status)
    with TestClient(app) as http:
        python, wire = http.get("/python").json(), http.get("/wire").json()
    assert python["completed_ids"] == wire["completedIds"] == ["e1"]
    assert python.keys() >= {"usage", "rate_limit"}
    assert not wire.keys() & {"usage", "rate_limit"}
