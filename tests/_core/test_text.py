"""What may be taken for a URL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.text import has_host, is_printable, replace_surrogates


@pytest.mark.parametrize(
    ("text", "answer"),
    [("a", True), ("~!", True), ("", False), ("a b", False), ("a\n", False), ("\xe9", False)],
)
def test_printable_is_ascii_without_spaces(text: str, *, answer: bool) -> None:
    assert is_printable(text) is answer


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("http://h", True),
        ("http://h:1/v1", True),
        ("http://[::1]:1", True),
        ("http://", False),
        ("http://:80", False),
        ("http://h:0", False),
        ("http://h:65536", False),
        ("http://h:port", False),
        ("http://[::1", False),
        ("h", False),
    ],
)
def test_a_host_is_named_with_a_port_that_there_is(url: str, *, answer: bool) -> None:
    assert has_host(url) is answer


@given(st.text(st.characters()))  # lone surrogates too
def test_any_text_can_be_written_out(text: str) -> None:
    assert len(replace_surrogates(text).encode("utf-8").decode("utf-8")) == len(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_can_be_written_is_not_changed(text: str) -> None:
    assert replace_surrogates(text) == text


def test_half_a_pair_is_a_question_mark() -> None:
    assert replace_surrogates("a\ud800b") == "a?b"
