"""JSON encoding of requests: the text, and the path of a value that JSON cannot represent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.json_codec import parse
from memsy._core.json_encoder import dump, require_distinct_keys
from memsy.exceptions import MemsyConfigurationError
from tests.support.json_strategies import FINITE_JSON


class Kind(str, Enum):
    TEA = "tea"


class Level(Enum):
    HIGH = "high"


class Point(NamedTuple):
    x: int
    y: int


@given(FINITE_JSON)
def test_encoded_json_decodes_to_the_same_value(value: object) -> None:
    assert parse(dump(value, "value").encode()) == value


def test_json_is_compact_and_not_escaped() -> None:
    assert dump({"a": ["tea", "茶"], "b": None}, "value") == '{"a":["tea","茶"],"b":null}'


def test_subclasses_are_encoded_as_their_values() -> None:
    value = {Kind.TEA: [Kind.TEA, True, Point(1, 2)]}
    assert dump(value, "value") == '{"tea":["tea",true,[1,2]]}'


def cyclic() -> list[object]:
    items: list[object] = []
    items.append(items)
    return items


def deep() -> list[object]:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    return nested


CONVERT = ": convert it to a str, a number, a list or a dict"
LEAVES = {
    "datetime": (datetime(2026, 4, 14, tzinfo=timezone.utc), f"got datetime.datetime(.*){CONVERT}"),
    "UUID": (UUID(int=7), f"got UUID(.*){CONVERT}"),
    "Decimal": (Decimal("0.5"), f"got Decimal(.*){CONVERT}"),
    "path": (Path("tea"), f"got .*Path(.*){CONVERT}"),
    "enum": (Level.HIGH, f"got <Level.HIGH: 'high'>{CONVERT}"),
    "bytes": (b"tea", f"got b'tea'{CONVERT}"),
    "set": ({1, 2}, f"got {{1, 2}}{CONVERT}"),
    "proxy": (MappingProxyType({}), f"got mappingproxy(.*){CONVERT}"),
    "object": (object(), f"got <object object at .*>{CONVERT}"),
    "NaN": (float("nan"), "got nan, which is not a number in JSON"),
    "infinity": (float("-inf"), "got -inf, which is not a number in JSON"),
    "digits": (10**5000, "got an int with thousands of digits, which is not a number in JSON"),
    "surrogate": ("tea\ud83d", "it contains a lone surrogate, which UTF-8 cannot encode"),
    "tuple key": ({(1, 2): 3}, r"the key \(1, 2\) is not a str"),
    "bytes key": ({b"a": 3}, "the key b'a' is not a str"),
    "enum key": ({Level.HIGH: 3}, "the key <Level.HIGH: 'high'> is not a str"),
    "NaN key": ({float("nan"): 3}, "the key nan is not a str"),
    "surrogate key": ({"\udfff": 1}, r"the key '\\udfff' contains a lone surrogate, which .*"),
    "cycle": (cyclic(), "it contains itself"),
    "deep": (deep(), "it is nested too deeply"),
}
"""Values that JSON cannot represent, and the reasons."""

WRAPPERS: dict[str, tuple[Callable[[object], object], str]] = {
    "value": (lambda leaf: leaf, r"value"),
    "field": (lambda leaf: {"a": 1, "tags": leaf}, r"value: tags"),
    "item": (lambda leaf: [[], "x", leaf, leaf], r"value: \[2\]"),
    "nested": (
        lambda leaf: {"a": {"b": [1, 2]}, "c": ({"two words": [leaf]}, {3: leaf})},
        r"value: c\[0\]\['two words'\]\[0\]",
    ),
    "number as key": (lambda leaf: {"a": {3: {None: leaf}}}, r"value: a\[3\]\[None\]"),
}


@pytest.mark.parametrize(("wrap", "path"), WRAPPERS.values(), ids=WRAPPERS)
@pytest.mark.parametrize(("leaf", "reason"), LEAVES.values(), ids=LEAVES)
def test_error_names_path_and_reason(
    leaf: object, reason: str, wrap: Callable[[object], object], path: str
) -> None:
    # The path continues into a cycle, and a few steps into a value that is nested too deeply.
    pattern = rf"^{path}(: )?(\[0\])* cannot be encoded as JSON: {reason}$"
    with pytest.raises(MemsyConfigurationError, match=pattern) as excinfo:
        dump(wrap(leaf), "value")
    assert excinfo.value.__context__ is None


def test_path_starts_below_the_given_path() -> None:
    with pytest.raises(MemsyConfigurationError, match=r"^EventPayload: metadata\.a\[0\] cannot "):
        dump({"a": [b""]}, "EventPayload", "metadata")
    with pytest.raises(MemsyConfigurationError, match=r"^EventPayload: metadata cannot "):
        dump(b"", "EventPayload", "metadata")


def test_first_of_several_values_is_named() -> None:
    with pytest.raises(MemsyConfigurationError, match=r"^ingest: events\[1\]\.content "):
        dump({"events": [{"content": "tea"}, {"content": b""}, {"actor_id": b""}]}, "ingest")


def test_long_path_and_value_are_cut_in_the_message() -> None:
    with pytest.raises(MemsyConfigurationError) as excinfo:
        dump({"x" * 1000: {"y" * 1000: b"z" * 1000}}, "value")
    assert len(str(excinfo.value)) < 600


@given(st.lists(st.text("abc", min_size=1) | st.integers(0, 3), max_size=8), st.data())
def test_path_leads_to_the_value(steps: list[str | int], data: st.DataObject) -> None:
    """Follow the path of the message through random containers."""
    value: object = b"tea"
    for step in reversed(steps):
        siblings = data.draw(FINITE_JSON)
        value = (
            {"0": siblings, step: value} if isinstance(step, str) else [siblings] * step + [value]
        )
    path = "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in steps)
    with pytest.raises(MemsyConfigurationError) as excinfo:
        dump(value, "value")
    assert str(excinfo.value).startswith(
        f"value{': ' if path else ''}{path.removeprefix('.')} cannot"
    )


COLLISIONS: dict[str, tuple[dict[object, object], str]] = {
    "int": ({1: "a", "1": "b"}, "the keys 1 and '1'"),
    "text first": ({"1": "b", 1: "a"}, "the keys '1' and 1"),
    "float": ({1.5: "a", "1.5": "b"}, "the keys 1.5 and '1.5'"),
    "bool": ({True: "a", "true": "b"}, "the keys True and 'true'"),
    "None": ({None: "a", "null": "b"}, "the keys None and 'null'"),
}


PLACES: dict[str, tuple[Callable[[object], dict[object, object]], str]] = {
    "field": (lambda value: {"a": {}, "b": value}, "b"),
    "item": (lambda value: {"a": {"b": [1, value, value]}}, r"a\.b\[1\]"),
    "tuple": (lambda value: {3: ({}, value)}, r"\[3\]\[1\]"),
}


@pytest.mark.parametrize(("place", "path"), PLACES.values(), ids=PLACES)
@pytest.mark.parametrize(("value", "keys"), COLLISIONS.values(), ids=COLLISIONS)
def test_keys_that_become_equal_are_rejected(
    value: dict[object, object],
    keys: str,
    place: Callable[[object], dict[object, object]],
    path: str,
) -> None:
    """`json` writes both, and a reader takes the last one."""
    pattern = f"^x: {path} cannot be encoded as JSON: {keys} become the same text: rename one$"
    with pytest.raises(MemsyConfigurationError, match=pattern):
        require_distinct_keys(place(value), "x")


KEYS = st.sampled_from([0, 1, 1.0, 1.5, True, None, "0", "1", "1.0", "1.5", "true", "null"])
OBJECTS = st.dictionaries(KEYS | st.floats(allow_nan=False, allow_infinity=False), st.none())


@given(st.dictionaries(KEYS, st.none() | OBJECTS | st.lists(OBJECTS, max_size=2), max_size=3))
def test_keys_are_rejected_if_a_reader_would_lose_one(value: dict[object, object]) -> None:
    lost = list[int]()

    def count_lost_keys(pairs: list[tuple[str, object]]) -> None:
        lost.append(len(pairs) - len(dict(pairs)))

    json.loads(dump(value, "value"), object_pairs_hook=count_lost_keys)
    if any(lost):
        with pytest.raises(MemsyConfigurationError, match="become the same text"):
            require_distinct_keys(value, "value")
    else:
        require_distinct_keys(value, "value")
