"""The report of errors, and the log of the calls of a command."""

from __future__ import annotations

import logging
import sys

import pytest

from memsy.cli.error_reporting import exit_on_error


@pytest.mark.parametrize(("has_handler", "shown"), [(False, ""), (True, "POST /search failed\n")])
def test_command_shows_the_log_only_with_a_handler(
    *, has_handler: bool, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command prints the error itself. Python prints warnings of a logger without handlers."""
    logger = logging.getLogger("memsy")
    handler = logging.StreamHandler(sys.stderr)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logger, "propagate", False)  # pytest has handlers on the root logger
        patch.setattr(logger, "handlers", [handler] if has_handler else [])
        exit_on_error("search", lambda: logger.warning("POST /search failed"))
    assert capsys.readouterr().err == shown
