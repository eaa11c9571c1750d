"""What stands in a message can be printed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from memsy._core.printable import printable


@given(st.text(st.characters()))  # lone surrogates too
def test_any_text_can_be_written_out(text: str) -> None:
    assert len(printable(text).encode("utf-8").decode("utf-8")) == len(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_can_be_written_is_not_changed(text: str) -> None:
    assert printable(text) == text


def test_half_a_pair_is_a_question_mark() -> None:
    assert printable("a\ud800b") == "a?b"
