"""Print the error of a command as one line on stderr, and exit with status 1 or 2."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

import typer

from memsy._core.plane import Plane
from memsy.cli.base_url_hint import base_url_hint
from memsy.cli.output import print_to_stderr
from memsy.exceptions import MemsyError


class CommandError(Exception):
    """
    Error of a command. The message names the problem and the fix.

    Attributes:
        exit_code: Exit status of the process.
    """

    exit_code: int = 1


class MissingOptionError(CommandError):
    """Error of a command that needs another option: wrong usage."""

    exit_code = 2


def reporting_errors(
    name: str, command: Callable[..., None], plane: Plane = Plane.DATA
) -> Callable[..., None]:
    """
    Wrap a command so that its errors become one line on stderr and an exit status.

    Args:
        name: Name of the command, such as `keys create`, for the start of the line.
        command: Function that may raise `MemsyError` or `CommandError`.
        plane: Plane that the command calls.
    """

    @wraps(command)
    def wrapper(*args: object, **kwargs: object) -> None:
        try:
            with _without_unconfigured_log():
                command(*args, **kwargs)
        except MemsyError as error:
            hint = base_url_hint(error, kwargs.get("base_url"), plane)
            message, exit_code = f"{type(error).__name__}: {error}{hint}", 1
        except CommandError as error:
            message, exit_code = str(error), error.exit_code
        except typer.Abort as abort:
            if isinstance(abort.__context__, KeyboardInterrupt):
                print_to_stderr("")  # ends the line of the prompt
                raise KeyboardInterrupt from None
            raise
        else:
            return
        print_to_stderr(f"memsy {name}: {' '.join(message.split())}")
        raise typer.Exit(exit_code)

    return wrapper


@contextmanager
def _without_unconfigured_log() -> Iterator[None]:
    """Drop the log of the calls unless it has a handler: Python would print its warnings."""
    logger = logging.getLogger("memsy")

    def has_handler(record: logging.LogRecord) -> bool:
        return logger.hasHandlers()

    logger.addFilter(has_handler)
    try:
        yield
    finally:
        logger.removeFilter(has_handler)
