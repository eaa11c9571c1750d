"""What commands print, for people and for programs."""

from __future__ import annotations

import json

import pytest

from memsy import ConnectorStatus
from memsy.cli.output import emit, note

LONG = "https://example.invalid/" + 30 * "0123456789"


def test_a_view_in_words_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    emit(LONG, str, as_json=False)
    assert capsys.readouterr().out == f"{LONG}\n"


def test_models_in_a_list_are_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    emit([ConnectorStatus(connected=True)], repr, as_json=True)
    assert json.loads(capsys.readouterr().out) == [{"connected": True, "display_name": None}]


def test_a_note_is_in_no_program_s_way(capsys: pytest.CaptureFixture[str]) -> None:
    note("by the way")
    assert capsys.readouterr() == ("", "by the way\n")


def test_nothing_that_is_said_commands_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    emit("\x1b[2J", str, as_json=False)
    note("\x1b[2J")
    assert "\x1b" not in "".join(capsys.readouterr())
