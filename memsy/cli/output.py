"""Print a response to stdout, as a table or as JSON, and messages to stderr."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

import attrs
import typer
from rich.console import Console, RenderableType

from memsy._core.text import printable
from memsy.cli.text import sanitize

ResponseT = TypeVar("ResponseT")


def emit(
    response: ResponseT, view: Callable[[ResponseT], RenderableType], *, as_json: bool
) -> None:
    """
    Print a response to stdout.

    Args:
        response: A model, or a list of models.
        view: Returns the renderable to print. The command prints a `str` without line wrapping.
        as_json: Print the fields of the model as JSON instead.
    """
    if as_json:
        text = json.dumps(response, indent=2, default=attrs.asdict)
        typer.echo(text.replace("\x7f", "\\u007f"))  # the only control character that JSON allows
    elif isinstance(renderable := view(response), str):
        typer.echo(sanitize(renderable))
    else:
        Console(highlight=False).print(renderable)


def print_to_stderr(text: str) -> None:
    """Print a message to stderr as one line, so that stdout holds only the result."""
    typer.echo(printable(text), err=True)
