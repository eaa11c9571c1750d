"""Extraction of a memory from an event: type, kind, text and title."""

from __future__ import annotations

import pytest

from memsy.local.domain.extraction import extract


@pytest.mark.parametrize(
    ("event_kind", "content", "expected"),
    [
        ("user_message", "I prefer tea", ("preference", "semantic")),
        ("user_message", "She LIKES it", ("preference", "semantic")),
        ("user_message", "We decided to go around the moon", ("decision", "episodic")),
        ("assistant_message", "Never touch that switch", ("norm", "procedural")),
        ("user_message", "The tank is empty", ("fact", "semantic")),
        ("user_message", "An unlikely clover", ("fact", "semantic")),
        ("tool_result", "I prefer tea", ("event", "episodic")),
        ("app_event", "signed up", ("event", "episodic")),
    ],
)
def test_keywords_set_type_and_kind(
    event_kind: str, content: str, expected: tuple[str, str]
) -> None:
    memory = extract(event_kind, content)
    assert (memory.type, memory.kind) == expected


def test_white_space_is_normalised() -> None:
    assert extract("user_message", " a\n\n b\u00a0\tc ").text == "a b c"


def test_title_of_a_short_text_is_the_text() -> None:
    assert extract("user_message", "Okay,  Houston").title == "Okay, Houston"


def test_title_ends_between_words() -> None:
    title = extract("user_message", "We have had a problem here " * 5).title
    assert title == "We have had a problem here We have had a problem here We…"


def test_title_of_one_long_word_is_cut() -> None:
    assert extract("user_message", "x" * 32_000).title == "x" * 59 + "…"
