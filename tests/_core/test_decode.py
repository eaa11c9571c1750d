"""Conversion of parsed JSON to models."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections import OrderedDict, defaultdict
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy import models
from memsy._core.decode import SchemaMismatch, structure, structure_or_locate
from memsy._core.readers import UnexpectedType, reader
from memsy.exceptions import MemsyConfigurationError
from memsy.local.server.admin_commands import ScheduleFault
from memsy.models import (
    ActorListResponse,
    ActorResource,
    ConnectorStatus,
    HealthResponse,
    Invoice,
    MemoryListResponse,
    SearchResponse,
    SearchResult,
    StatusResponse,
)
from memsy.models._model import Model, Payload
from tests.support.json_strategies import JSON, matches, nearly_valid
from tests.support.platforms import needs_resource

MODELS = sorted(
    (
        model
        for model in vars(models).values()
        if isinstance(model, type) and issubclass(model, Model) and not issubclass(model, Payload)
    ),
    key=lambda model: model.__name__,
)
SHAPES: list[type[object]] = [*MODELS, list[models.OrgResource], str, int, float, bool]


def structure_or_mismatch(value: object, shape: type[object]) -> object:
    """Return the result of `structure`, or the mismatch that it raises."""
    try:
        return structure(value, shape)
    except SchemaMismatch as mismatch:
        return mismatch


@given(st.sampled_from(SHAPES), st.data())
def test_any_json_matches_the_annotations_or_is_a_mismatch(
    shape: type[object], data: st.DataObject
) -> None:
    value = data.draw(nearly_valid(shape) | JSON)
    result = structure_or_mismatch(value, shape)
    if isinstance(result, SchemaMismatch):
        assert str(result).startswith("$")
        assert ": " in str(result)
    else:
        assert matches(result, shape)


@given(st.sampled_from(MODELS), st.data())
def test_unknown_fields_are_ignored(model: type[Model], data: st.DataObject) -> None:
    value = data.draw(nearly_valid(model))
    if isinstance(value, dict):
        extended = {**value, "invented in 2031": data.draw(JSON)}
        assert str(structure_or_mismatch(extended, model)) == str(
            structure_or_mismatch(value, model)
        )


EVENT = {"actor_id": "u1", "session_id": "s1", "kind": "app_event", "content": "tea"}


def read_or_error(value: object, shape: type[object]) -> object:
    """Return the result of the generated reader, or `SchemaMismatch`."""
    try:
        return reader(cast("Any", shape))(value)
    except (UnexpectedType, LookupError, MemsyConfigurationError):
        return SchemaMismatch


def locate_or_error(value: object, shape: type[object]) -> object:
    """Return the result of the cattrs converter, or `SchemaMismatch`."""
    try:
        return structure_or_locate(value, shape)
    except SchemaMismatch:
        return SchemaMismatch


@given(st.sampled_from([*SHAPES, models.ResourceSelection, ScheduleFault]), st.data())
def test_reader_and_converter_agree(shape: type[object], data: st.DataObject) -> None:
    value = data.draw(nearly_valid(shape) | JSON)
    # A `repr` also tells 1 from 1.0.
    assert repr(read_or_error(value, shape)) == repr(locate_or_error(value, shape))


@given(st.dictionaries(st.sampled_from([*EVENT, "role_id", "ts", "metadata"]), JSON))
def test_reader_and_converter_agree_on_fields_with_a_converter(fields: dict[str, object]) -> None:
    value = {**EVENT, **fields}
    shape = models.EventPayload
    assert repr(read_or_error(value, shape)) == repr(locate_or_error(value, shape))


@pytest.mark.parametrize("shape", [*MODELS, models.EventPayload], ids=lambda shape: shape.__name__)
def test_model_in_place_of_an_object_is_kept(shape: type[Model]) -> None:
    model = object.__new__(shape)
    assert structure(model, shape) is model
    assert structure_or_locate(model, shape) is model


def test_type_without_a_reader_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"set.*: use JSON types and models"):
        reader(cast("Any", set[str]))


def test_subclass_of_dict_is_an_object_of_its_own_keys() -> None:
    body = defaultdict(str, {"id": "m1", "content": "tea"})
    assert str(structure_or_mismatch(body, SearchResult)) == "$.score: is missing"
    assert list(body) == ["id", "content"]
    body_with_score: dict[str, object] = OrderedDict(RESULT, metadata=OrderedDict(kind="fact"))
    result = structure(body_with_score, SearchResult)
    assert result == SearchResult("m1", "tea", 0.5, {"kind": "fact"})
    assert type(result.metadata) is dict


def test_model_shares_no_list_or_dict_with_the_json() -> None:
    value = {"results": [{**RESULT, "metadata": {"kind": "fact"}}]}
    response = structure(value, SearchResponse)
    response.results.clear()
    assert len(value["results"]) == 1
    ids = {"event_ids": ["e1"]}
    structure(ids, models.IngestResponse).event_ids.append("e2")
    assert ids == {"event_ids": ["e1"]}


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
        (ActorListResponse, {"total": None}, "$.total: expected a whole number, got null"),
        (StatusResponse, {"total": 10.5}, "$.total: expected a whole number, got a number"),
        (StatusResponse, {"total": 1e300}, "$.total: expected a whole number, got a number"),
        (
            StatusResponse,
            {"total": float("inf")},
            "$.total: expected a whole number, got a number",
        ),
        (
            StatusResponse,
            {"statuses": {"k" * 101: 1}},
            "$.statuses.<key of 101 characters>: expected a string, got a number",
        ),
    ],
)
def test_mismatch_has_json_path_and_reason(
    shape: type[object], value: object, message: str
) -> None:
    assert str(structure_or_mismatch(value, shape)) == message


def test_null_in_place_of_a_list_is_an_empty_list() -> None:
    assert structure({"results": None}, SearchResponse) == SearchResponse([])
    assert structure(None, list[SearchResult]) == []


def test_null_in_place_of_a_field_with_a_default_is_the_default() -> None:
    nulls: dict[str, object] = dict.fromkeys(["memory_count", "scope_levels", "first_memory_at"])
    assert structure({"actor_id": "a", **nulls}, ActorResource) == ActorResource(
        "a", None, None, 0, 0, [], [], []
    )
    assert structure({"status": None, "version": None}, HealthResponse) == HealthResponse("unknown")
    assert structure({"connected": None}, ConnectorStatus) == ConnectorStatus(connected=False)


@pytest.mark.parametrize("text", ["10.0", "1e1", "10", "9007199254740992.0", "-1E1"])
def test_whole_float_becomes_an_integer(text: str) -> None:
    total = structure({"total": json.loads(text)}, StatusResponse).total
    assert type(total) is int
    assert total == float(text)


def test_whole_float_becomes_text_where_a_number_may_be_text() -> None:
    number: dict[str, object] = dict.fromkeys(["amount_due", "amount_paid", "created"], 1.7e9)
    invoice = structure({"id": "i", "currency": "usd", "status": "paid", **number}, Invoice)
    assert (invoice.amount_due, invoice.created) == (1_700_000_000, "1700000000")


def test_whole_number_becomes_a_float() -> None:
    result = structure({**RESULT, "score": 1}, SearchResult)
    assert type(result.score) is float


def test_header_fields_are_not_read_from_the_body() -> None:
    assert structure(
        {"status": "ok", "usage": {"plan": "pro"}, "rate_limit": 1}, HealthResponse
    ) == (HealthResponse("ok"))


def test_default_lists_are_not_shared_between_models() -> None:
    first = structure({}, SearchResponse)
    first.results.append(SearchResult("m1", "tea", 0.5))
    assert structure({}, SearchResponse).results == []


@pytest.mark.parametrize(
    ("shape", "value", "message"),
    [
        (SearchResponse, {"results": [{}] * 10_000}, "$.results[0].id: is missing"),
        (
            SearchResponse,
            {"results": [RESULT, *[0] * 10_000]},
            "$.results[1]: expected an object, got a number",
        ),
        (list[models.OrgResource], [{}] * 10_000, "$[0].org_id: is missing"),
        (
            StatusResponse,
            {"statuses": {"a": "", **{str(number): 1 for number in range(10_000)}}},
            "$.statuses.0: expected a string, got a number",
        ),
    ],
    ids=["objects", "numbers", "models", "entries"],
)
def test_first_of_many_mismatches_takes_little_memory(
    shape: type[object], value: object, message: str
) -> None:
    structure_or_mismatch(None, shape)  # the converters of the model are created once
    tracemalloc.start()
    try:
        assert str(structure_or_mismatch(value, shape)) == message
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_json_path_shows_the_length_of_a_long_key() -> None:
    mismatch = structure_or_mismatch({"statuses": {"k" * 1_000_000: 1}}, StatusResponse)
    assert (
        str(mismatch) == "$.statuses.<key of 1000000 characters>: expected a string, got a number"
    )


MISMATCH_WITHOUT_FILE_DESCRIPTORS = """
import os, resource
from memsy.exceptions import MemsyResponseError
from memsy.models import HealthResponse

def error():
    try:
        HealthResponse.from_dict({"status": []})
    except MemsyResponseError as error:
        return error

resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
taken = []
try:
    while True:
        taken.append(os.open(os.devnull, os.O_RDONLY))
except OSError:
    pass
print(error())
for descriptor in taken:
    os.close(descriptor)
print(error())
"""


@needs_resource
def test_mismatch_without_free_file_descriptors_has_no_path() -> None:
    """The libraries that find the path cannot be loaded. The next mismatch has its path."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", MISMATCH_WITHOUT_FILE_DESCRIPTORS],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "HealthResponse: the value has another shape",
        "HealthResponse: $.status: expected a string, got an array",
    ]
