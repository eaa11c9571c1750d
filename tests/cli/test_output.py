"""Output of commands: JSON, text without wrapping, messages on stderr."""

from __future__ import annotations

import json

import pytest

from memsy import ConnectorStatus
from memsy.cli.output import emit, print_to_stderr

LONG = "https://example.invalid/" + 30 * "0123456789"


def test_text_view_is_not_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    emit(LONG, str, as_json=False)
    assert capsys.readouterr().out == f"{LONG}\n"


def test_list_of_models_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    emit([ConnectorStatus(connected=True)], repr, as_json=True)
    assert json.loads(capsys.readouterr().out) == [{"connected": True, "display_name": None}]


def test_messages_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    print_to_stderr("by the way")
    assert capsys.readouterr() == ("", "by the way\n")


def test_control_sequences_are_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    emit("\x1b[2J", str, as_json=False)
    print_to_stderr("\x1b[2J")
    assert "\x1b" not in "".join(capsys.readouterr())
