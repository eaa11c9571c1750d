"""`memsy me`."""

from __future__ import annotations

import pytest

from memsy import MeResponse
from memsy.cli.me import view
from memsy.cli.output import emit
from tests.cli.conftest import Shell


def test_it_says_whose_key_it_is(shell: Shell) -> None:
    shown = [line.split() for line in shell("me").stdout.splitlines()]
    assert ["organisation", "org_local"] in shown
    assert ["plan", "free"] in shown


def test_programs_get_json(shell: Shell) -> None:
    answer = shell.json("me")
    assert isinstance(answer, dict)
    assert answer["org_id"] == "org_local"


def test_the_key_is_not_shown(shell: Shell) -> None:
    assert shell.server.service.api_key not in shell("me").output


def test_rights_are_named_where_there_are_any(capsys: pytest.CaptureFixture[str]) -> None:
    answer = MeResponse("c", "ann@example.invalid", "pro", False, "o", is_billing_admin=True)
    emit(answer, view, as_json=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["also", "billing", "admin"] in lines
