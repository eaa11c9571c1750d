"""Validation and encoding of arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core import encode
from memsy.exceptions import MemsyConfigurationError
from tests.support.json_strategies import TEXT

CONTROL_CHARACTERS = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))]

UNUSABLE_SEGMENTS = {
    **{name: name for name in (".", "..")},
    "empty": "",
    "blank": " \t",
    "wide blank": "\u3000",
    "NUL": "a\0b",
    "CR LF": "a\r\nHost: evil",
    "DEL": "a\x7f",
    "C1": "a\x85",
    "surrogate": "a\ud800",
    "20 KB": "x" * 20_000,
    "257": "x" * 257,
    "bytes": b"id",
    "None": None,
    "number": 7,
}

USABLE_SEGMENTS = {
    "a": "a",
    "~user_42": "~user_42",
    "...": "...",
    "%2e%2e": "%252e%252e",
    "a/b": "a%2Fb",
    "../roles": "..%2Froles",
    "slack:T1:U1": "slack%3AT1%3AU1",
    "a?b=c#d": "a%3Fb%3Dc%23d",
    "a b": "a%20b",
    "a+b&c;d": "a%2Bb%26c%3Bd",
    "\\..\\": "%5C..%5C",
    "ä": "%C3%A4",
    "茶": "%E8%8C%B6",
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET}": "%F0%9F%91%A9%E2%80%8D%F0%9F%9A%80",
    "a\N{NO-BREAK SPACE}b": "a%C2%A0b",
    "x" * 256: "x" * 256,
}


@pytest.mark.parametrize("value", UNUSABLE_SEGMENTS.values(), ids=UNUSABLE_SEGMENTS.keys())
def test_unusable_path_segment_is_rejected(value: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="org_id "):
        encode.segment("org_id", value)


@pytest.mark.parametrize(("value", "encoded"), USABLE_SEGMENTS.items())
def test_id_is_percent_encoded_as_one_segment(value: str, encoded: str) -> None:
    assert encode.segment("org_id", value) == encoded


@given(
    st.text(
        st.characters(exclude_characters=CONTROL_CHARACTERS, exclude_categories=["Cs"]),
        max_size=256,
    )
)
def test_encoded_segment_decodes_to_the_same_id(value: str) -> None:
    if not value.strip() or value in (".", ".."):
        with pytest.raises(MemsyConfigurationError):
            encode.segment("id", value)
        return
    encoded = encode.segment("id", value)
    assert unquote(encoded, errors="strict") == value
    assert encoded.isascii()
    assert not set(encoded) & set("/?#\\& ")
    assert urlsplit(f"http://h/v1/{encoded}").path == f"/v1/{encoded}"


@given(TEXT, st.sampled_from(CONTROL_CHARACTERS), TEXT)
def test_control_character_in_a_path_is_rejected(before: str, control: str, after: str) -> None:
    with pytest.raises(MemsyConfigurationError):
        encode.segment("id", before + control + after)


@pytest.mark.parametrize("value", ["", " ", "\t\n"])
def test_empty_id_is_rejected(value: str) -> None:
    with pytest.raises(MemsyConfigurationError, match="actor_id is empty; pass None"):
        encode.identifier_or_none("actor_id", value)


def test_id_is_unchanged() -> None:
    assert encode.identifier("actor_id", " a/b\n") == " a/b\n"
    assert encode.identifier_or_none("actor_id", None) is None


@pytest.mark.parametrize("values", ["e1", b"e1", None, 7])
def test_single_id_in_place_of_a_list_is_rejected(values: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="role_ids must be a list of str"):
        encode.identifiers("role_ids", values)


def test_ids_may_be_any_iterable_and_an_unusable_id_is_named() -> None:
    assert encode.identifiers("event_ids", (f"e{n}" for n in range(2))) == ["e0", "e1"]
    with pytest.raises(MemsyConfigurationError, match=r"^event_ids\[1\] is empty"):
        encode.identifiers("event_ids", ["e0", ""])


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (encode.text, None),
        (encode.text, b"x"),
        (encode.text, "\ud800"),
        (encode.number, "0.5"),
        (encode.number, True),
        (encode.number, None),
        (encode.integer, 1.0),
        (encode.integer, True),
        (encode.integer, "1"),
        (encode.boolean, 1),
        (encode.boolean, "yes"),
        (encode.boolean, None),
    ],
)
def test_argument_of_another_type_is_named(
    check: Callable[[str, object], object], value: object
) -> None:
    with pytest.raises(MemsyConfigurationError, match="argument "):
        check("argument", value)


@pytest.mark.parametrize("value", [b"hunter2", ["hunter2"], "hunter2\ud800", None, 7])
def test_error_does_not_show_an_unusable_secret(value: object) -> None:
    """The error has no cause or context that shows the value."""
    with pytest.raises(MemsyConfigurationError) as excinfo:
        encode.secret("secret_access_key", value)
    assert str(excinfo.value) == "secret_access_key must be a str that UTF-8 can encode"
    assert (excinfo.value.__cause__, excinfo.value.__context__) == (None, None)


def test_secret_is_unchanged() -> None:
    assert encode.secret("secret_access_key", "hunter2/+=") == "hunter2/+="


class Name(str, Enum):
    ADA = "ada"


class Size(int, Enum):
    SMALL = 3


class Share(float):
    """A number that is a subclass of float."""


@pytest.mark.parametrize(
    ("encoded", "plain"),
    [
        (encode.text("query", Name.ADA), "ada"),
        (encode.text_or_none("kind", Name.ADA), "ada"),
        (encode.secret("secret_access_key", Name.ADA), "ada"),
        (encode.identifier("actor_id", Name.ADA), "ada"),
        (encode.identifiers("role_ids", Name), ["ada"]),
        (encode.integer("limit", Size.SMALL), 3),
        (encode.number("threshold", Size.SMALL), 3),
        (encode.number("threshold", Share(0.5)), 0.5),
    ],
)
def test_checked_value_is_plain(encoded: object, plain: object) -> None:
    assert encoded == plain
    assert type(encoded) is type(plain)
    assert repr(encoded) == repr(plain)


@pytest.mark.parametrize("value", [Decimal("0.5"), Fraction(1, 2), "1", [1], memoryview(b"1")])
def test_number_of_another_library_needs_an_exact_integer(value: object) -> None:
    """A conversion to float may lose digits."""
    for check in (encode.number, encode.integer):
        with pytest.raises(MemsyConfigurationError, match="argument must be a "):
            check("argument", value)


def test_range_of_arguments_is_not_checked() -> None:
    assert encode.integer("limit", -5) == -5
    assert encode.number("threshold", 7) == 7
    assert encode.text("query", "") == ""
    assert encode.boolean("include_source_events", False) is False


def test_query_is_form_encoded_without_none() -> None:
    query: dict[str, str | int | None] = {
        "q": "a b/c&d=é",
        "limit": 10,
        "org_id": None,
        "search": "",
    }
    assert encode.target("/actors", query) == "/actors?q=a+b%2Fc%26d%3D%C3%A9&limit=10&search="
    assert encode.target("/actors", {"org_id": None}) == "/actors"


@pytest.mark.parametrize("value", [b"tea", 1.5, ["tea"], "\ud800"])
def test_query_value_of_another_type_is_rejected(value: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="search "):
        encode.target("/console/memories", {"search": value})  # type: ignore[dict-item]  # untyped caller


@given(st.dictionaries(TEXT.filter(bool), TEXT | st.integers(), min_size=1))
def test_encoded_query_decodes_to_the_same_parameters(query: dict[str, str | int]) -> None:
    _, _, encoded = encode.target("/x", query).partition("?")
    assert encoded.isascii()
    decoded = parse_qs(encoded, keep_blank_values=True, errors="strict")
    assert decoded == {name: [str(value)] for name, value in query.items()}


def test_body_is_compact_utf_8() -> None:
    assert encode.body({"query": "Tee für 2"}, "search") == '{"query":"Tee für 2"}'.encode()


def test_number_with_thousands_of_digits_is_rejected() -> None:
    """Python cannot convert such a number to text."""
    with pytest.raises(MemsyConfigurationError, match="limit"):
        encode.integer("limit", 10**5000)
    with pytest.raises(MemsyConfigurationError, match="query must be a str"):
        encode.text("query", 10**5000)


def test_value_with_a_broken_repr_is_rejected() -> None:
    class BrokenRepr:
        def __repr__(self) -> str:
            raise RuntimeError("broken")

    with pytest.raises(MemsyConfigurationError, match="got a BrokenRepr"):
        encode.text("query", BrokenRepr())


def test_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(MemsyConfigurationError) as excinfo:
        encode.text("query", ["x" * 10_000])
    assert len(str(excinfo.value)) < 300


SORTS = ("ts_desc", "ts_asc")


class Sort(str, Enum):
    NEWEST = "ts_desc"


@pytest.mark.parametrize("value", ["ts_desc", Sort.NEWEST])
def test_choice_returns_a_plain_text(value: str) -> None:
    word = encode.choice("sort", value, SORTS)
    assert (word, type(word)) == ("ts_desc", str)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("ts_asd", "sort must be 'ts_desc' or 'ts_asc', got 'ts_asd': did you mean 'ts_asc'?"),
        ("TS_DESC", "sort must be 'ts_desc' or 'ts_asc', got 'TS_DESC': did you mean 'ts_desc'?"),
        ("loudest", "sort must be 'ts_desc' or 'ts_asc', got 'loudest'"),
        ("", "sort must be 'ts_desc' or 'ts_asc', got ''"),
        (7, "sort must be a str, got 7"),
        (None, "sort must be a str, got None"),
        (["ts_asc"], "sort must be a str, got ['ts_asc']"),
    ],
)
def test_unknown_choice_is_rejected_with_the_most_similar_word(value: object, message: str) -> None:
    with pytest.raises(MemsyConfigurationError, match=f"^{re.escape(message)}$"):
        encode.choice("sort", value, SORTS)


@pytest.mark.parametrize("value", [0, 0.0, 0.5, 1.5, 10**400])
def test_non_negative_number_is_unchanged(value: float) -> None:
    assert encode.non_negative("threshold", value) == value


@pytest.mark.parametrize("value", [-0.1, -1, float("nan"), float("inf"), float("-inf"), "1", True])
def test_other_than_a_finite_number_of_0_or_more_is_rejected(value: object) -> None:
    with pytest.raises(MemsyConfigurationError, match=r"^threshold must be a"):
        encode.non_negative("threshold", value)
