"""Print the error of a command as one line on stderr, and exit with status 1."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import typer

from memsy.cli.text import sanitize
from memsy.exceptions import MemsyError


class CommandError(Exception):
    """Error of a command. The message names the problem and the fix."""


def reporting_errors(name: str, command: Callable[..., None]) -> Callable[..., None]:
    """
    Wrap a command so that its errors become one line on stderr and exit status 1.

    Args:
        name: Name of the command, such as `keys create`, for the start of the line.
        command: Function that may raise `MemsyError` or `CommandError`.
    """

    @wraps(command)
    def wrapper(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except MemsyError as error:
            message = f"{type(error).__name__}: {error}"
        except CommandError as error:
            message = str(error)
        else:
            return
        typer.echo(f"memsy {name}: {sanitize(' '.join(message.split()))}", err=True)
        raise typer.Exit(1)

    return wrapper
