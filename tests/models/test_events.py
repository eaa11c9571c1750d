"""Events on their way out, and the ids that come back."""

from __future__ import annotations

import json
from collections import UserDict
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy import EventPayload, IngestResponse, MemsyConfigurationError
from tests.support.json_strategies import FINITE_JSON, TEXT

EVENT = EventPayload("u1", "s1", "user_message", "tea, please")


def test_what_is_none_is_not_sent() -> None:
    assert EVENT.to_dict() == {
        "actor_id": "u1",
        "session_id": "s1",
        "kind": "user_message",
        "content": "tea, please",
    }


def test_fields_are_sent_in_the_order_of_the_official_client() -> None:
    event = EventPayload("u1", "s1", "app_event", "x", "r1", "t1", "2026-11-20T12:00:00Z", "{}")
    assert list(event.to_dict().items()) == [
        ("actor_id", "u1"),
        ("session_id", "s1"),
        ("kind", "app_event"),
        ("content", "x"),
        ("role_id", "r1"),
        ("team_id", "t1"),
        ("ts", "2026-11-20T12:00:00Z"),
        ("metadata", "{}"),
    ]


def test_an_event_shows_what_it_has_and_not_what_it_lacks() -> None:
    """So that two lists of them can be compared by eye."""
    event = EventPayload("u1", "s1", "app_event", "x", ts="2026-11-20", metadata={"a": 1})
    assert repr(EVENT) == (
        "EventPayload(actor_id='u1', session_id='s1', kind='user_message', content='tea, please')"
    )
    assert repr(event).endswith("""content='x', ts='2026-11-20', metadata='{"a":1}')""")
    assert eval(repr(event)) == event


def test_an_empty_text_is_sent_too() -> None:
    event = EventPayload("u1", "s1", "user_message", "x", role_id="", metadata="")
    assert event.to_dict()["role_id"] == event.to_dict()["metadata"] == ""


def test_metadata_that_is_text_is_kept_to_the_letter() -> None:
    assert EventPayload("u", "s", "app_event", "x", metadata=" no json ").metadata == " no json "


@pytest.mark.parametrize(
    "metadata", [{"lang": "ä"}, MappingProxyType({"lang": "ä"}), UserDict({"lang": "ä"})]
)
def test_metadata_that_is_a_mapping_becomes_json(metadata: dict[str, object]) -> None:
    event = EventPayload("u", "s", "app_event", "x", metadata=metadata)
    assert event.metadata == '{"lang":"ä"}'


@given(st.dictionaries(TEXT, FINITE_JSON))
def test_metadata_reads_back_as_it_was(metadata: dict[str, object]) -> None:
    event = EventPayload("u", "s", "app_event", "x", metadata=metadata)
    assert json.loads(str(event.metadata)) == metadata


@pytest.mark.parametrize(
    "metadata",
    [{"x": float("nan")}, {"x": {1}}, {"x": b""}, {"x": "\ud800"}, b"{}", 7, ["x"]],
    ids=repr,
)
def test_metadata_that_json_cannot_say_is_refused_at_once(metadata: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="EventPayload: metadata"):
        EventPayload("u", "s", "app_event", "x", metadata=metadata)  # type: ignore[arg-type]  # careless


def test_equal_events_are_equal_and_can_be_counted() -> None:
    assert len({EVENT, EventPayload("u1", "s1", "user_message", "tea, please")}) == 1


def test_repetitions_within_a_call_are_counted() -> None:
    """Two equal messages within a minute get one id: by design, and so that it can be seen."""
    assert IngestResponse(["e1", "e2", "e1", "e1"]).deduplicated == 2
    assert IngestResponse([]).deduplicated == 0
