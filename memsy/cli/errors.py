"""Errors of a command that are no errors of a client."""

from __future__ import annotations

from memsy.cli.exit_codes import ExitCode
from memsy.exceptions import MemsyError


class CommandError(Exception):
    """
    Error of a command. The message names the problem and the fix.

    Attributes:
        exit_code: Exit status of the process.
    """

    def __init__(self, message: str, exit_code: ExitCode = ExitCode.ERROR) -> None:
        super().__init__(message)
        self.exit_code: ExitCode = exit_code


class PartlyFailedError(Exception):
    """
    Error of a command after a part of its work was done.

    Attributes:
        error: The error that ended the work.
        done: The part that was done, for the end of the message, or "".
    """

    def __init__(self, error: MemsyError | CommandError, done: str = "") -> None:
        super().__init__(error, done)
        self.error: MemsyError | CommandError = error
        self.done: str = done
