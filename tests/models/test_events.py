"""`EventPayload` and `IngestResponse`."""

from __future__ import annotations

import json
import re
from collections import UserDict
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs
import cattrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy import EventPayload, IngestResponse, MemsyConfigurationError
from memsy.local import timestamps
from tests.support.json_strategies import FINITE_JSON, TEXT

if TYPE_CHECKING:
    from typing_extensions import Self

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


def test_error_names_the_path_in_the_metadata() -> None:
    metadata = {"page": 7, "tags": [{"sent at": datetime.now(timezone.utc)}]}
    path = re.escape("EventPayload: metadata.tags[0]['sent at'] cannot be encoded as JSON: got ")
    with pytest.raises(MemsyConfigurationError, match=f"^{path}"):
        EventPayload("u", "s", "app_event", "x", metadata=metadata)


@pytest.mark.wrong_types
@pytest.mark.parametrize("as_mapping", [dict, MappingProxyType, UserDict])
def test_metadata_keys_that_become_equal_are_rejected(
    as_mapping: Callable[[dict[object, object]], Mapping[str, object]],
) -> None:
    with pytest.raises(MemsyConfigurationError, match=r"metadata cannot .* the keys 1 and '1' "):
        EventPayload("u", "s", "app_event", "x", metadata=as_mapping({1: "a", "1": "b"}))


@pytest.mark.wrong_types
def test_metadata_keys_of_other_types_become_texts() -> None:
    keys: dict[Any, object] = {1: "a", 1.5: "b", None: {False: "c", True: "d"}, "x": "e"}
    event = EventPayload("u", "s", "app_event", "x", metadata=keys)
    assert event.metadata == '{"1":"a","1.5":"b","null":{"false":"c","true":"d"},"x":"e"}'


class Stamp(datetime):
    """A subclass with texts and arithmetics of its own, such as `Timestamp` of pandas."""

    def __new__(cls, *_: object, **__: object) -> Self:
        return super().__new__(cls, 2026, 4, 14, 3, 7, 53, tzinfo=timezone.utc)

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        return "today"

    def utcoffset(self) -> timedelta:
        return timedelta(hours=7)

    __str__ = __repr__ = isoformat


TIMES = {
    "UTC": (datetime(2026, 4, 14, 3, 7, 53, tzinfo=timezone.utc), "2026-04-14T03:07:53Z"),
    "microseconds": (
        datetime(2026, 4, 14, 3, 7, 53, 1, tzinfo=timezone.utc),
        "2026-04-14T03:07:53.000001Z",
    ),
    "offset": (
        datetime(2026, 4, 13, 21, 7, 53, tzinfo=timezone(timedelta(hours=-6))),
        "2026-04-14T03:07:53Z",
    ),
    "offset with seconds": (
        datetime(1930, 1, 1, 0, 19, 32, tzinfo=timezone(timedelta(minutes=19, seconds=32))),
        "1930-01-01T00:00:00Z",
    ),
    "year 1": (datetime(1, 1, 1, tzinfo=timezone.utc), "0001-01-01T00:00:00Z"),
    "subclass": (Stamp(), "2026-04-14T03:07:53Z"),
}


@pytest.mark.parametrize(("ts", "text"), TIMES.values(), ids=TIMES)
def test_datetime_as_ts_becomes_text_in_utc(ts: datetime, text: str) -> None:
    event = EventPayload("u", "s", "app_event", "x", ts=ts)
    assert event.ts == event.to_dict()["ts"] == text
    assert event == EventPayload("u", "s", "app_event", "x", ts=text)
    assert hash(event) == hash(EventPayload("u", "s", "app_event", "x", ts=text))
    assert attrs.evolve(EVENT, ts=ts).ts == text
    assert cattrs.structure(cattrs.unstructure(event), EventPayload) == event


@given(st.datetimes(timezones=st.timezones() | st.just(timezone.utc)))
def test_local_service_stores_the_instant_of_a_datetime(ts: datetime) -> None:
    try:
        expected = ts.astimezone(timezone.utc)
    except OverflowError:
        with pytest.raises(MemsyConfigurationError, match="ts must be in the years 1 to 9999"):
            EventPayload("u", "s", "app_event", "x", ts=ts)
        return
    event = EventPayload("u", "s", "app_event", "x", ts=ts)
    assert timestamps.to_datetime(timestamps.parse(str(event.ts))) == expected


@pytest.mark.parametrize("ts", ["2026-04-14T03:07:53-06:00", "2026-04-14", "yesterday", ""])
def test_text_as_ts_is_unchanged(ts: str) -> None:
    """The service checks the format."""
    assert EventPayload("u", "s", "app_event", "x", ts=ts).ts == ts


class NoOffset(tzinfo):
    """A time zone that does not know its offset, so that the datetime has none."""

    def utcoffset(self, dt: datetime | None) -> None:
        return None

    dst = tzname = utcoffset


@pytest.mark.parametrize("zone", [None, NoOffset()], ids=["no zone", "no offset"])
def test_datetime_without_a_time_zone_is_rejected(zone: tzinfo | None) -> None:
    ts = datetime(2026, 4, 14, 12, tzinfo=zone)
    message = (
        f"EventPayload: ts must have a time zone, got {ts!r}: call "
        ".replace(tzinfo=timezone.utc) on a time in UTC, or .astimezone() on a local time"
    )
    with pytest.raises(MemsyConfigurationError, match=f"^{re.escape(message)}$"):
        EventPayload("u", "s", "app_event", "x", ts=ts)


@pytest.mark.wrong_types
@pytest.mark.parametrize("ts", [1_776_124_800, 1.5, b"2026-04-14", date(2026, 4, 14), ["x"], True])
def test_ts_of_another_type_is_rejected(ts: object) -> None:
    message = "EventPayload: ts must be ISO 8601 text or a datetime with a time zone, got "
    with pytest.raises(MemsyConfigurationError, match=f"^{message}"):
        EventPayload("u", "s", "app_event", "x", ts=ts)  # type: ignore[arg-type]  # wrong type


def test_equal_events_have_equal_hashes() -> None:
    assert len({EVENT, EventPayload("u1", "s1", "user_message", "tea, please")}) == 1


def test_deduplicated_counts_repeated_ids() -> None:
    """The service gives equal events within 60 s the same id."""
    assert IngestResponse(["e1", "e2", "e1", "e1"]).deduplicated == 2
    assert IngestResponse([]).deduplicated == 0


@pytest.mark.wrong_types
@pytest.mark.parametrize("kind", ["note", "User_Message", "", None, 7, ["user_message"]], ids=repr)
def test_unknown_kind_is_an_error_of_the_constructor(kind: Any) -> None:  # noqa: ANN401 - wrong types
    with pytest.raises(MemsyConfigurationError, match=r"^EventPayload: kind must be "):
        EventPayload("u", "s", kind, "x")
    with pytest.raises(MemsyConfigurationError, match=r"^EventPayload: kind must be "):
        attrs.evolve(EVENT, kind=kind)
