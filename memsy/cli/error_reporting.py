"""Print the error of a command as one line on stderr, and exit with status 1."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import typer

from memsy.cli.text import sanitize
from memsy.exceptions import MemsyError


class CommandError(Exception):
    """Error of a command; its text says what is wrong and how to fix it."""


def reporting_errors(name: str, command: Callable[..., None]) -> Callable[..., None]:
    """
    Wrap a command so that its errors become one line on stderr and exit status 1.

    Args:
        name: Words of the command line, such as `keys create`; the line starts with them.
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
