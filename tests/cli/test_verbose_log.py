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
