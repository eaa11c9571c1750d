"""Checks and repairs of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.text import is_printable, replace_surrogates


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", True), ("~!", True), ("", False), ("a b", False), ("a\n", False), ("\xe9", False)],
)
def test_printable_text_is_ascii_without_spaces(text: str, *, expected: bool) -> None:
    assert is_printable(text) is expected


@given(st.text(st.characters()))  # includes lone surrogates
def test_replaced_surrogates_can_be_encoded(text: str) -> None:
    assert len(replace_surrogates(text).encode("utf-8").decode("utf-8")) == len(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_without_surrogates_is_unchanged(text: str) -> None:
    assert replace_surrogates(text) == text


def test_lone_surrogate_becomes_a_question_mark() -> None:
    assert replace_surrogates("a\ud800b") == "a?b"
