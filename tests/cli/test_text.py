"""Text from the service, formatted for a terminal."""

from __future__ import annotations

from memsy.cli.text import excerpt, format_time, sanitize


def test_control_characters_are_escaped() -> None:
    """ESC and its one-byte form, which some terminals accept too."""
    assert sanitize("\x1b[31mred\x9b0m\nnext") == "\\x1b[31mred\\x9b0m\nnext"


def test_lone_surrogate_is_escaped() -> None:
    assert sanitize("\ud800") == "\\ud800"


def test_square_brackets_are_not_markup() -> None:
    assert excerpt("[bold]not[/bold]").plain == "[bold]not[/bold]"


def test_long_text_is_cut_between_words() -> None:
    text = excerpt("word " * 200).plain
    assert len(text) <= 400
    assert text.endswith("word …")


def test_words_of_the_query_are_highlighted() -> None:
    text = excerpt("Two tanks, and the tankard", highlight="the tank (broken)")
    assert [text.plain[span.start : span.end] for span in text.spans] == ["tanks"]


def test_time_is_formatted_to_the_second() -> None:
    assert format_time("1970-04-14T03:08:35.123Z") == "1970-04-14 03:08:35"


def test_missing_time_is_empty() -> None:
    assert format_time(None) == ""
