"""What a result says of its memory, however strange its metadata."""

from __future__ import annotations

from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy import SearchResponse, SearchResult, SourceEvent
from tests.support.json_strategies import JSON, matches

TEXTS = ["title", "summary", "session_id", "kind", "type", "observed_at"]
NUMBERS = ["strength", "confidence"]
LISTS = ["tags", "entities", "source_event_ids", "source_events", "source_metadata"]
PROPERTIES = {
    name: get_type_hints(vars(SearchResult)[name].fget)["return"]
    for name in (*TEXTS, *NUMBERS, *LISTS)
}


def of(**metadata: object) -> SearchResult:
    return SearchResult("m1", "Drinks tea", 0.5, metadata)


def test_what_the_service_says_is_there_to_read() -> None:
    event = {"event_id": "e1", "kind": "user_message", "content": "tea", "ts": "2026-09-20"}
    result = of(
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
def test_what_the_service_does_not_say_is_none_or_empty(metadata: dict[str, object] | None) -> None:
    result = SearchResult("m1", "Drinks tea", 0.5, metadata)
    assert [getattr(result, name) for name in (*TEXTS, *NUMBERS)] == [None] * 8
    assert [getattr(result, name) for name in LISTS] == [[]] * 5


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(PROPERTIES, JSON)))
def test_whatever_the_service_says_a_property_has_its_type(metadata: dict[str, object]) -> None:
    result = of(**metadata)
    for name, hint in PROPERTIES.items():
        assert matches(getattr(result, name), hint), name


@pytest.mark.parametrize("value", [True, "4.5", None, [4.5], 10**400, float("inf")], ids=repr)
def test_a_strength_that_is_no_number_is_none(value: object) -> None:
    assert of(strength=value).strength is None


def test_the_good_ones_of_a_list_are_kept() -> None:
    good = {"event_id": "e1", "kind": "app_event", "content": "x"}
    events: list[object] = [None, good, {"event_id": 7}, "e2", [], {**good, "ts": 7}]
    assert of(source_events=events).source_events == [SourceEvent("e1", "app_event", "x")]
    assert of(tags=["a", 1, None, "b"]).tags == ["a", "b"]


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_is_to_be_read_only(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(of(), name, None)


def test_an_answer_may_hold_nothing() -> None:
    assert SearchResponse.from_dict({}) == SearchResponse([])
    assert SearchResponse.from_dict({"results": None}).results == []
