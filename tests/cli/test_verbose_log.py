"""Option `--verbose`: the log of the library on stderr."""

from __future__ import annotations

import logging

import pytest

from memsy.cli.verbose_log import logging_to_stderr
from tests.cli.conftest import CommandLine


def test_log_is_printed_to_stderr_one_line_a_record(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("memsy")
    before = (logger.level, logger.propagate, logger.handlers)
    with logging_to_stderr():
        logging.getLogger("memsy.http").debug("POST /search -> %d\n\x1b[2J", 200)
    stdout, stderr = capsys.readouterr()
    assert stdout == ""
    assert stderr.endswith(" DEBUG memsy.http: POST /search -> 200 \\x1b[2J\n")
    assert (logger.level, logger.propagate, logger.handlers) == before


@pytest.mark.parametrize("option", ["-v", "--verbose"])
def test_verbose_keeps_the_result_on_stdout(cli: CommandLine, option: str) -> None:
    assert cli("status", "unknown-id", option).stdout == cli("status", "unknown-id").stdout


@pytest.mark.parametrize("level", ["debug", "info"])
def test_log_of_the_environment_does_not_double_the_lines(cli: CommandLine, level: str) -> None:
    with logging_to_stderr():  # removes the handlers of this test at its end
        stderr = cli("health", "-v", MEMSY_LOG=level).stderr
    assert stderr.count(" DEBUG memsy: GET /health -> 200") == 1


def test_wrong_log_level_of_the_environment_is_an_error(cli: CommandLine) -> None:
    result = cli("health", "-v", MEMSY_LOG="loud")
    assert result.exit_code == 2
    assert result.stderr == "memsy health: MEMSY_LOG must be 'debug' or 'info', got 'loud'\n"
