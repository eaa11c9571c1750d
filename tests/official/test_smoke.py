"""Smoke test of `python -m tests.official`, with this package in place of the official SDK."""

from __future__ import annotations

import sys

import pytest
from rich.console import Console

from tests.faults.cases import CASES
from tests.official import delivery, fault_cases
from tests.official.__main__ import main

pytestmark = pytest.mark.slow

CASE_IDS = ("status-429-once", "status-409", "netrc-login-for-host", "tls-ca-file")


def test_official_compares_fault_cases_and_ingests() -> None:
    console = Console(width=100)
    with console.capture() as captured:
        cases = [case for case in CASES if case.id in CASE_IDS]
        fault_cases.compare(console, sys.executable, cases)
        delivery.compare(console, sys.executable, calls=5)
    lines = captured.get().splitlines()
    assert [line.split() for line in lines[1:4]] == [
        ["S02", "ok", "ok"],
        ["S07", "ok", "ok"],
        ["T02", "ok", "no", "such", "option"],
    ]
    assert lines[4].startswith("Of 2 faults that apply to both, memsy survives 2 and the official")
    assert [line.strip().split(",")[0] for line in lines[-4:]] == ["memsy", "official SDK"] * 2


def test_missing_interpreter_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["/no/such/python"])
    assert "PYTHON must be an executable file, got '/no/such/python'" in capsys.readouterr().err
