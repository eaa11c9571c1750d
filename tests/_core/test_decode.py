"""JSON values to models: as annotated, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy import models
from memsy._core.decode import SchemaMismatch, structure
from memsy.models import (
    ActorListResponse,
    HealthResponse,
    MemoryListResponse,
    MemoryStatsResponse,
    SearchResponse,
    SearchResult,
    StatusResponse,
)
from memsy.models._model import Model
from tests.support.json_strategies import JSON, matches, nearly_valid

MODELS = sorted(
    (
        model
        for model in vars(models).values()
        if isinstance(model, type) and issubclass(model, Model)
    ),
    key=lambda model: model.__name__,
)
SHAPES: list[type[object]] = [*MODELS, list[models.OrgResource], str, int, float, bool]


def reading(value: object, shape: type[object]) -> object:
    """What *value* is as *shape*, or the Mismatch that says why it is none."""
    try:
        return structure(value, shape)
    except SchemaMismatch as mismatch:
        return mismatch


@given(st.sampled_from(SHAPES), st.data())
def test_any_json_becomes_what_is_annotated_or_a_mismatch(
    shape: type[object], data: st.DataObject
) -> None:
    value = data.draw(nearly_valid(shape) | JSON)
    found = reading(value, shape)
    if isinstance(found, SchemaMismatch):
        assert str(found).startswith("$")
        assert ": " in str(found)
    else:
        assert matches(found, shape)


@given(st.sampled_from(MODELS), st.data())
def test_unknown_fields_change_nothing(model: type[Model], data: st.DataObject) -> None:
    value = data.draw(nearly_valid(model))
    if isinstance(value, dict):
        more = {**value, "invented in 2031": data.draw(JSON)}
        assert str(reading(more, model)) == str(reading(value, model))


RESULT = {"id": "m1", "content": "tea", "score": 0.5}


@pytest.mark.parametrize(
    ("shape", "value", "message"),
    [
        (SearchResult, None, "$: expected an object, got null"),
        (SearchResult, {}, "$.id: is missing"),
        (SearchResult, {**RESULT, "id": 7}, "$.id: expected a string, got a number"),
        (SearchResult, {**RESULT, "score": True}, "$.score: expected a number, got a boolean"),
        (SearchResult, {**RESULT, "score": "0.5"}, "$.score: expected a number, got a string"),
        (
            SearchResult,
            {**RESULT, "score": 10**400},
            "$.score: expected a number that a float can hold, got a number",
        ),
        (
            SearchResult,
            {**RESULT, "score": float("inf")},
            "$.score: expected a number that a float can hold, got a number",
        ),
        (SearchResult, {**RESULT, "metadata": []}, "$.metadata: expected an object, got an array"),
        (SearchResponse, {"results": {}}, "$.results: expected an array, got an object"),
        (
            SearchResponse,
            {"results": [RESULT, {**RESULT, "content": None}]},
            "$.results[1].content: expected a string, got null",
        ),
        (
            StatusResponse,
            {"completedIds": [1]},
            "$.completedIds[0]: expected a string, got a number",
        ),
        (StatusResponse, {"total": 1.5}, "$.total: expected a whole number, got a number"),
        (StatusResponse, {"total": False}, "$.total: expected a whole number, got a boolean"),
        (StatusResponse, {"statuses": {"e": []}}, "$.statuses.e: expected a string, got an array"),
        (
            HealthResponse,
            {"billing_enabled": 1},
            "$.billing_enabled: expected a boolean, got a number",
        ),
        (ActorListResponse, {}, "$.total: is missing"),
        (
            MemoryListResponse,
            {"items": [{"memory_id": "m", "org_id": "o", "scope": {}}]},
            "$.items[0].scope.level: is missing",
        ),
        (
            MemoryStatsResponse,
            {"total": 1, "total_memories": 1, "active_memories": 1, "by_type": None},
            "$.by_type: expected an object, got null",
        ),
    ],
)
def test_a_mismatch_names_the_place_and_the_reason(
    shape: type[object], value: object, message: str
) -> None:
    assert str(reading(value, shape)) == message


def test_null_for_a_list_is_an_empty_one() -> None:
    assert structure({"results": None}, SearchResponse) == SearchResponse([])
    assert structure(None, list[SearchResult]) == []


def test_a_whole_number_may_stand_for_any() -> None:
    found = structure({**RESULT, "score": 1}, SearchResult)
    assert type(found.score) is float


def test_what_the_headers_say_cannot_be_said_in_the_body() -> None:
    assert structure(
        {"status": "ok", "usage": {"plan": "pro"}, "rate_limit": 1}, HealthResponse
    ) == (HealthResponse("ok"))


def test_absent_lists_are_not_shared() -> None:
    first = structure({}, SearchResponse)
    first.results.append(SearchResult("m1", "tea", 0.5))
    assert structure({}, SearchResponse).results == []
