"""Command `memsy health`."""

from __future__ import annotations

import pytest

from memsy import HealthResponse, UsageInfo
from memsy.cli.health import view
from memsy.cli.output import emit
from tests.cli.conftest import CommandLine


def test_health_shows_the_status(cli: CommandLine) -> None:
    lines = [line.split() for line in cli("health").stdout.splitlines()]
    assert ["status", "ok"] in lines


def test_health_prints_json(cli: CommandLine) -> None:
    response = cli.json("health")
    assert isinstance(response, dict)
    assert response["status"] == "ok"


def test_missing_fields_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    response = HealthResponse("ok", usage=UsageInfo(api_calls=1200))
    emit(response, view, as_json=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["status", "ok"], ["calls", "1,200", "this", "month"]]
