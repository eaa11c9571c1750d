"""Output of commands: JSON, text without wrapping, messages on stderr."""

from __future__ import annotations

import json

import pytest

from memsy import ConnectorStatus, CreateKeyResponse, StatusResponse
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


def test_json_is_the_wire_shape_without_the_values_of_headers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    response = StatusResponse(["a"], [], [], 1, request_id="req_1")
    emit(response, repr, as_json=True)
    assert json.loads(capsys.readouterr().out) == response.to_dict()
    assert "request_id" not in response.to_dict()


@pytest.mark.parametrize(("reveal_secrets", "shown"), [(False, "***"), (True, "msy_new")])
def test_json_masks_secrets_unless_the_command_creates_them(
    *, reveal_secrets: bool, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    key = CreateKeyResponse("key_1", "msy_new", "msy_", "ci", ["read"])
    emit(key, repr, as_json=True, reveal_secrets=reveal_secrets)
    assert json.loads(capsys.readouterr().out)["raw_key"] == shown
