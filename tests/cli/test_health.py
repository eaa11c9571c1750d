"""`memsy health`."""

from __future__ import annotations

import pytest

from memsy import HealthResponse, UsageInfo
from memsy.cli.health import view
from memsy.cli.output import emit
from tests.cli.conftest import Shell


def test_it_says_how_the_service_is(shell: Shell) -> None:
    lines = [line.split() for line in shell("health").stdout.splitlines()]
    assert ["status", "ok"] in lines


def test_programs_get_json(shell: Shell) -> None:
    answer = shell.json("health")
    assert isinstance(answer, dict)
    assert answer["status"] == "ok"


def test_what_the_service_does_not_say_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    answer = HealthResponse("ok", usage=UsageInfo(api_calls=1200))
    emit(answer, view, as_json=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["status", "ok"], ["calls", "1,200", "this", "month"]]
