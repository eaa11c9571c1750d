"""`EventPayload` and `IngestResponse`."""

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


def test_to_dict_leaves_out_none() -> None:
    assert EVENT.to_dict() == {
        "actor_id": "u1",
        "session_id": "s1",
        "kind": "user_message",
        "content": "tea, please",
    }


def test_to_dict_has_the_field_order_of_the_official_client() -> None:
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


def test_repr_leaves_out_none() -> None:
    """A reader can compare two lists of events."""
    event = EventPayload("u1", "s1", "app_event", "x", ts="2026-11-20", metadata={"a": 1})
    assert repr(EVENT) == (
        "EventPayload(actor_id='u1', session_id='s1', kind='user_message', content='tea, please')"
    )
    assert repr(event).endswith("""content='x', ts='2026-11-20', metadata='{"a":1}')""")
    assert eval(repr(event)) == event


def test_to_dict_keeps_empty_text() -> None:
    event = EventPayload("u1", "s1", "user_message", "x", role_id="", metadata="")
    assert event.to_dict()["role_id"] == event.to_dict()["metadata"] == ""


def test_metadata_text_is_unchanged() -> None:
    assert EventPayload("u", "s", "app_event", "x", metadata=" not JSON ").metadata == " not JSON "


@pytest.mark.parametrize(
    "metadata", [{"lang": "ä"}, MappingProxyType({"lang": "ä"}), UserDict({"lang": "ä"})]
)
def test_mapping_as_metadata_becomes_json(metadata: dict[str, object]) -> None:
    event = EventPayload("u", "s", "app_event", "x", metadata=metadata)
    assert event.metadata == '{"lang":"ä"}'


@given(st.dictionaries(TEXT, FINITE_JSON))
def test_metadata_survives_a_round_trip_through_json(metadata: dict[str, object]) -> None:
    event = EventPayload("u", "s", "app_event", "x", metadata=metadata)
    assert json.loads(str(event.metadata)) == metadata


@pytest.mark.wrong_types
@pytest.mark.parametrize(
    "metadata",
    [{"x": float("nan")}, {"x": {1}}, {"x": b""}, {"x": "\ud800"}, b"{}", 7, ["x"]],
    ids=repr,
)
def test_metadata_that_is_not_json_is_an_error_of_the_constructor(metadata: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="EventPayload: metadata"):
        EventPayload("u", "s", "app_event", "x", metadata=metadata)  # type: ignore[arg-type]  # wrong type


def test_equal_events_have_equal_hashes() -> None:
    assert len({EVENT, EventPayload("u1", "s1", "user_message", "tea, please")}) == 1


def test_deduplicated_counts_repeated_ids() -> None:
    """The service gives equal events within 60 s the same id."""
    assert IngestResponse(["e1", "e2", "e1", "e1"]).deduplicated == 2
    assert IngestResponse([]).deduplicated == 0
