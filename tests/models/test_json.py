"""Conversion of every model to its wire shape and back: `to_dict`, `to_json`, `from_dict`."""

from __future__ import annotations

import copy
import json
import pickle
import re
import sys
import weakref
from functools import cache
from operator import methodcaller
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from memsy import (
    CreateKeyResponse,
    EventPayload,
    IngestResponse,
    MemsyConfigurationError,
    MemsyResponseError,
    PickerConfig,
    RateLimitInfo,
    ResourceSelection,
    SearchResponse,
    SearchResult,
    StatusResponse,
    UsageInfo,
)
from memsy.models._model import Model
from memsy.testing import FakeMemsyClient
from tests.models.test_shapes import DECODED, MODELS, body
from tests.support.json_strategies import nearly_valid

KEY = CreateKeyResponse("k1", "msy_hunter2", "msy_hun", "ci", ["read"])
PICKER = PickerConfig("ya29.hunter2", 3600, "AIza.hunter2", "app-1")
RESPONSE = SearchResponse([SearchResult("m1", "Tea", 0.5, {"tags": ["a"]})], UsageInfo(plan="pro"))


@pytest.mark.parametrize("name", DECODED)
def test_to_dict_returns_the_wire_shape(name: str) -> None:
    model = DECODED[name]
    assert model.from_dict(body(model)).to_dict(reveal_secrets=True) == body(model)


@pytest.mark.parametrize("name", DECODED)
def test_from_dict_and_to_dict_are_inverse(name: str) -> None:
    model = DECODED[name]
    value = model.from_dict(body(model))
    assert model.from_dict(value.to_dict(reveal_secrets=True)) == value
    assert model.from_dict(json.loads(value.to_json(reveal_secrets=True))) == value


@pytest.mark.parametrize("name", DECODED)
@settings(max_examples=10)
@given(data=st.data())
def test_any_value_survives_the_round_trip(name: str, data: st.DataObject) -> None:
    model = DECODED[name]
    value, error = value_or_error(model, data.draw(nearly_valid(model).filter(is_json_object)))
    if value is None:
        assert re.match(rf"{name}: \$.*: (is missing|expected )", error)
        return
    assert model.from_dict(value.to_dict(reveal_secrets=True)) == value
    assert model.from_dict(json.loads(value.to_json(reveal_secrets=True))) == value
    adapter = adapter_of(model)
    assert adapter.dump_python(value) == value.to_dict()
    assert adapter.validate_python(value.to_dict(reveal_secrets=True)) == value


@cache
def adapter_of(model: type[Model]) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def is_json_object(data: object) -> bool:
    """Return False also for infinity, which a client reads from 1e400 but cannot write."""
    try:
        return json.dumps(data, allow_nan=False).startswith("{")
    except ValueError:
        return False


def value_or_error(model: type[Model], data: Any) -> tuple[Model | None, str]:  # noqa: ANN401
    try:
        return model.from_dict(data), ""
    except MemsyResponseError as error:
        return None, str(error)


@pytest.mark.parametrize("name", DECODED)
def test_unknown_keys_are_ignored(name: str) -> None:
    model = DECODED[name]
    unknown = {"added_by_a_newer_service": [1], "usage": {"api_calls": 1}, "request_id": "r1"}
    assert model.from_dict({**unknown, **body(model)}) == model.from_dict(body(model))


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("data", [None, [], "text", 5, object()])
@pytest.mark.wrong_types
def test_from_dict_takes_only_an_object(name: str, data: Any) -> None:  # noqa: ANN401
    expected = re.escape(f"{name}: $: expected an object, got ")
    with pytest.raises((MemsyResponseError, MemsyConfigurationError), match=f"^{expected}"):
        MODELS[name].from_dict(data)


def test_from_dict_keeps_a_model_in_place_of_an_object() -> None:
    assert SearchResponse.from_dict({"results": RESPONSE.results}) == RESPONSE
    with pytest.raises(
        MemsyResponseError, match=r"\$.results\[0\]: expected an object, got Search"
    ):
        SearchResponse.from_dict({"results": [RESPONSE]})


