"""Models in pydantic and FastAPI: validation, serialization, JSON schema."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from typing import Annotated, Any

import attrs
import pydantic
import pytest
from fastapi import Body, FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.json_schema import JsonSchemaMode

from memsy import (
    CreateKeyResponse,
    EventPayload,
    ResourceSelection,
    SearchResponse,
    SearchResult,
    StatusResponse,
)
from memsy.models._model import Model
from tests.models.test_shapes import DECODED, MODELS, body

EVENT = {"actor_id": "a", "session_id": "s", "kind": "user_message", "content": "Tea"}
RESPONSE = SearchResponse([SearchResult("m1", "Tea", 0.5)])


@pytest.mark.parametrize("name", DECODED)
def test_every_model_validates_and_serializes_its_wire_shape(name: str) -> None:
    model = DECODED[name]
    adapter = TypeAdapter(model)
    value = adapter.validate_python(body(model))
    assert value == model.from_dict(body(model))
    assert adapter.validate_python(value) is value
    assert adapter.dump_python(value) == value.to_dict()
    assert adapter.validate_json(adapter.dump_json(value)) == model.from_dict(value.to_dict())


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_every_model_has_a_json_schema(name: str, mode: JsonSchemaMode) -> None:
    model = MODELS[name]
    schema = TypeAdapter(model).json_schema(mode=mode)
    assert schema["title"] == name
    assert schema["type"] == "object"
    if name in DECODED:
        assert list(schema["properties"]) == list(body(model))


def test_error_names_the_path_in_the_model() -> None:
    with pytest.raises(ValidationError, match=r"SearchResponse: \$.results\[0\].score: is missing"):
        TypeAdapter(SearchResponse).validate_python({"results": [{"id": "m1", "content": "Tea"}]})


def test_models_of_the_same_name_are_not_confused() -> None:
    """Functions may create several models of one name, as pydantic allows."""
    first, second = model_with("a"), model_with("b")
    assert TypeAdapter(tuple[first, second]).validate_python(  # type: ignore[valid-type]
        [{"a": "1"}, {"b": "2"}]
    ) == (first("1"), second("2"))
    _, schema = TypeAdapter.json_schemas(
        [
            (name, "validation", TypeAdapter(model))
            for name, model in {"1": first, "2": second}.items()
        ]
    )
    assert [list(definition["properties"]) for definition in schema["$defs"].values()] == [
        ["a"],
        ["b"],
    ]


def model_with(field: str) -> type[Any]:
    return attrs.make_class("Local", {field: attrs.field(type=str)}, (Model,), frozen=True)


@pytest.mark.skipif(pydantic.VERSION < "2.14", reason="pydantic has one definition for each mode")
def test_all_models_fit_in_one_schema() -> None:
    """Each model has one definition, also if several other models contain it."""
    modes: tuple[JsonSchemaMode, ...] = ("validation", "serialization")
    adapters = [(name, mode, TypeAdapter(MODELS[name])) for name in MODELS for mode in modes]
    references, schema = TypeAdapter.json_schemas(adapters)
    assert schema["$defs"].keys() == MODELS.keys()
    for (name, _), reference in references.items():
        assert reference == {"$ref": f"#/$defs/{name}"}


def test_model_in_the_wire_shape_of_another_is_kept() -> None:
    data = {"results": RESPONSE.results}
    assert TypeAdapter(SearchResponse).validate_python(data) == RESPONSE


def test_options_of_the_serialization_apply_to_the_fields() -> None:
    adapter = TypeAdapter(SearchResponse)
    bare = {"id": "m1", "content": "Tea", "score": 0.5}
    assert adapter.dump_python(RESPONSE, exclude_none=True) == {"results": [bare]}
    assert json.loads(adapter.dump_json(RESPONSE, exclude_none=True)) == {"results": [bare]}
    assert adapter.dump_python(RESPONSE, exclude={"results": {"__all__": {"metadata"}}}) == {
        "results": [bare]
    }
    assert adapter.dump_python(RESPONSE, include={"results": {0: {"id"}}}) == {
        "results": [{"id": "m1"}]
    }


def test_secret_is_serialized_as_a_mask() -> None:
    key = CreateKeyResponse("k1", "msy_hunter2", "msy_hun", "ci", [])
    assert b"hunter2" not in TypeAdapter(CreateKeyResponse).dump_json(key)


class Chat(BaseModel):
    """A request of an application that contains a model."""

    events: list[EventPayload]
    selection: ResourceSelection | None = None
    latest: SearchResponse | None = None


def test_model_is_a_field_of_a_pydantic_model() -> None:
    chat = Chat.model_validate(
        {"events": [{**EVENT, "metadata": {"page": 1}}], "latest": RESPONSE.to_dict()}
    )
    assert chat.events[0].metadata == '{"page":1}'
    assert chat.latest == RESPONSE
    assert Chat.model_validate_json(chat.model_dump_json()) == chat
    assert list(Chat.model_json_schema()["$defs"]) == [
        "EventPayload",
        "ResourceSelection",
        "SearchResponse",
        "SearchResult",
    ]


def test_all_wrong_fields_of_an_event_are_reported() -> None:
    with pytest.raises(ValidationError) as caught:
        Chat.model_validate({"events": [{"actor_id": 1, "session_id": "s", "kind": "shout"}]})
    assert [error["loc"] for error in caught.value.errors()] == [
        ("events", 0, "actor_id"),
        ("events", 0, "kind"),
        ("events", 0, "content"),
    ]


def test_error_of_the_constructor_is_a_validation_error() -> None:
    with pytest.raises(ValidationError, match="ts must have a time zone"):
        Chat.model_validate(
            {"events": [{**EVENT, "ts": datetime.fromisoformat("2026-04-14T00:00")}]}
        )


app = FastAPI()


@app.post("/chat")
def chat(body: Chat) -> SearchResponse:
    return RESPONSE if body.events else SearchResponse([])


@app.post("/event")
def store(event: Annotated[EventPayload, Body()]) -> EventPayload:
    return event


@app.get("/status", response_model=StatusResponse)
def status() -> object:
    return StatusResponse(["e1"], [], [], 1)


@app.get("/brief", response_model=SearchResponse, response_model_exclude_none=True)
def brief() -> object:
    return {"results": RESPONSE.results}


@app.get("/either")
def either() -> SearchResponse | StatusResponse | None:
    return StatusResponse(["e1"], [], [], 1)


@app.post("/events")
def store_all(events: list[EventPayload]) -> dict[str, EventPayload]:
    return {event.session_id: event for event in events}


@app.get("/plain")
def plain():  # type: ignore[no-untyped-def]  # noqa: ANN201 - without an annotation, on purpose
    return RESPONSE


def test_fastapi_takes_and_returns_models() -> None:
    with TestClient(app) as http:
        assert http.post("/chat", json={"events": [EVENT]}).json() == RESPONSE.to_dict()
        assert http.post("/event", json=EVENT).json() == EVENT
        assert http.post("/event", json={**EVENT, "kind": "shout"}).status_code == 422
        assert http.get("/status").json()["completedIds"] == ["e1"]
        assert http.get("/brief").json() == {
            "results": [{"id": "m1", "content": "Tea", "score": 0.5}]
        }
        assert http.get("/either").json()["completedIds"] == ["e1"]
        assert http.post("/events", json=[EVENT]).json() == {"s": EVENT}
        assert http.get("/plain").json()["results"] == RESPONSE.to_dict()["results"]


def test_openapi_names_the_models() -> None:
    schemas = app.openapi()["components"]["schemas"]
    assert {"Chat", "EventPayload", "SearchResponse", "SearchResult"} <= schemas.keys()
    assert not [name for name in schemas if name.endswith(("-Input", "-Output"))]
    assert schemas["EventPayload"]["required"] == list(EVENT)


def test_package_does_not_import_pydantic() -> None:
    program = "import sys, memsy.testing, memsy.models; assert 'pydantic' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
