"""Processes of contenders: their command lines, environment variables, output and errors."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks.lab import ContenderError, Lab, clean_variables


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab whose only interpreter is that of the tests."""
    return Lab({"ours": Path(sys.executable)}, "http://127.0.0.1:9/v1", tmp_path, tmp_path / "e")


def test_program_runs_in_the_interpreter_of_its_environment(lab: Lab) -> None:
    python, program, argument = lab.command("ours", "sync_calls", "{}")
    assert (python, argument) == (sys.executable, "{}")
    assert Path(program).is_file()


def test_variables_have_no_settings_of_contenders() -> None:
    settings = ("MEMSY_LOG", "HTTP_PROXY", "no_proxy", "PYTHONPATH", "MALLOC_MMAP_THRESHOLD_")
    variables = dict.fromkeys(("PATH", "HOME", *settings), "x")
    assert clean_variables(variables) == {"PATH": "x", "HOME": "x"}


def test_process_has_the_clean_variables_and_its_own(lab: Lab) -> None:
    code = "import os; print('MALLOC' in os.environ, 'PYTEST_CURRENT_TEST' in os.environ)"
    assert "PYTEST_CURRENT_TEST" in os.environ
    assert lab.output([sys.executable, "-c", code], {"MALLOC": "1"}) == "True False\n"


def test_failed_process_is_an_error_with_its_last_line(lab: Lab) -> None:
    with pytest.raises(ContenderError, match=r"ZeroDivisionError: division by zero$"):
        lab.output([sys.executable, "-c", "1/0"])
    with pytest.raises(ContenderError, match="no error output"):
        lab.time_to_first_line([sys.executable, "-c", "pass"])


def test_time_to_the_first_line_excludes_the_end_of_the_process(lab: Lab) -> None:
    code = "print('ready', flush=True); import sys; sys.stdin.read()"
    assert lab.time_to_first_line([sys.executable, "-c", code]).wall > 0


def test_quick_run_makes_fewer_calls() -> None:
    lab = Lab({}, "", Path(), Path(), scale=0.25)
    assert [lab.calls(count) for count in (4_000, 2)] == [1_000, 1]


def test_local_server_runs_until_the_end_of_the_block(lab: Lab) -> None:
    with lab.local_server("ours") as url:
        assert url.startswith("http://127.0.0.1:")
        assert url.endswith("/v1")


def test_local_server_that_does_not_start_is_an_error(lab: Lab) -> None:
    with pytest.raises(ContenderError), lab.local_server("ours", "--unknown"):
        pytest.fail("the server runs")