class Plain(SearchResult):
    """Subclass without a decorator of its own."""


@attrs.frozen
class Ranked(SearchResult):
    """Subclass with a further field."""

    rank: int = 0


@pytest.mark.parametrize("model", [Plain, Ranked])
def test_subclass_reads_and_writes_its_fields(model: type[SearchResult]) -> None:
    data = {"id": "m1", "content": "Tea", "score": 0.5, "metadata": None, "rank": 3}
    value = model.from_dict(data)
    assert type(value) is model
    assert TypeAdapter(model).validate_python(data) == value
    expected = data if model is Ranked else {k: v for k, v in data.items() if k != "rank"}
    assert value.to_dict() == expected
    assert list(TypeAdapter(model).json_schema()["properties"]) == list(expected)
    assert pickle.loads(pickle.dumps(value)) == value


@pytest.mark.parametrize("depth", [400, 900])
def test_deeply_nested_metadata_is_written(depth: int) -> None:
    """A client decodes a response of this depth, so the model can be written, too."""
    text = '{"id":"m","content":"Tea","score":1,"metadata":' + '{"a":' * depth + "1" + "}" * depth
    result = SearchResult.from_dict(json.loads(text + "}"))
    assert result.to_json() == text.replace("1,", "1.0,") + "}"


def test_metadata_that_contains_itself_is_an_error() -> None:
    metadata: dict[str, object] = {}
    metadata["self"] = [metadata]
    with pytest.raises(MemsyConfigurationError, match="it contains itself"):
        SearchResult("m1", "Tea", 0.5, metadata).to_json()


def test_to_dict_leaves_out_values_from_headers() -> None:
    assert RESPONSE.to_dict() == {
        "results": [{"id": "m1", "content": "Tea", "score": 0.5, "metadata": {"tags": ["a"]}}]
    }


def test_values_from_headers_do_not_count_in_a_comparison() -> None:
    """A response of the service equals the response that it is read back from."""
    fake = FakeMemsyClient()
    response = fake.ingest([EventPayload("a", "s", "user_message", "Tea")])
    assert response.usage is not None
    assert IngestResponse.from_dict(response.to_dict()) == response


def test_to_dict_shares_nothing_with_the_model() -> None:
    RESPONSE.to_dict()["results"][0]["metadata"]["tags"].append("b")
    assert RESPONSE.results[0].tags == ["a"]


@pytest.mark.parametrize("model", [KEY, PICKER])
def test_secrets_are_masked_unless_they_are_asked_for(model: Model) -> None:
    assert "hunter2" not in str(model.to_dict())
    assert "hunter2" not in model.to_json()
    assert "hunter2" in model.to_json(reveal_secrets=True)
    masked = {key for key, value in model.to_dict().items() if value == "***"}
    assert masked == {"raw_key"} if model is KEY else {"access_token", "api_key"}


def test_to_json_is_compact_and_keeps_text_readable() -> None:
    status = StatusResponse(["é"], [], [], 1)
    assert status.to_json() == (
        '{"completedIds":["é"],"failedIds":[],"pendingIds":[],"total":1,"statuses":null}'
    )


def test_to_json_names_the_value_that_json_cannot_represent() -> None:
    result = SearchResult("m1", "Tea", 0.5, {"when": [object()]})
    with pytest.raises(MemsyConfigurationError, match=r"^SearchResult: metadata.when\[0\] "):
        result.to_json()


def test_payloads_leave_out_none() -> None:
    """As in the official SDK."""
    event = EventPayload("a", "s", "user_message", "Tea", metadata={"page": 1})
    assert event.to_dict() == {
        "actor_id": "a",
        "session_id": "s",
        "kind": "user_message",
        "content": "Tea",
        "metadata": '{"page":1}',
    }
    assert EventPayload.from_dict(event.to_dict()) == event
    assert EventPayload.from_dict(json.loads(event.to_json())) == event
    selection = ResourceSelection("C1")
    assert ResourceSelection.from_dict(selection.to_dict()) == selection


