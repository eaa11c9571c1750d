"""What goes wrong, told in one line on stderr."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import typer

from memsy.cli.text import printable
from memsy.exceptions import MemsyError


class CommandError(Exception):
    """A command cannot do what it was asked to; the text says why, to whoever asked."""


def reporting_errors(name: str, command: Callable[..., None]) -> Callable[..., None]:
    """*command*, which tells what it cannot do in one line that begins with its *name*."""

    @wraps(command)
    def told(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except MemsyError as error:
            reason = f"{type(error).__name__}: {error}"
        except CommandError as failure:
            reason = str(failure)
        else:
            return
        typer.echo(f"memsy {name}: {printable(' '.join(reason.split()))}", err=True)
        raise typer.Exit(1)

    return told
