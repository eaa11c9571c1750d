"""Checks and repairs of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.text import excerpt, is_printable, printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", True), ("~!", True), ("", False), ("a b", False), ("a\n", False), ("\xe9", False)],
)
def test_printable_text_is_ascii_without_spaces(text: str, *, expected: bool) -> None:
    assert is_printable(text) is expected


@given(st.text(st.characters()))  # includes lone surrogates
def test_printable_text_is_one_line_that_can_be_encoded(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert shown.encode("utf-8").decode("utf-8") == shown == printable(shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ready, señor 日本 🙂", "ready, señor 日本 🙂"),
        ("a\r\n\tb\x85c\u2028d\u2029e\xa0f", "a   b c d e f"),
        ("\x1b[31mred\x1b]0;title\x07", "\\x1b[31mred\\x1b]0;title\\x07"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("\u202egpj.exe\u2066\u200b", "\\u202egpj.exe\\u2066\\u200b"),
        ("no \ud800", "no \\ud800"),
    ],
)
def test_character_that_is_not_printable_becomes_a_space_or_an_escape(
    text: str, shown: str
) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("", ""), ("0123456789", "0123456789"), ("0123456789a", "012345 ...")]
)
def test_excerpt_has_at_most_the_given_length(text: str, shown: str) -> None:
    assert excerpt(text, 10) == shown