def test_payload_from_dict_converts_as_the_constructor() -> None:
    data = {"actor_id": "a", "session_id": "s", "kind": "app_event", "content": "x", "extra": 1}
    event = EventPayload.from_dict({**data, "metadata": {"page": 1}})
    assert event.metadata == '{"page":1}'
    with pytest.raises(MemsyConfigurationError, match=r"^EventPayload: \$.content: is missing$"):
        EventPayload.from_dict({"actor_id": "a", "session_id": "s", "kind": "app_event"})


@pytest.mark.wrong_types
def test_payload_from_dict_rejects_what_the_constructor_rejects() -> None:
    data = {"actor_id": "a", "session_id": "s", "kind": "user_mesage", "content": "x"}
    with pytest.raises(MemsyConfigurationError, match=r"^EventPayload: kind must be .* 'user_mess"):
        EventPayload.from_dict(data)


@pytest.mark.parametrize("field", ["actor_id", "session_id", "content", "role_id", "team_id"])
def test_payload_from_dict_checks_the_types(field: str) -> None:
    data = {"actor_id": "a", "session_id": "s", "kind": "app_event", "content": "hunter2"}
    with pytest.raises(MemsyConfigurationError) as caught:
        EventPayload.from_dict({**data, field: ["hunter2"]})
    assert str(caught.value) == f"EventPayload: $.{field}: expected a string, got an array"


def test_payload_from_dict_takes_none_for_the_default() -> None:
    data = {"external_id": "C1", "resource_type": None, "name": None}
    assert ResourceSelection.from_dict(data) == ResourceSelection("C1")


@pytest.mark.parametrize("value", [UsageInfo(api_calls=3, plan="pro"), RateLimitInfo(9, 8, 7)])
def test_usage_and_rate_limit_survive_the_round_trip(value: UsageInfo | RateLimitInfo) -> None:
    assert type(value).from_dict(value.to_dict()) == value


def test_json_writes_models_with_to_dict() -> None:
    default = methodcaller("to_dict")
    expected = {"response": RESPONSE.to_dict()}
    assert json.loads(json.dumps({"response": RESPONSE}, default=default)) == expected


def test_orjson_writes_models_with_to_dict() -> None:
    orjson = pytest.importorskip("orjson", reason="orjson has no wheel for free-threaded Python")
    expected = {"response": RESPONSE.to_dict()}
    text = orjson.dumps({"response": RESPONSE}, default=methodcaller("to_dict"))
    assert orjson.loads(text) == expected


@pytest.mark.parametrize("name", MODELS)
def test_vars_are_the_fields(name: str) -> None:
    """FastAPI serializes a value without a return annotation by its `vars`."""
    model = MODELS[name]
    value = model.from_dict(body(model)) if name in DECODED else payload(name)
    assert list(vars(value)) == [field.name for field in attrs.fields(model)]


def payload(name: str) -> Model:
    payloads = {
        "EventPayload": EventPayload("a", "s", "user_message", "Tea"),
        "ResourceSelection": ResourceSelection("C1"),
    }
    return payloads[name]


@pytest.mark.parametrize("name", MODELS)
def test_model_is_copied_pickled_and_referenced(name: str) -> None:
    model = MODELS[name]
    value = model.from_dict(body(model)) if name in DECODED else payload(name)
    copies = [pickle.loads(pickle.dumps(value, n)) for n in range(pickle.HIGHEST_PROTOCOL + 1)]
    assert all(c == value for c in (*copies, copy.copy(value), copy.deepcopy(value)))
    assert weakref.ref(value)() is value


def test_attrs_functions_take_models() -> None:
    assert attrs.asdict(RESPONSE.results[0])["content"] == "Tea"
    assert attrs.evolve(RESPONSE, results=[]).usage == UsageInfo(plan="pro")


@pytest.mark.skipif(sys.version_info < (3, 13), reason="copy.replace is new in Python 3.13")
def test_copy_replace_takes_models() -> None:
    replace = getattr(copy, "replace")  # noqa: B009 - unknown to mypy for Python 3.10
    assert replace(RESPONSE, results=[]) == SearchResponse([])
