"""Command `memsy me`."""

from __future__ import annotations

import pytest

from memsy import MeResponse
from memsy.cli.me import view
from memsy.cli.output import emit
from tests.cli.conftest import CommandLine


def test_organisation_and_plan_are_shown(cli: CommandLine) -> None:
    rows = [line.split() for line in cli("me").stdout.splitlines()]
    assert ["organisation", "org_local"] in rows
    assert ["plan", "free"] in rows


def test_me_prints_json(cli: CommandLine) -> None:
    response = cli.json("me")
    assert isinstance(response, dict)
    assert response["org_id"] == "org_local"


def test_key_is_not_shown(cli: CommandLine) -> None:
    assert cli.server.service.api_key not in cli("me").output


def test_rights_are_shown_if_present(capsys: pytest.CaptureFixture[str]) -> None:
    response = MeResponse("c", "ann@example.invalid", "pro", False, "o", is_billing_admin=True)
    emit(response, view, as_json=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["rights", "billing", "admin"] in lines
