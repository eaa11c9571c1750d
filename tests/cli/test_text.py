"""Texts of others, as they may be shown."""

from __future__ import annotations

from memsy.cli.text import excerpt, moment, printable


def test_no_control_sequence_reaches_the_terminal() -> None:
    """Neither by ESC nor by its one-byte form, which some terminals obey as well."""
    assert printable("\x1b[31mred\x9b0m") == "\ufffd[31mred\ufffd0m"


def test_a_lone_surrogate_can_be_printed() -> None:
    assert printable("\ud800").encode() == "\ufffd".encode()


def test_square_brackets_are_no_markup() -> None:
    assert excerpt("[bold]not[/bold]").plain == "[bold]not[/bold]"


def test_a_long_text_is_cut_between_words() -> None:
    shown = excerpt("word " * 200).plain
    assert len(shown) <= 400
    assert shown.endswith("word …")


def test_the_words_that_were_wanted_stand_out() -> None:
    shown = excerpt("Two tanks, and the tankard", wanted="the tank (broken)")
    assert [shown.plain[span.start : span.end] for span in shown.spans] == ["tanks"]


def test_a_moment_is_told_to_the_second() -> None:
    assert moment("1970-04-14T03:08:35.123Z") == "1970-04-14 03:08:35"


def test_a_moment_that_nobody_knows_is_blank() -> None:
    assert moment(None) == ""
