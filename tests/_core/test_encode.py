"""What a caller says, to what stands on the wire; and what is refused before it gets there."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core import encode
from memsy.exceptions import MemsyConfigurationError
from tests.support.json_strategies import TEXT

CONTROLS = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))]

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
def test_what_others_would_rewrite_cannot_stand_in_a_path(value: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="org_id "):
        encode.segment("org_id", value)


@pytest.mark.parametrize(("value", "encoded"), USABLE_SEGMENTS.items())
def test_any_other_id_is_one_segment(value: str, encoded: str) -> None:
    assert encode.segment("org_id", value) == encoded


@given(st.text(st.characters(exclude_characters=CONTROLS, exclude_categories=["Cs"]), max_size=256))
def test_a_segment_is_one_and_reads_back_as_it_was(value: str) -> None:
    if not value.strip() or value in (".", ".."):
        with pytest.raises(MemsyConfigurationError):
            encode.segment("id", value)
        return
    encoded = encode.segment("id", value)
    assert unquote(encoded, errors="strict") == value
    assert encoded.isascii()
    assert not set(encoded) & set("/?#\\& ")
    assert urlsplit(f"http://h/v1/{encoded}").path == f"/v1/{encoded}"


@given(TEXT, st.sampled_from(CONTROLS), TEXT)
def test_no_control_character_stands_in_a_path(before: str, control: str, after: str) -> None:
    with pytest.raises(MemsyConfigurationError):
        encode.segment("id", before + control + after)


@pytest.mark.parametrize("value", ["", " ", "\t\n"])
def test_an_empty_id_is_an_error_and_never_a_wider_search(value: str) -> None:
    with pytest.raises(MemsyConfigurationError, match="actor_id is empty; leave it out"):
        encode.identifier_or_none("actor_id", value)


def test_an_id_goes_as_it_is() -> None:
    assert encode.identifier("actor_id", " a/b\n") == " a/b\n"
    assert encode.identifier_or_none("actor_id", None) is None


@pytest.mark.parametrize("values", ["e1", b"e1", None, 7])
def test_a_lone_id_is_no_list_of_ids(values: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="role_ids must be a list of str"):
        encode.identifiers("role_ids", values)


def test_any_iterable_of_ids_will_do_and_a_bad_one_is_named() -> None:
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
def test_a_value_of_another_type_is_named(
    check: Callable[[str, object], object], value: object
) -> None:
    with pytest.raises(MemsyConfigurationError, match="argument "):
        check("argument", value)


@pytest.mark.parametrize("value", [b"hunter2", ["hunter2"], "hunter2\ud800", None, 7])
def test_a_secret_that_cannot_be_sent_is_not_shown(value: object) -> None:
    """Nor does the error lead to one that shows it."""
    with pytest.raises(MemsyConfigurationError) as raised:
        encode.secret("secret_access_key", value)
    assert str(raised.value) == "secret_access_key must be a str that UTF-8 can carry"
    assert (raised.value.__cause__, raised.value.__context__) == (None, None)


def test_a_secret_goes_as_it_is() -> None:
    assert encode.secret("secret_access_key", "hunter2/+=") == "hunter2/+="


def test_values_are_for_the_service_to_judge() -> None:
    assert encode.integer("limit", -5) == -5
    assert encode.number("threshold", 7) == 7
    assert encode.text("query", "") == ""
    assert encode.boolean("include_source_events", False) is False


def test_a_query_is_form_encoded_and_what_is_none_left_out() -> None:
    query: dict[str, str | int | None] = {
        "q": "a b/c&d=é",
        "limit": 10,
        "org_id": None,
        "search": "",
    }
    assert encode.target("/actors", query) == "/actors?q=a+b%2Fc%26d%3D%C3%A9&limit=10&search="
    assert encode.target("/actors", {"org_id": None}) == "/actors"


@pytest.mark.parametrize("value", [b"tea", 1.5, ["tea"], "\ud800"])
def test_what_is_no_text_is_not_guessed_at(value: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="search "):
        encode.target("/console/memories", {"search": value})  # type: ignore[dict-item]  # careless


@given(st.dictionaries(TEXT.filter(bool), TEXT | st.integers(), min_size=1))
def test_a_query_reads_back_as_it_was(query: dict[str, str | int]) -> None:
    _, _, said = encode.target("/x", query).partition("?")
    assert said.isascii()
    understood = parse_qs(said, keep_blank_values=True, errors="strict")
    assert understood == {name: [str(value)] for name, value in query.items()}


def test_a_body_is_compact_utf_8() -> None:
    assert encode.body({"query": "Tee für 2"}, "search") == '{"query":"Tee für 2"}'.encode()


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    """Python itself will not write it down."""
    with pytest.raises(MemsyConfigurationError, match="limit"):
        encode.integer("limit", 10**5000)
    with pytest.raises(MemsyConfigurationError, match="query must be a str"):
        encode.text("query", 10**5000)


def test_a_value_that_cannot_be_shown_is_refused_all_the_same() -> None:
    class Shy:
        def __repr__(self) -> str:
            raise RuntimeError("do not look")

    with pytest.raises(MemsyConfigurationError, match="got a Shy"):
        encode.text("query", Shy())


def test_a_long_value_is_quoted_in_part() -> None:
    with pytest.raises(MemsyConfigurationError) as raised:
        encode.text("query", ["x" * 10_000])
    assert len(str(raised.value)) < 300
