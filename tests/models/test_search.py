"""Properties of `SearchResult`, with valid and invalid metadata."""

from __future__ import annotations

from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy import SearchResponse, SearchResult, SourceEvent
from tests.support.json_strategies import JSON, matches

TEXTS = ["title", "summary", "actor_id", "session_id", "kind", "type", "observed_at"]
NUMBERS = ["strength", "confidence"]
LISTS = ["tags", "entities", "source_event_ids", "source_events", "source_metadata"]
PROPERTIES = {
    name: get_type_hints(vars(SearchResult)[name].fget)["return"]
    for name in (*TEXTS, *NUMBERS, *LISTS)
}


def result_with(**metadata: object) -> SearchResult:
    return SearchResult("m1", "Drinks tea", 0.5, metadata)


def test_properties_return_the_keys_of_metadata() -> None:
    event = {"event_id": "e1", "kind": "user_message", "content": "tea", "ts": "2026-09-20"}
    result = result_with(
        title="Tea",
        summary="Likes it",
        tags=["drink"],
        entities=[{"name": "tea"}],
        session_id="chat-1",
        source_event_ids=["e1"],
        source_events=[event],
        source_metadata=[{"event_id": "e1", "metadata": {"lang": "en"}}],
        kind="semantic",
        type="preference",
        strength=4.5,
        confidence=1,
        observed_at="2026-09-20T10:00:00Z",
    )
    assert (result.title, result.summary, result.tags) == ("Tea", "Likes it", ["drink"])
    assert (result.entities, result.session_id) == ([{"name": "tea"}], "chat-1")
    assert result.source_event_ids == ["e1"]
    assert result.source_events == [SourceEvent("e1", "user_message", "tea", "2026-09-20")]
    assert result.source_metadata == [{"event_id": "e1", "metadata": {"lang": "en"}}]
    assert (result.kind, result.type) == ("semantic", "preference")
    assert (result.strength, result.confidence) == (4.5, 1.0)
    assert result.observed_at == "2026-09-20T10:00:00Z"


@pytest.mark.parametrize("metadata", [None, {}])
def test_property_without_its_key_is_none_or_empty(metadata: dict[str, object] | None) -> None:
    result = SearchResult("m1", "Drinks tea", 0.5, metadata)
    assert [getattr(result, name) for name in (*TEXTS, *NUMBERS)] == [None] * 9
    assert [getattr(result, name) for name in LISTS] == [[]] * 5


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(PROPERTIES, JSON)))
def test_property_has_its_annotated_type_for_any_json(metadata: dict[str, object]) -> None:
    result = result_with(**metadata)
    for name, hint in PROPERTIES.items():
        assert matches(getattr(result, name), hint), name


@pytest.mark.parametrize("value", [True, "4.5", None, [4.5], 10**400, float("inf")], ids=repr)
def test_strength_that_is_not_a_number_is_none(value: object) -> None:
    assert result_with(strength=value).strength is None


def test_list_property_keeps_the_valid_items() -> None:
    valid = {"event_id": "e1", "kind": "app_event", "content": "x"}
    events: list[object] = [None, valid, {"event_id": 7}, "e2", [], {**valid, "ts": 7}]
    assert result_with(source_events=events).source_events == [SourceEvent("e1", "app_event", "x")]
    assert result_with(tags=["a", 1, None, "b"]).tags == ["a", "b"]


@pytest.mark.parametrize("name", PROPERTIES)
def test_property_is_read_only(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(result_with(), name, None)


def test_response_without_results_is_empty() -> None:
    assert SearchResponse.from_dict({}) == SearchResponse([])
    assert SearchResponse.from_dict({"results": None}).results == []
